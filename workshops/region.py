"""A small map of the region, drawn by us: where a place lies between the towns that everybody knows."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians
from typing import NamedTuple

from workshops.models import Venue

WIDTH, HEIGHT = 560, 330
WEST, EAST, NORTH = 13.95, 15.45, 51.28
SCALE = WIDTH / (EAST - WEST)  # pixels a degree of longitude
STRETCH = 1 / cos(radians(51))  # a degree of latitude is longer
NAMED_LEFT = {"Bautzen · Budyšin", "Görlitz", "Zittau"}
NEAR = 26  # pixels: a town so close to the place is not named twice

TOWNS = (
    ("Bautzen · Budyšin", 51.181, 14.424),
    ("Löbau", 51.099, 14.668),
    ("Görlitz", 51.153, 14.987),
    ("Zittau", 50.897, 14.807),
    ("Liberec", 50.767, 15.056),
    ("Zgorzelec", 51.150, 15.035),
)
LANDS = (("SACHSEN", 50.765, 14.0), ("POLSKA", 51.225, 15.2), ("ČESKO", 50.765, 14.62))
RIVERS = (
    ((51.32, 14.46), (51.24, 14.40), (51.18, 14.42), (51.08, 14.47), (50.98, 14.50)),  # Spree
    (  # Neiße
        (51.32, 14.97),
        (51.22, 15.03),
        (51.15, 15.01),
        (51.06, 14.98),
        (50.98, 14.90),
        (50.89, 14.83),
        (50.84, 14.92),
        (50.77, 15.04),
        (50.70, 15.12),
    ),
)


class Point(NamedTuple):
    """A town on the map; `end` puts its name to the left."""

    name: str
    x: int
    y: int
    end: bool = False


class RegionMap(NamedTuple):
    place: Point
    towns: list[Point]
    lands: list[Point]
    rivers: list[str]
    size: str


def region_map(venue: Venue | None) -> RegionMap | None:
    """The map with the venue on it; None where it is unknown or lies elsewhere."""
    if venue is None or venue.lat is None or venue.lon is None:
        return None
    place = at(venue.city, venue.lat, venue.lon)
    if not is_on_the_map(place):
        return None
    towns = [at(*town) for town in TOWNS]
    others = [town for town in towns if is_on_the_map(town) and not is_near(town, place)]
    return RegionMap(
        place, others, [at(*land) for land in LANDS], [path(river) for river in RIVERS], f"0 0 {WIDTH} {HEIGHT}"
    )


def at(name: str, lat: float, lon: float) -> Point:
    x, y = round((lon - WEST) * SCALE), round((NORTH - lat) * SCALE * STRETCH)
    return Point(name, x, y, end=name in NAMED_LEFT)


def is_on_the_map(point: Point) -> bool:
    return 0 <= point.x <= WIDTH and 0 <= point.y <= HEIGHT


def is_near(town: Point, place: Point) -> bool:
    return abs(town.x - place.x) < NEAR and abs(town.y - place.y) < NEAR


def path(river: tuple[tuple[float, float], ...]) -> str:
    """A river as a soft line: its points bend it, it runs through the middles between them."""
    points = [at("", *point) for point in river]
    bends = [
        f"Q{here.x} {here.y} {(here.x + then.x) // 2} {(here.y + then.y) // 2}" for here, then in pairwise(points[1:])
    ]
    first, last = points[0], points[-1]
    return " ".join([f"M{first.x} {first.y}", *bends, f"L{last.x} {last.y}"])

"""A plain map of schools, drawn by us: dots by their coordinates, the towns with most schools by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians

from booking.reports.white_spots import LONG, NEVER, REACHED, Spot

WIDTH, MARGIN, LOWEST, HIGHEST = 420, 26, 200, 420
STRETCH = cos(radians(51))  # a degree of longitude is so much shorter than one of latitude
SMALLEST = 0.05  # degrees: one school alone is no reason to look at a street
GRID = 6  # pixels: dots nearer than that are one
MOST_NAMES = 10
LETTER, LINE, ABOVE = 8, 15, 10  # of names, in pixels


@dataclass(frozen=True, slots=True)
class Name:
    """A town; `end` puts its name to the left of the point."""

    text: str
    x: int
    y: int
    end: bool


@dataclass(frozen=True, slots=True)
class Map:
    """Dots of a status as one path of points without length: ends of the line, round or square, make them visible."""

    height: int
    dots: dict[str, str]
    names: list[Name]
    unplaced: int

    @property
    def size(self) -> str:
        return f"0 0 {WIDTH} {self.height}"


def draw(spots: list[Spot]) -> Map | None:
    """None where no school has a place."""
    placed = [spot for spot in spots if spot.has_place]
    if not placed:
        return None
    points = [(spot.lon * STRETCH, -spot.lat) for spot in placed]  # type: ignore[operator]  # has_place
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    north, south = min(y for _x, y in points), max(y for _x, y in points)
    wide, tall = max(east - west, SMALLEST), max(south - north, SMALLEST)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HIGHEST - 2 * MARGIN) / tall)
    height = max(LOWEST, round(tall * scale) + 2 * MARGIN)
    left, above = (WIDTH - (east - west) * scale) / 2, (height - (south - north) * scale) / 2
    pixels = [(round(left + (x - west) * scale), round(above + (y - north) * scale)) for x, y in points]
    found = list(zip(placed, pixels, strict=True))
    dots = {status: dots_of(found, status) for status in (REACHED, LONG, NEVER)}
    return Map(height, dots, names_of(found), len(spots) - len(placed))


def dots_of(found: Iterable[tuple[Spot, tuple[int, int]]], status: str) -> str:
    cells = {(x // GRID * GRID, y // GRID * GRID) for spot, (x, y) in found if spot.status == status}
    return " ".join(f"M{x} {y}h0" for x, y in sorted(cells))


def names_of(found: list[tuple[Spot, tuple[int, int]]]) -> list[Name]:
    """The towns with most schools, as long as their names do not lie on each other."""
    schools = Counter(spot.city for spot, _pixel in found)
    middle = {city: [pixel for spot, pixel in found if spot.city == city] for city, _number in schools.most_common(40)}
    names: list[Name] = []
    taken: list[tuple[int, int, int, int]] = []
    for city in sorted(middle, key=lambda city: (-schools[city], city)):
        x = sum(x for x, _y in middle[city]) // len(middle[city])
        y = sum(y for _x, y in middle[city]) // len(middle[city])
        name = Name(city, x, max(y - ABOVE, LINE), end=x > WIDTH / 2)
        box = box_of(name)
        if city and box[0] >= 0 and box[2] <= WIDTH and not any(overlap(box, other) for other in taken):
            names.append(name)
            taken.append(box)
    return names[:MOST_NAMES]


def box_of(name: Name) -> tuple[int, int, int, int]:
    wide = LETTER * len(name.text)
    left = name.x - wide if name.end else name.x
    return left, name.y - LINE, left + wide, name.y + LINE // 2


def overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

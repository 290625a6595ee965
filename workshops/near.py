"""Near a place: the town that somebody typed, what lies around it, and who comes there."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Avg, Count, Q, Value
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from accounts.text import CleanCharField
from schools.distance import km_between
from schools.models import School
from schools.search import Fold, FoldDe, PrefixQuery
from schools.sorting import sort_key
from workshops.models import Venue, Workshop
from workshops.vocabulary import Format

USUAL_KM, MOST_KM = 40, 500
STEPS = (10, 20, 40, 60, 100)


# Towns that schools and rooms have in their address by one name and neighbours know by another; folded as lists are.
ALSO_CALLED = {
    "budysin": "Bautzen",
    "budziszyn": "Bautzen",
    "zhorjelc": "Görlitz",
    "zhorelec": "Görlitz",
    "zitava": "Zittau",
    "zytawa": "Zittau",
    "lubij": "Löbau",
    "kamjenc": "Kamenz",
    "wojerecy": "Hoyerswerda",
    "drazdany": "Dresden",
    "drezno": "Dresden",
}


class Place(NamedTuple):
    """A town by its name, where its schools are on average."""

    name: str
    lat: float
    lon: float


class Around(NamedTuple):
    """`venues` lie within the distance; `too_far` are offers that come to schools, but not there. Keys."""

    venues: set[int]
    too_far: set[int]


class PlaceField(CleanCharField):
    """A town or a postcode that has a school or a room of ours."""

    def clean(self, value: Any) -> Place | None:
        text = super().clean(value)
        if not text:
            return None
        place = place_called(text)
        if place is None:
            raise ValidationError(
                _("We do not know the place “%(place)s”. Please type a town or a postcode."),
                code="unknown_place",
                params={"place": text[:60]},
            )
        return place

    def known(self, text: str) -> Place | None:
        """The place that `text` names, if it does."""
        try:
            return self.clean(text)
        except ValidationError:
            return None


def place_called(text: str) -> Place | None:
    """The town whose name or postcode begins so, the shortest name first; two queries at most."""
    text = ALSO_CALLED.get(sort_key(text.strip()), text)
    for rows in (School.objects.active(), Venue.objects.in_use()):
        called = rows.alias(plain=Fold("city"), german=FoldDe("city")).filter(named(text), lat__isnull=False)
        towns = called.exclude(Q(city="") | Q(lon=None)).order_by().values("city")
        found = towns.annotate(at_lat=Avg("lat"), at_lon=Avg("lon"), number=Count("pk"))
        if first := found.order_by(Length("city"), "-number", "city").first():
            return Place(first["city"], first["at_lat"], first["at_lon"])
    return None


def named(text: str) -> Q:
    if text.isdigit():
        return Q(postcode__startswith=text)
    begins = Q(plain__startswith=Fold(Value(text))) | Q(german__startswith=FoldDe(Value(text)))
    return Q(search=PrefixQuery(text)) & begins


def around(place: Place, km: int) -> Around:
    """Two queries. What comes to schools starts at a room of its house; where nobody knows that, it comes."""
    homes: dict[int, list[float]] = defaultdict(list)
    near: set[int] = set()
    located = Venue.objects.filter(lat__isnull=False, lon__isnull=False)
    for pk, house, lat, lon in located.values_list("pk", "partner", "lat", "lon"):
        distance = km_between(place.lat, place.lon, lat, lon)  # type: ignore[arg-type]  # asked above
        homes[house].append(distance)
        if distance <= km:
            near.add(pk)
    driven = Workshop.objects.published().filter(format=Format.MOBILE, radius_km__isnull=False)
    rows = driven.values_list("pk", "partner", "radius_km")
    return Around(near, {pk for pk, house, radius in rows if homes[house] and min(homes[house]) > (radius or 0)})

"""The filters of the catalogue as chips: what is chosen, what one could choose, and what one sees without one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schools.dates import day
from schools.districts import district_name
from schools.schooldays import local_day
from workshops.filters import WorkshopFilter
from workshops.month import Month
from workshops.near import USUAL_KM, PlaceField
from workshops.vocabulary import GRADES, Discipline, Format

MONTHS_AHEAD = 9
MOST_WAYS = 6
FILTERS = (
    "grade",
    "discipline",
    "month",
    "format",
    "school_type",
    "language",
    "partner",
    "district",
    "near",
    "bookable",
)


class Chip(NamedTuple):
    """A filter in words; `url` is the catalogue without it (chosen) or with it (to choose)."""

    label: str
    url: str
    name: str
    value: str


class Menu(NamedTuple):
    """A chip that opens a list of values."""

    name: str
    label: str
    choices: list[Chip]


def address(query: QueryDict) -> str:
    return f"?{query.urlencode()}" if query else "/"


def without(query: QueryDict, name: str, value: str) -> QueryDict:
    """The same wish without one value, on its first page."""
    rest = query.copy()
    rest.pop("page", None)
    rest.setlist(name, [other for other in query.getlist(name) if other != value])
    if not rest.getlist(name):
        rest.pop(name, None)
        if name == "near":
            rest.pop("km", None)
    return rest


def added(query: QueryDict, name: str, value: str) -> QueryDict:
    """The same wish with one more value, on its first page."""
    more = query.copy()
    more.pop("page", None)
    more.setlist(name, [value] if name == "month" else [*query.getlist(name), value])
    return more


def chosen_filters(query: QueryDict, form: Any) -> list[Chip]:
    """The filters that are on, in the order of the bar; nonsense in the address is none."""
    form.is_valid()
    chips = []
    for name in FILTERS:
        if form.cleaned_data.get(name):
            values = dict.fromkeys(value for value in query.getlist(name) if value)
            chips += [
                Chip(words(form, name, value), address(without(query, name, value)), name, value) for value in values
            ]
    return chips


def words(form: Any, name: str, value: str) -> str:
    if name == "grade":
        return _("Grade %(grades)s") % {"grades": value}
    if name == "month":
        return month_name(form.cleaned_data["month"])
    if name == "near":
        return _("%(km)d km around %(place)s") % {
            "km": form.cleaned_data.get("km") or USUAL_KM,
            "place": form.cleaned_data["near"].name,
        }
    if name == "format" and value == Format.MOBILE:
        return _("comes to us")
    if name == "partner":
        return str(form.cleaned_data["partner"])
    if name == "district":
        return districts().get(value) or district_name(value)
    return str(dict(form.fields[name].choices).get(value, value))


def month_name(month: Month) -> str:
    """May: of the months that one can choose, no two have the same name."""
    return dateformat.format(month.first, "F")


def districts() -> dict[str, str]:
    """Districts of the region by their official key."""
    return {
        "14626": _("District of Görlitz"),
        "14625": _("District of Bautzen"),
        "14612": _("City of Dresden"),
    }


def menus(query: QueryDict, now: datetime) -> list[Menu]:
    """The chips that open: grade, subject, month; without what is chosen already."""
    options = {
        "grade": (_("Grade"), [(str(grade), str(grade)) for grade in GRADES]),
        "discipline": (_("Subject"), [(code, str(label)) for code, label in Discipline.choices]),
        "month": (_("Month"), months(local_day(now))),
    }
    return [
        Menu(name, label, [Chip(text, address(added(query, name, value)), name, value) for value, text in values])
        for name, (label, values) in options.items()
        if not query.get(name)
    ]


def comes_to_us(query: QueryDict) -> Chip | None:
    """The chip for all that comes to the school; nothing where a format is chosen."""
    if query.get("format"):
        return None
    return Chip(_("comes to us"), address(added(query, "format", Format.MOBILE)), "format", Format.MOBILE)


def months(today: date) -> list[tuple[str, str]]:
    """This month and the next ones, as the filter wants them and as people say them."""
    ahead = [Month.of(today).after(number) for number in range(MONTHS_AHEAD)]
    return [(str(month), day(month.first, "month")) for month in ahead]


def ways_out(query: QueryDict, chosen: list[Chip], now: datetime) -> list[tuple[str, str, str]]:
    """For a search without result: each filter that one could let go, and how many workshops one would see then.

    Where the words name a town, first what lies around it.
    """
    return counted([*around_there(query), *let_go(query, chosen)], now)


def ways_alone(query: QueryDict, chosen: list[Chip], now: datetime) -> list[tuple[str, str, str]]:
    """Where letting go of one filter does not help: each by itself, with what one would see then."""
    return counted(list(by_itself(query, chosen))[:MOST_WAYS], now)


def counted(ways: list[tuple[str, QueryDict]], now: datetime) -> list[tuple[str, str, str]]:
    """Those that lead somewhere, as words, address and number of workshops."""
    shown = []
    for label, rest in ways:
        if found := WorkshopFilter(rest, now=now).qs.count():
            yields = ngettext("%(number)d workshop", "%(number)d workshops", found) % {"number": found}
            shown.append((label, address(rest), yields))
    return shown[:MOST_WAYS]


def let_go(query: QueryDict, chosen: list[Chip]) -> Iterator[tuple[str, QueryDict]]:
    for chip in [*chosen, *typed(query)]:
        yield _("Without “%(filter)s”") % {"filter": chip.label}, without(query, chip.name, chip.value)


def by_itself(query: QueryDict, chosen: list[Chip]) -> Iterator[tuple[str, QueryDict]]:
    for chip in [*typed(query), *chosen]:
        alone = QueryDict(mutable=True)
        alone[chip.name] = chip.value
        if chip.name == "near" and (km := query.get("km")):
            alone["km"] = km
        yield _("Only “%(filter)s”") % {"filter": chip.label}, alone


def around_there(query: QueryDict) -> Iterator[tuple[str, QueryDict]]:
    text = query.get("q", "").strip()
    if text and not query.get("near") and (place := PlaceField(max_length=80, required=False).known(text)):
        label = _("%(km)d km around %(place)s") % {"km": USUAL_KM, "place": place.name}
        yield label, added(without(query, "q", query.get("q", "")), "near", place.name)


def typed(query: QueryDict) -> list[Chip]:
    text = query.get("q", "").strip()
    return [Chip(text[:40], "", "q", query.get("q", ""))] if text else []

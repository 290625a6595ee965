"""The report on participations as plain data: the same for the page, for programs, for files, and to be kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Booking
from booking.reports import labels
from booking.reports.figures import Houses, helped, led, sums, values_of
from booking.reports.places import places_of
from booking.reports.question import Question
from booking.wording import meeting_place
from schools.sorting import for_people
from workshops.models import FundingPot, Slot
from workshops.models.slot import SlotQuerySet

Report = dict[str, Any]
ADDRESS = ("name", "street", "postcode", "city")
SHOWN = ("starts_at", "workshop__title", "workshop__format", *(f"venue__{name}" for name in ADDRESS))


def report(question: Question, houses: Houses, now: datetime) -> Report:
    """All figures of these houses. Nine queries at most, whatever is counted.

    `open` are dates that are over and of which a group's record is missing: their visits stand in no figure;
    `open_dates` are the same in words.
    `places` is what `places.py` says, where whole dates are asked for.
    `joint` are visits that another house led and one of these helped with; they are in no row and not in the total.
    """
    values = values_of(question, houses)
    rows, total = sums(question.group_by, led(question, houses), values)
    total["label"] = _("Total")
    missing = open_dates(question, houses, now)
    return {
        **question.query,
        "filters": question.filters,
        "rows": labels.named(question.group_by, rows),
        "total": total,
        "places": used_places(question, houses, now, total["participations"]["total"]),
        "open": [one["slot"] for one in missing],
        "open_dates": missing,
        "joint": joint(question, houses, values),
    }


def joint(question: Question, houses: Houses, values: dict[str, Any]) -> dict[str, Any] | None:
    """By the house that led; nothing for the whole network, where somebody of it always leads."""
    if houses is None:
        return None
    rows, total = sums("partner", helped(question, houses), values)
    total["label"] = _("Total")
    return {"rows": labels.named("partner", rows), "total": total}


def open_slots(question: Question, houses: Houses, now: datetime) -> SlotQuerySet:
    """Dates that are over, were not called off and have a group that nobody has recorded, by time."""
    groups = Booking.objects.to_record().filter(slot=OuterRef("pk"), **of_school(question))
    slots = slots_of(question, houses).filter(Exists(groups), ends_at__lte=now)
    return slots.exclude(state=Slot.State.CANCELLED).by_time()


def open_dates(question: Question, houses: Houses, now: datetime) -> list[dict[str, Any]]:
    rows = open_slots(question, houses, now).select_related("workshop", "venue").only(*SHOWN)
    return [
        {
            "slot": slot.pk,
            "day": f"{timezone.localtime(slot.starts_at):%Y-%m-%d}",
            "begins": f"{timezone.localtime(slot.starts_at):%H:%M}",
            "workshop": str(slot.workshop.title),
            "place": meeting_place(slot) or _("at the school"),
        }
        for slot in rows
    ]


def slots_of(question: Question, houses: Houses) -> SlotQuerySet:
    """All dates that are asked for, whoever comes."""
    narrowed = {"workshop__partner__slug": "partner", "workshop__slug": "workshop", "pot__code": "funding_pot"}
    slots = Slot.objects.from_day(question.first).to_day(question.last)
    slots = slots.filter(**{path: value for path, name in narrowed.items() if (value := getattr(question, name))})
    return slots if houses is None else slots.of_partners(houses)


def used_places(question: Question, houses: Houses, now: datetime, present: int) -> dict[str, Any] | None:
    """Nothing where schools or classes are chosen: the places of a date are nobody's part."""
    if of_school(question):
        return None
    found = places_of(slots_of(question, houses), now, present)
    return {"offered": found.offered, "used": found.used, "percent": found.percent}


def of_school(question: Question) -> dict[str, Any]:
    """What narrows the groups."""
    paths = {"school__district_code": "district", "school__country": "country", "school__kind": "school_type"}
    conditions: dict[str, Any] = {path: value for path, name in paths.items() if (value := getattr(question, name))}
    if question.grade == "mixed":
        conditions["grades__len__gt"] = 1
    elif question.grade:
        conditions["grades"] = [int(question.grade)]
    return conditions


def funders(question: Question, houses: Houses) -> list[dict[str, str]]:
    """Whose money is in these visits, with the words that they want, where their pot was valid in the period."""
    pots = FundingPot.objects.select_related("funder").filter(valid__overlap=(question.first, question.last, "[]"))
    if question.funding_pot:
        pots = pots.filter(code=question.funding_pot)
    else:
        pots = pots.filter(pk__in=charged(question, houses))
    return [
        {"funder": pot.funder.name, "pot": pot.name, "text": str(pot.acknowledgement)}
        for pot in pots.order_by(*for_people("funder__name", "name"))
    ]


def charged(question: Question, houses: Houses) -> list[int]:
    rows, _total = sums("funding_pot", led(question, houses), values_of(question, houses))
    return [one["key"] for one in rows if one["key"] is not None]

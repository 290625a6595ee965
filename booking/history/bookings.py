"""What happened to a booking, in plain words for both sides: who, when, what was before and after, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Booking, Change
from booking.wording import fee_in_words
from schools.dates import when
from workshops.vocabulary import SpokenLanguage

NOTHING = "–"
SIGNS = {
    "requested": "hourglass",
    "waitlisted": "queue",
    "offered": "bell",
    "skipped": "queue",
    "confirmed": "check-circle",
    "declined": "minus-circle",
    "expired": "off",
    "resized": "pen",
    "amended": "pen",
    "cancelled": "x-circle",
    "attended": "done",
    "no_show": "absent",
    "explained": "mail",
    "excused": "check-circle",
    "not_excused": "minus-circle",
    "overridden": "alert",
    "undone": "arrow",
    "added_later": "plus",
    "moved": "calendar",
    "slot_moved": "calendar",
    "hand_over_asked": "mail",
    "handed_over": "person",
    "reconfirm_asked": "mail",
    "reconfirm_reminded": "mail",
    "reconfirm_overdue": "alert",
    "reconfirmed": "check-circle",
}


def line(change: Change) -> tuple[str, datetime, str, str]:
    """Sign, time, who and what."""
    return SIGNS.get(change.kind, "info"), change.at, person(change), told(change)


def bare_line(change: Change) -> tuple[str, datetime, str, str]:
    """The same without names, values and reasons."""
    return SIGNS.get(change.kind, "info"), change.at, "", what(change)


def person(change: Change) -> str:
    """Who did it; nothing where a rule did."""
    return "" if change.actor_kind == "system" else change.who


def told(change: Change) -> str:
    """What happened, with before and after, and the reason that was given."""
    words = "; ".join([what(change), *details(change)])
    return f"{words}: {change.reason}" if change.reason else words


def what(change: Change) -> str:
    facts = change.facts
    words: dict[str, Callable[[], str]] = {
        "requested": lambda: _("Requested"),
        "waitlisted": lambda: _("Put on the waiting list"),
        "offered": lambda: _("A place became free and was offered"),
        "skipped": lambda: skipped(facts),
        "confirmed": lambda: _("Confirmed, for another of the wished dates") if "slot" in facts else _("Confirmed"),
        "declined": lambda: _("Declined"),
        "expired": lambda: expired(facts),
        "resized": lambda: _("Number changed"),
        "amended": lambda: _("Details changed"),
        "cancelled": lambda: _("Cancelled late") if facts.get("late") else _("Cancelled"),
        "attended": lambda: counted(facts),
        "no_show": lambda: _("Corrected: nobody came") if is_corrected(facts) else _("Nobody came"),
        "explained": lambda: _("The school wrote why nobody came"),
        "excused": lambda: _("The house has excused it"),
        "not_excused": lambda: _("The house has read why, and left it as it is"),
        "overridden": lambda: _("Booked by the organiser against the rule"),
        "undone": lambda: _("Taken back"),
        "added_later": lambda: _("Added by the organiser after the start"),
        "moved": lambda: _("Moved to another date"),
        "slot_moved": lambda: _("The house moved the date"),
        "hand_over_asked": lambda: _("A colleague was asked to take over"),
        "handed_over": lambda: _("Taken over by a colleague"),
        "reconfirm_asked": lambda: _("Asked whether it is still on"),
        "reconfirm_reminded": lambda: _("The office of the school was asked whether it is still on"),
        "reconfirm_overdue": lambda: _("Nobody answered whether it is still on"),
        "reconfirmed": lambda: _("It is still on"),
    }
    return words[change.kind]() if change.kind in words else str(change.get_kind_display())


def counted(facts: dict[str, Any]) -> str:
    if not is_corrected(facts):
        words = _("Recorded: %(present)d were there")
    elif facts["no_show"][0]:
        words = _("Corrected: %(present)d were there after all")
    else:
        words = _("Corrected: %(present)d were there")
    return words % {"present": facts.get("present", 0)}


def is_corrected(facts: dict[str, Any]) -> bool:
    """Whether there was a record before."""
    return facts.get("no_show", [None])[0] is not None


def expired(facts: dict[str, Any]) -> str:
    why = {
        "offered": _("Expired: nobody answered the offer in time"),
        "waitlisted": _("Expired: booking closed, and no place had become free"),
        "requested": _("Expired: booking closed, and nobody had decided"),
    }
    return why.get(facts.get("was", ""), _("Expired"))


def skipped(facts: dict[str, Any]) -> str:
    """The reason in numbers."""
    words = ngettext(
        "Passed over: %(left)d place was free, the class needs %(pupils)d",
        "Passed over: %(left)d places were free, the class needs %(pupils)d",
        facts.get("left", 0),
    )
    return words % {"left": facts.get("left", 0), "pupils": facts.get("pupils", 0)}


def compared(facts: dict[str, Any]) -> Iterable[str]:
    """Pupils: 24 → 22, for each fact that has a before and an after."""
    if facts.get("no_show") and facts["no_show"] != [False, False]:
        return  # first numbers, or all of them new: their sum was said
    for fact, (name, read) in facts_in_words().items():
        value = facts.get(fact)
        if isinstance(value, list) and len(value) == 2 and value[0] != value[1]:
            before, after = map(read, value)
            yield _("%(what)s: %(before)s → %(after)s") % {"what": name, "before": before, "after": after}


def details(change: Change) -> Iterable[str]:
    """What was before and after, which limits were set aside, what it costs."""
    yield from compared(change.facts)
    if aside := change.facts.get("set_aside"):
        limits = limits_in_words()
        yield _("set aside: %(what)s") % {"what": ", ".join(limits[name] for name in aside if name in limits)}
    if fee := change.facts.get("fee"):
        yield _("fee as agreed: %(fee)s €") % {"fee": fee_in_words(fee)}


def limits_in_words() -> dict[str, str]:
    """The names of limits, as `orders.set_aside` says them."""
    return {
        "group.pupils": _("size of the group"),
        "group.adults": _("number of adults"),
        "group.grades": _("grades"),
        "language": _("language"),
        "book_until": _("booking time"),
    }


def facts_in_words() -> dict[str, tuple[str, Callable[[Any], str]]]:
    """For each fact that is told, its name and how its value reads."""
    return {
        "group_name": (_("Class or course"), str),
        "pupils": (_("Pupils"), str),
        "adults": (_("Adults"), str),
        "f": (_("Girls"), str),
        "m": (_("Boys"), str),
        "d": (_("Diverse"), str),
        "unknown": (_("Not stated"), str),
        "minutes": (_("Minutes"), str),
        "late_minutes": (_("Late by minutes"), str),
        "grades": (_("Grades"), lambda grades: ", ".join(map(str, grades))),
        "language": (_("Language"), lambda code: str(SpokenLanguage(code).label)),
        "needs_list": (_("Needs"), lambda codes: ", ".join(str(Booking.Need(code).label) for code in codes) or NOTHING),
        "arrival": (_("Arrival"), lambda code: str(Booking.Arrival(code).label) if code else NOTHING),
        "photos": (_("Photos"), lambda code: str(Booking.Photos(code).label)),
        "starts_at": (_("Date"), moment),
        "place": (_("Place"), lambda place: place or NOTHING),
        "capacity": (_("Places of the date"), str),
        "max_groups": (_("Groups at most"), str),
    }


def moment(iso: str) -> str:
    """Tue, 11 May, 8:00, on the local clock."""
    return when(datetime.fromisoformat(iso))

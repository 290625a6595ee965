"""What somebody typed before signing in, kept in the session until the code comes back, one form at a time; and what
they typed for a former booking."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict

from booking.models import Booking
from workshops.models import Slot

NAME = "typed_booking"


def keep(session: SessionBase, slot: Slot, typed: QueryDict, names: Iterable[str], *, slot_key: str = "") -> None:
    """Remember the fields `names` of a form; the caller has found it valid, so its size is bounded."""
    session[NAME] = {"slot": slot.pk, "key": slot_key, "fields": fields_of(typed, names)}


def kept(session: SessionBase, slot: Slot) -> QueryDict | None:
    """What was typed for this slot, or None."""
    memory = session.get(NAME)
    if not memory or memory["slot"] != slot.pk:
        return None
    return as_sent(memory["fields"])


def fields_of(typed: QueryDict, names: Iterable[str]) -> dict[str, list[str]]:
    return {name: typed.getlist(name) for name in names if name in typed}


def as_sent(fields: dict[str, list[str]]) -> QueryDict:
    typed = QueryDict(mutable=True)
    for name, values in fields.items():
        typed.setlist(name, values)
    return typed


def as_typed(booking: Booking) -> QueryDict:
    """A former booking as somebody would have typed it: class, needs, school and contact."""
    typed = QueryDict(mutable=True)
    for name in ("group_name", "pupils", "adults", "language", "needs", "note", "arrival", "photos"):
        typed[name] = str(getattr(booking, name))
    for name in ("contact_name", "contact_email", "contact_phone", "further_email"):
        typed[name] = getattr(booking, name)
    typed.setlist("grades", [str(grade) for grade in booking.grades])
    typed.setlist("needs_list", booking.needs_list)
    typed["school"] = str(booking.school_id)
    return typed


def key_of(session: SessionBase, pk: int) -> str:
    """The key with which the unlisted slot was opened."""
    memory = session.get(NAME)
    return str(memory["key"]) if memory and memory["slot"] == pk else ""


def forget(session: SessionBase) -> None:
    session.pop(NAME, None)


# A wish without a date

WISH = "typed_wish"


def keep_wish(session: SessionBase, what: str, workshop: int, typed: QueryDict, names: Iterable[str]) -> None:
    """Remember a form about a workshop; it is valid, so its size is bounded."""
    session[WISH] = {"what": what, "workshop": workshop, "fields": fields_of(typed, names)}


def kept_wish(session: SessionBase, what: str, workshop: int) -> QueryDict | None:
    """What was typed into this form for this workshop, or None."""
    memory = session.get(WISH)
    if not memory or (memory["what"], memory["workshop"]) != (what, workshop):
        return None
    return as_sent(memory["fields"])


def forget_wish(session: SessionBase) -> None:
    session.pop(WISH, None)

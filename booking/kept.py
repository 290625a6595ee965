"""What somebody typed before signing in, kept in the session until the code comes back. One form at a time."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict

from workshops.models import Slot

NAME = "typed_booking"


def keep(session: SessionBase, slot: Slot, typed: QueryDict, names: Iterable[str], *, slot_key: str = "") -> None:
    """Remember the fields `names` of a form; the caller has found it valid, so its size is bounded."""
    fields = {name: typed.getlist(name) for name in names if name in typed}
    session[NAME] = {"slot": slot.pk, "key": slot_key, "fields": fields}


def kept(session: SessionBase, slot: Slot) -> QueryDict | None:
    """What was typed for this slot, or None."""
    memory = session.get(NAME)
    if not memory or memory["slot"] != slot.pk:
        return None
    typed = QueryDict(mutable=True)
    for name, values in memory["fields"].items():
        typed.setlist(name, values)
    return typed


def key_of(session: SessionBase, pk: int) -> str:
    """The key with which the unlisted slot was opened."""
    memory = session.get(NAME)
    return str(memory["key"]) if memory and memory["slot"] == pk else ""


def forget(session: SessionBase) -> None:
    session.pop(NAME, None)

"""What was changed about an offer or a house, in words: values before and after; of texts that they are others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from booking.models import Change
from workshops.models import Partner, Workshop
from workshops.models.policy import PolicyColumns

OWN = {"version", "state"}  # the kind of the change says so


class Line(NamedTuple):
    """One change, and its facts as sentences."""

    change: Change
    facts: list[str]


def lines_of(thing: Workshop | Partner, most: int) -> list[Line]:
    """The last `most` changes, the newest first. One query."""
    changes: QuerySet[Change] = thing.changes.select_related("actor")[:most]
    return [Line(change, list(told(change.facts, type(thing)))) for change in changes]


def told(facts: dict[str, Any], model: type[Model]) -> Iterator[str]:
    """Booking closes … days before: 14 → 5."""
    names = [name for name in facts.get("changed", ()) if name not in OWN]
    columns = {name: column for name in names if (column := column_of(model, name))}
    silent = [label(column) for name, column in columns.items() if not is_pair(facts.get(name))]
    for name, column in columns.items():
        if is_pair(facts.get(name)):
            before, after = (in_words(column, value) for value in facts[name])
            yield _("%(what)s: %(before)s → %(after)s") % {"what": label(column), "before": before, "after": after}
    if silent:
        yield _("Also changed: %(what)s") % {"what": ", ".join(silent)}


def column_of(model: type[Model], name: str) -> Field[Any, Any] | None:
    """None for what was a column once."""
    try:
        column = model._meta.get_field(name)  # noqa: SLF001 (documented, in spite of its name)
    except FieldDoesNotExist:
        return None
    return column if isinstance(column, Field) else None


def is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and value[0] != value[1]


def label(column: Field[Any, Any]) -> str:
    return capfirst(str(column.verbose_name))


def in_words(column: Field[Any, Any], value: Any) -> str:
    """What the form says for the value."""
    if value is None or value == "":
        return _("as usual") if is_rule(column) else "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return step_words(value) if column.name == "cancel_steps" else ", ".join(choice(column, one) for one in value)
    return choice(column, value)


def is_rule(column: Field[Any, Any]) -> bool:
    return any(one.name == column.name for one in PolicyColumns._meta.get_fields())  # noqa: SLF001 (documented)


def choice(column: Field[Any, Any], value: Any) -> str:
    """The words of a value, where its column or the column's members have a list of them."""
    choices = column.choices or getattr(getattr(column, "base_field", None), "choices", None) or ()
    return str(dict(choices).get(value, value))


def step_words(steps: list[dict[str, Any]]) -> str:
    """In how many school days each step of cancelling ends; what it means stands in the form."""
    return ", ".join(str(step.get("days", "")) for step in steps) or "–"

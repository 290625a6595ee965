"""The rules of a house as fields: what is left empty holds as it does elsewhere, and the hint says how."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import number
from workshops.models import Policy

MOST_SCHOOL_DAYS = 60
MOST_REMINDERS = 5
AS_THE_HOUSE = _("Empty: as in your house, %(value)s.")

LABELS = {
    "free_cancel_days": _("Cancelling is free until … school days before"),
    "close_days": _("Booking closes … days before"),
    "answer_days": _("Requests are answered within … school days"),
    "offer_days": _("A free place waits … school days for an answer"),
    "reminder_days": _("Reminders … school days before"),
    "pupils_per_adult": _("Pupils for each adult"),
    "min_pupils": _("Smallest group"),
    "minimum_is_hard": _("Smaller groups are refused"),
    "requests_hold": _("Requests hold their places"),
    "skip_ahead": _("On the waiting list the next group that fits may pass"),
    "head_approval": _("The head of school must have agreed"),
    "most_unconfirmed": _("Live bookings of a teacher whom the school has not confirmed"),
    "free_mail_asks": _("The first booking from a private mail address becomes a request"),
}
NUMBERS = {  # the least and the most
    "free_cancel_days": (0, MOST_SCHOOL_DAYS),
    "close_days": (0, 365),
    "answer_days": (1, MOST_SCHOOL_DAYS),
    "offer_days": (1, MOST_SCHOOL_DAYS),
    "pupils_per_adult": (0, 100),
    "min_pupils": (0, 500),
    "most_unconfirmed": (0, 100),  # 0: as many as one likes
}


class DaysField(forms.Field):
    """Numbers of days with commas between them, the largest first; None for nothing."""

    def to_python(self, value: Any) -> list[int] | None:
        words = str(value or "").replace(",", " ").split()
        if not all(word.isdecimal() and int(word) <= MOST_SCHOOL_DAYS for word in words):
            raise ValidationError(_("Please write numbers up to 60, for example 10, 2."), code="invalid")
        if len(words) > MOST_REMINDERS:
            raise ValidationError(_("Please give at most five numbers."), code="too_many")
        return sorted({int(word) for word in words}, reverse=True) or None

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, list | tuple) else value


def policy_fields(usual: Policy | None, words: Any = AS_THE_HOUSE) -> dict[str, forms.Field]:
    """A field for each rule, none of them required. `usual` is what holds where one is empty; `words` says so."""
    fields: dict[str, forms.Field] = {}
    for name, label in LABELS.items():
        hint = words % {"value": written(getattr(usual, name))} if usual else ""
        fields[name] = field_of(name, label, hint)
    return fields


def field_of(name: str, label: Any, hint: str) -> forms.Field:
    if name in NUMBERS:
        least, most = NUMBERS[name]
        return number(label, least=least, most=most, required=False, help_text=hint)
    if name == "reminder_days":
        return DaysField(label=label, required=False, help_text=hint)
    return forms.TypedChoiceField(
        label=label,
        choices=[("", _("As usual")), ("True", _("Yes")), ("False", _("No"))],
        coerce=lambda value: value == "True",
        empty_value=None,
        required=False,
        help_text=hint,
    )


def written(value: Any) -> str:
    """A value of a rule in words."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)

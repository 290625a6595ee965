"""The rules of a house as fields: what is left empty holds as it does elsewhere, and the hint says how."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import number
from workshops.models import WHOLE_DAY, Policy, Then
from workshops.texts import LANGUAGES

MOST_SCHOOL_DAYS = 60
MOST_REMINDERS = 5
MOST_STEPS = 3
LONGEST_WORDS = 200
FEE = re.compile(r"(\d{1,4}(\.\d{2})?)?")
AS_THE_HOUSE = _("Empty: as in your house, %(value)s.")

LABELS = {
    "open_days": _("Booking opens … days before"),
    "close_days": _("Booking closes … days before"),
    "close_hour": _("Booking closes at"),
    "answer_days": _("Requests are answered within … school days"),
    "requests_hold": _("Requests hold their places"),
    "head_approval": _("The head of school must have agreed"),
    "pupils_per_adult": _("Pupils for each adult"),
    "least_adults": _("Adults at least"),
    "adults_are_hard": _("Groups with too few adults are refused"),
    "min_pupils": _("Smallest group"),
    "minimum_is_hard": _("Smaller groups are refused"),
    "free_cancel_days": _("Cancelling is free until … school days before"),
    "cancel_steps": _("What holds later"),
    "offer_days": _("A free place waits … school days for an answer"),
    "skip_ahead": _("On the waiting list the next group that fits may pass"),
    "reconfirm_weeks": _("We ask … weeks before whether it is still on"),
    "reconfirm_days": _("That is answered within … school days"),
    "reconfirm_then": _("Without an answer"),
    "reminder_days": _("Reminders … school days before"),
    "team_days": _("Who leads is reminded … school days before"),
    "most_unconfirmed": _("Live bookings of a teacher whom the school has not confirmed"),
    "free_mail_asks": _("The first booking from a private mail address becomes a request"),
    "no_show_limit": _("After … missed visits the next booking becomes a request"),
    "no_show_years": _("A missed visit counts for … school years"),
    "late_asks": _("After a late cancellation the next booking becomes a request"),
    "prep_minutes": _("Preparing a date takes … minutes"),
    "travel_minutes": _("Driving to a school and back takes … minutes"),
    "counts_km": _("Kilometres to schools are counted"),
}
GROUPS = (
    (_("Booking"), ("open_days", "close_days", "close_hour", "answer_days", "requests_hold", "head_approval")),
    (_("The class"), ("pupils_per_adult", "least_adults", "adults_are_hard", "min_pupils", "minimum_is_hard")),
    (_("Cancelling and the waiting list"), ("free_cancel_days", "cancel_steps", "offer_days", "skip_ahead")),
    (_("Is it still on?"), ("reconfirm_weeks", "reconfirm_days", "reconfirm_then")),
    (_("Reminders"), ("reminder_days", "team_days")),
    (
        _("Who is new, and who did not come"),
        ("most_unconfirmed", "free_mail_asks", "no_show_limit", "no_show_years", "late_asks"),
    ),
    (_("Hours of the team"), ("prep_minutes", "travel_minutes", "counts_km")),
)
HINTS = {
    "open_days": _("0: as soon as the date stands."),
    "close_hour": _("With an hour, the days before count as working days."),
    "cancel_steps": _(
        "One step a line: until how many school days before; fee in euros or nothing; words; the words in English, "
        "Polish, Czech and Sorbian, as far as you have them. The last one holds until the visit. "
        "For example: 2; 65; Die Pauschale fällt an.; The flat fee applies."
    ),
    "reconfirm_weeks": _("0: nobody is asked."),
    "team_days": _("With who comes and what to take along. 0: nobody is."),
    "no_show_limit": _("0: never. Only missed visits with your house count."),
    "prep_minutes": _("For everybody who leads or assists; set-up and tear-down are kept with the date."),
    "travel_minutes": _("Only where the team drives to a school."),
    "counts_km": _("Estimated: the straight line between the places, times 1.3, there and back."),
}
NUMBERS = {  # the least and the most
    "open_days": (0, 730),
    "close_days": (0, 365),
    "answer_days": (1, MOST_SCHOOL_DAYS),
    "pupils_per_adult": (0, 100),
    "least_adults": (0, 20),
    "min_pupils": (0, 500),
    "free_cancel_days": (0, MOST_SCHOOL_DAYS),
    "offer_days": (1, MOST_SCHOOL_DAYS),
    "reconfirm_weeks": (0, 20),
    "reconfirm_days": (1, MOST_SCHOOL_DAYS),
    "team_days": (0, 20),
    "most_unconfirmed": (0, 100),  # 0: as many as one likes
    "no_show_limit": (0, 20),
    "no_show_years": (1, 5),
    "prep_minutes": (0, 1440),
    "travel_minutes": (0, 1440),
}
HOURS: list[Any] = [("", _("As usual")), (str(WHOLE_DAY), _("the end of the day"))]
HOURS += [(str(hour), f"{hour}:00") for hour in range(7, 20)]


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
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


class StepsField(forms.CharField):
    """What a later cancellation means, a step a line: “2; 65; words; words in English …”; None for nothing."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> Any:
        lines = [line for line in (super().to_python(value) or "").splitlines() if line.strip()]
        if len(lines) > MOST_STEPS:
            raise ValidationError(_("Please give at most %(most)d steps.") % {"most": MOST_STEPS}, code="too_many")
        steps = sorted((step_of(line) for line in lines), key=lambda step: -step["days"])
        if len({step["days"] for step in steps}) < len(steps):
            raise ValidationError(_("Two steps begin on the same day."), code="twice")
        return steps or None

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(line_of, value)) if isinstance(value, list | tuple) else value


def step_of(line: str) -> dict[str, Any]:
    """Raises ValidationError naming the line."""
    days, fee, *words = [*(cell.strip() for cell in line.split(";", 1 + len(LANGUAGES))), ""]
    fee = fee.replace(",", ".").removesuffix("€").strip()
    if not days.isdecimal() or int(days) > MOST_SCHOOL_DAYS or not FEE.fullmatch(fee):
        example = _("Please write this line like “2; 65; words”: %(line)s")
        raise ValidationError(example % {"line": line.strip()[:60]}, code="invalid")
    if not fee and not words[0]:
        raise ValidationError(_("Please give a fee or words: %(line)s") % {"line": line.strip()[:60]}, code="empty")
    text = {code: said[:LONGEST_WORDS] for code, said in zip(LANGUAGES, words, strict=False) if said}
    return {"days": int(days), "fee": fee, "text": text}


def line_of(step: dict[str, Any]) -> str:
    text = step.get("text", {})
    cells = [str(step["days"]), step.get("fee", ""), *(text.get(code, "") for code in LANGUAGES)]
    return "; ".join(cells).rstrip("; ")


def require_late_steps(form: forms.Form, usual: Policy) -> None:
    """A step begins after free cancelling has ended, else it would never hold. Says so at the field."""
    values = form.cleaned_data
    own = values.get("free_cancel_days")
    free = usual.free_cancel_days if own is None else own
    steps = values.get("cancel_steps") or ()
    if any(step["days"] >= free for step in steps):
        words = _("Cancelling is free until %(days)d school days before; please name fewer days in each step.")
        form.add_error("cancel_steps", ValidationError(words % {"days": free}, code="too_early"))


def policy_fields(usual: Policy | None, words: Any = AS_THE_HOUSE) -> dict[str, forms.Field]:
    """A field for each rule, none of them required. `usual` is what holds where one is empty; `words` says so."""
    fields: dict[str, forms.Field] = {}
    for name, label in LABELS.items():
        hint = words % {"value": written(name, getattr(usual, name))} if usual else ""
        fields[name] = field_of(name, label, hint)
    return fields


def field_of(name: str, label: Any, usual: str) -> forms.Field:
    hint = format_lazy("{} {}", HINTS[name], usual) if name in HINTS else usual
    if name in NUMBERS:
        least, most = NUMBERS[name]
        return number(label, least=least, most=most, required=False, help_text=hint)
    if name == "reminder_days":
        return DaysField(label=label, required=False, help_text=hint)
    if name == "cancel_steps":
        return StepsField(label=label, required=False, help_text=hint, max_length=1000)
    return choice_of(name, label, hint)


def choice_of(name: str, label: Any, hint: Any) -> forms.Field:
    choices: list[Any] = [("", _("As usual")), ("True", _("Yes")), ("False", _("No"))]
    coerce: Any = lambda value: value == "True"  # noqa: E731 (as short as the others)
    if name == "close_hour":
        choices, coerce = HOURS, int
    if name == "reconfirm_then":
        choices, coerce = [("", _("As usual")), *Then.choices], str
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=coerce, empty_value=None, required=False, help_text=hint
    )


def groups_of(form: forms.Form) -> list[tuple[Any, list[forms.BoundField]]]:
    """The fields of the rules under their headings."""
    return [(title, [form[name] for name in names]) for title, names in GROUPS]


def written(name: str, value: Any) -> str:
    """A value of a rule in words."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if name == "cancel_steps":
        return " / ".join(map(line_of, value)) or str(_("the next booking is looked at by hand"))
    if name == "close_hour":
        return str(_("the end of the day")) if value == WHOLE_DAY else f"{value}:00"
    if name == "reconfirm_then":
        return str(Then(value).label)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)

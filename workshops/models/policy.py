"""Rules of a house as data: a workshop may set each value, else its partner's holds, else the default below."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

WHOLE_DAY = 24


class Then(models.TextChoices):
    """What follows where nobody says whether a visit is still on."""

    TASK = "task", _("we call the school")
    RELEASE = "release", _("the date becomes free")


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for a workshop. Days are school days of the school's region unless the name says otherwise."""

    free_cancel_days: int = 5
    cancel_steps: tuple[dict[str, Any], ...] = ()  # after that: [{"days": 2, "fee": "65", "text": {"de": "…"}}]
    open_days: int = 0  # calendar days before the slot; 0: as soon as it stands
    close_days: int = 14  # calendar days before the slot; with an hour, working days
    close_hour: int = WHOLE_DAY
    answer_days: int = 3
    offer_days: int = 3
    reminder_days: tuple[int, ...] = field(default=(10, 2))
    team_days: int = 2  # school days before the slot its trainers are reminded; 0: never
    pupils_per_adult: int = 15
    least_adults: int = 0
    adults_are_hard: bool = False
    min_pupils: int = 0
    minimum_is_hard: bool = False
    requests_hold: bool = True
    skip_ahead: bool = False
    head_approval: bool = False
    most_unconfirmed: int = 3  # live bookings of a teacher whom the school has not confirmed
    free_mail_asks: bool = True  # the first booking from a free-mail address becomes a request
    reconfirm_weeks: int = 5  # weeks before the visit: "is it still on?"; 0: nobody is asked
    reconfirm_days: int = 5
    reconfirm_then: str = "task"
    no_show_limit: int = 2  # so many missed visits of a school, and the next booking is a request; 0: never
    no_show_years: int = 1  # so many school years a missed visit counts, its own included
    late_asks: bool = False  # after a late cancellation the school's next booking is a request
    prep_minutes: int = 0  # what preparing one date takes each trainer
    travel_minutes: int = 0  # the way there and back, where the team drives to a school
    counts_km: bool = True

    @classmethod
    def of(cls, *layers: PolicyColumns, **defaults: Any) -> Self:
        """The first layer that has a value wins; `defaults` replace the defaults of the class."""
        values = {
            column.name: next((value for layer in layers if (value := getattr(layer, column.name)) is not None), None)
            for column in fields(cls)
        }
        return cls(**defaults | {name: freeze(value) for name, value in values.items() if value is not None})


def freeze(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class PolicyColumns(models.Model):
    """The columns of Policy; empty means "as the partner" (on a workshop) or "as usual" (on a partner)."""

    free_cancel_days = models.PositiveSmallIntegerField(
        _("cancelling is free until … school days before"), null=True, blank=True
    )
    cancel_steps = models.JSONField(_("what a later cancellation means"), null=True, blank=True)
    open_days = models.PositiveSmallIntegerField(_("booking opens … days before"), null=True, blank=True)
    close_days = models.PositiveSmallIntegerField(_("booking closes … days before"), null=True, blank=True)
    close_hour = models.PositiveSmallIntegerField(_("at what hour of that working day"), null=True, blank=True)
    answer_days = models.PositiveSmallIntegerField(
        _("requests are answered within … school days"), null=True, blank=True
    )
    offer_days = models.PositiveSmallIntegerField(_("an offer stands for … school days"), null=True, blank=True)
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("reminders … school days before"), null=True, blank=True
    )
    team_days = models.PositiveSmallIntegerField(_("trainers are reminded … school days before"), null=True, blank=True)
    pupils_per_adult = models.PositiveSmallIntegerField(_("pupils for each adult"), null=True, blank=True)
    least_adults = models.PositiveSmallIntegerField(_("adults at least"), null=True, blank=True)
    adults_are_hard = models.BooleanField(_("refuse groups with too few adults"), null=True, blank=True)
    min_pupils = models.PositiveSmallIntegerField(_("smallest group"), null=True, blank=True)
    minimum_is_hard = models.BooleanField(_("refuse smaller groups"), null=True, blank=True)
    requests_hold = models.BooleanField(_("requests hold their places"), null=True, blank=True)
    skip_ahead = models.BooleanField(_("the next group that fits may pass on the waiting list"), null=True, blank=True)
    head_approval = models.BooleanField(_("the head of school must have agreed"), null=True, blank=True)
    most_unconfirmed = models.PositiveSmallIntegerField(
        _("live bookings of a teacher whom the school has not confirmed"), null=True, blank=True
    )
    free_mail_asks = models.BooleanField(
        _("the first booking from a private mail address becomes a request"), null=True, blank=True
    )

    reconfirm_weeks = models.PositiveSmallIntegerField(
        _("asked … weeks before whether it is still on"), null=True, blank=True
    )
    reconfirm_days = models.PositiveSmallIntegerField(_("that is answered within … school days"), null=True, blank=True)
    reconfirm_then = models.CharField(  # noqa: DJ001 (as in every column here, None is "as the partner")
        _("what follows without an answer"), max_length=10, choices=Then.choices, null=True, blank=True
    )
    no_show_limit = models.PositiveSmallIntegerField(
        _("missed visits after which we decide by hand"), null=True, blank=True
    )
    no_show_years = models.PositiveSmallIntegerField(_("school years a missed visit counts"), null=True, blank=True)
    late_asks = models.BooleanField(_("after a late cancellation we decide by hand"), null=True, blank=True)
    prep_minutes = models.PositiveSmallIntegerField(_("minutes of preparation for a date"), null=True, blank=True)
    travel_minutes = models.PositiveSmallIntegerField(
        _("minutes of travel to a school and back"), null=True, blank=True
    )
    counts_km = models.BooleanField(_("kilometres to schools are counted"), null=True, blank=True)

    class Meta:
        abstract = True

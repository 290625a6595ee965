"""What programs send about dates, and what becomes of it; how trainers read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from booking.api.bodies import count, each_once, several
from booking.api.fields import Body, Id, Text, nothing_here
from booking.planning import Opening
from workshops.models import Assignment, Slot, Trainer, Venue, Workshop
from workshops.vocabulary import SpokenLanguage

MOST_PLACES, MOST_GROUPS, MOST_MINUTES, MOST_TRAINERS = 500, 100, 600, 20
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
STATES = (Slot.State.OPEN, Slot.State.CLOSED)


class Moment(serializers.DateTimeField):
    """A point in time of this century, with its offset: 8:00 alone could be meant in any zone."""

    default_error_messages = {
        "too_far": gettext_lazy("Please choose a day within the next three years."),
        "no_offset": gettext_lazy("Please add the offset, as in 2027-05-11T08:00:00+02:00."),
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("no_offset")
        return super().enforce_timezone(value)

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not FIRST <= moment < LAST:
            self.fail("too_far")
        return moment


def languages(**options: Any) -> serializers.ListField:
    return several(serializers.ChoiceField(SpokenLanguage.choices), len(SpokenLanguage), min_length=1, **options)


class SlotBody(Body):
    """What a date may say of itself; what is left out stays, or comes from the workshop."""

    venue = Id(required=False, allow_null=True, help_text="a place of the same partner")
    capacity = count(MOST_PLACES, 1, required=False)
    max_groups = count(MOST_GROUPS, 1, required=False)
    languages = languages(required=False)
    state = serializers.ChoiceField([(state.value, state.value) for state in STATES], required=False)
    listed = serializers.BooleanField(required=False)
    setup_minutes = count(MOST_MINUTES, required=False)
    teardown_minutes = count(MOST_MINUTES, required=False)
    override_reason = Text(max_length=300, required=False)


class OpeningBody(SlotBody):
    """`override_reason` lets a date begin in the past."""

    workshop = serializers.SlugField(max_length=80)
    starts_at = Moment()
    ends_at = Moment()


class SlotChangeBody(SlotBody):
    """Only what is given changes; `starts_at` alone moves the end along. `reason` stands in the mails of a move,
    `override_reason` sets a clash of trainers aside."""

    starts_at = Moment(required=False)
    ends_at = Moment(required=False)
    reason = Text(max_length=500, required=False)


class AssignmentBody(Body):
    trainer = Id()
    role = serializers.ChoiceField(Assignment.Role.choices, default=Assignment.Role.LEAD)


class AssignmentsBody(Body):
    """Who leads from now on; `override_reason` lets somebody be in two places."""

    assignments: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=AssignmentBody(), max_length=MOST_TRAINERS
    )
    override_reason = Text(max_length=300, default="")


class TrainerSerializer(serializers.ModelSerializer[Trainer]):
    languages = serializers.ListField(child=serializers.ChoiceField(SpokenLanguage.choices))

    class Meta:
        model = Trainer
        fields = ("id", "name", "languages")


def to_opening(data: dict[str, Any], workshop: Workshop) -> Opening:
    """What a valid OpeningBody means. Raises ValidationError for a place of others."""
    given = {name: value for name, value in data.items() if name not in {"workshop", "override_reason"}}
    if "languages" in given:
        given["languages"] = each_once(given["languages"])
    return Opening(workshop=workshop, **with_venue(given, workshop))


def to_slot_values(data: dict[str, Any], slot: Slot) -> dict[str, Any]:
    """Facts of a slot out of a valid SlotChangeBody. Raises ValidationError for a place of others."""
    given = {name: value for name, value in data.items() if name not in {"reason", "override_reason"}}
    if "languages" in given:
        given["languages"] = list(each_once(given["languages"]))
    if "starts_at" in given and "ends_at" not in given:
        given["ends_at"] = given["starts_at"] + (slot.ends_at - slot.starts_at)
    return with_venue(given, slot.workshop)


def with_venue(given: dict[str, Any], workshop: Workshop) -> dict[str, Any]:
    if given.get("venue") is None:
        return given
    venue = Venue.objects.filter(partner=workshop.partner_id, pk=given["venue"]).first()
    if venue is None:
        raise nothing_here("venue")
    return given | {"venue": venue}


def to_assignments(rows: Iterable[dict[str, Any]], partner_id: int) -> list[tuple[Trainer, str]]:
    """Pairs of trainer and role. Raises ValidationError for somebody who is not of the team."""
    rows = list(rows)
    team = Trainer.objects.filter(engagements__partner=partner_id).in_bulk({row["trainer"] for row in rows})
    if any(row["trainer"] not in team for row in rows):
        raise nothing_here("assignments.trainer")
    return [(team[row["trainer"]], row["role"]) for row in rows]

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.schooldays import at_local, day_end
from workshops.models.funding import FundingPot
from workshops.models.people import Trainer
from workshops.models.venue import Venue
from workshops.models.workshop import Workshop
from workshops.vocabulary import BookingMode, Format, SpokenLanguage

if TYPE_CHECKING:
    from accounts.models import User
    from workshops.near import Around


FULL = Q(places_taken__gte=F("capacity")) | Q(groups_taken__gte=F("max_groups")) | Q(groups_waiting__gt=0)


class SlotQuerySet(models.QuerySet["Slot"]):
    def public(self) -> Self:
        """Dates that lists may show to everybody: of published offers, listed, not called off; past ones included."""
        return self.filter(workshop__state=Workshop.State.PUBLISHED, listed=True).exclude(state=Slot.State.CANCELLED)

    def from_day(self, day: date) -> Self:
        """Dates that begin on this local day or later."""
        return self.filter(starts_at__gte=at_local(day, time.min))

    def to_day(self, day: date) -> Self:
        """Dates that begin on this local day or earlier."""
        return self.filter(starts_at__lt=day_end(day))

    def bookable(self, at: datetime) -> Self:
        """Slots that take a newcomer at `at`; the gate of `booking.rules.place` asks the same under the lock."""
        return self.open_at(at).filter(
            groups_waiting=0, places_taken__lt=F("capacity"), groups_taken__lt=F("max_groups")
        )

    def open_at(self, at: datetime) -> Self:
        """Slots whose booking is open at `at`, full ones included. Wish slots wait for their period."""
        return self.filter(state=Slot.State.OPEN, book_from__lte=at, book_until__gt=at).exclude(
            booking_mode=BookingMode.WISH
        )

    def with_room_for(self, pupils: int) -> Self:
        """Slots in which a group of this size would fit."""
        room = Q(places_taken__lte=F("capacity") - pupils, groups_taken__lt=F("max_groups"))
        return self.filter(room, workshop__capacity__gte=pupils)

    def for_grades(self, grades: Iterable[int]) -> Self:
        return self.filter(workshop__grades__overlap=list(grades))

    def of_partners(self, partner_ids: Any) -> Self:
        return self.filter(workshop__partner__in=partner_ids)

    def organised_by(self, user: User) -> Self:
        """Dates of the partners that `user` works for; the network's admin organises all."""
        return self if user.is_network_admin else self.of_partners(user.partner_roles.values("partner"))

    def led_by(self, user: User) -> Self:
        """Dates to which `user` is assigned as a trainer."""
        return self.filter(pk__in=Assignment.objects.accepted().filter(trainer__user=user).values("slot"))

    def recorded_by(self, user: User) -> Self:
        """Dates whose visits `user` may record: those that `user` leads, and those of own partners."""
        if user.is_network_admin:
            return self
        mine = Assignment.objects.accepted().filter(trainer__user=user).values("slot")
        return self.filter(Q(pk__in=mine) | Q(workshop__partner__in=user.partner_roles.values("partner")))

    def without_trainer(self) -> Self:
        return self.exclude(Exists(Assignment.objects.accepted().filter(slot=OuterRef("pk"))))

    def to_come(self, at: datetime) -> Self:
        """Dates that are not over and not called off."""
        return self.filter(ends_at__gt=at).exclude(state=Slot.State.CANCELLED)

    def full(self) -> Self:
        """Dates that take no newcomer, for want of places or groups or because others wait."""
        return self.filter(FULL)

    def in_month(self, year: int, month: int) -> Self:
        """Dates that begin in a month of the local calendar."""
        first = date(year, month, 1)
        after = (first + timedelta(days=31)).replace(day=1)
        return self.filter(starts_at__gte=at_local(first, time.min), starts_at__lt=at_local(after, time.min))

    def with_room_for_waiting(self) -> Self:
        """Dates where groups wait although places are free."""
        return self.filter(groups_waiting__gt=0, places_taken__lt=F("capacity"), groups_taken__lt=F("max_groups"))

    def in_district(self, code: str) -> Self:
        """Slots there; what comes to the school is everywhere."""
        return self.filter(Q(venue__district_code=code) | Q(workshop__format=Format.MOBILE))

    def near(self, around: Around) -> Self:
        """Slots around there, and those that come there."""
        comes = Q(workshop__format=Format.MOBILE) & ~Q(workshop__in=around.too_far)
        return self.filter(Q(venue__in=around.venues) | comes)

    def with_facts(self) -> Self:
        """With all that a row of a list shows."""
        return self.select_related("workshop__partner", "venue")

    def with_trainers(self) -> Self:
        """With those who lead, for `assignments.all()`."""
        return self.prefetch_related(Prefetch("assignments", Assignment.objects.accepted().select_related("trainer")))

    def by_time(self) -> Self:
        return self.order_by("starts_at", "pk")

    def lock(self, pk: int) -> Slot:
        """The slot under a lock that lets others still point to it. Raises DoesNotExist."""
        return self.select_for_update(no_key=True).get(pk=pk)

    def lock_many(self, pks: Iterable[int]) -> dict[int, Slot]:
        """Several slots, locked in the order of their keys."""
        rows = self.select_for_update(no_key=True).filter(pk__in=list(pks)).order_by("pk")
        return {slot.pk: slot for slot in rows}


def make_link_key() -> str:
    return secrets.token_urlsafe(16)


class Slot(models.Model):
    """A date of a workshop. `places_taken`, `groups_taken` and `groups_waiting` are the sums over its bookings;
    only the rules of `booking` change them, under the lock of this row."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="slots")
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, related_name="slots")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    setup_minutes = models.PositiveSmallIntegerField(_("set-up minutes"), default=0)
    teardown_minutes = models.PositiveSmallIntegerField(_("tear-down minutes"), default=0)
    # What the date asked of its team besides; empty until somebody came, then as the rules said on that day.
    prep_minutes = models.PositiveSmallIntegerField(null=True, editable=False)
    travel_minutes = models.PositiveSmallIntegerField(null=True, editable=False)
    km = models.PositiveIntegerField(null=True, editable=False)  # there and back, an estimate
    book_from = models.DateTimeField(_("booking opens"))
    book_until = models.DateTimeField(_("booking closes"))
    capacity = models.PositiveSmallIntegerField(_("places"))
    max_groups = models.PositiveSmallIntegerField(_("groups"), default=1)
    places_taken = models.IntegerField(default=0, editable=False)
    groups_taken = models.IntegerField(default=0, editable=False)
    groups_waiting = models.IntegerField(default=0, editable=False)
    booking_mode = models.CharField(max_length=10, choices=BookingMode.choices)
    languages = ArrayField(models.CharField(max_length=5, choices=SpokenLanguage.choices), default=list)
    pot = models.ForeignKey(FundingPot, models.PROTECT, null=True, blank=True, related_name="slots")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    listed = models.BooleanField(_("listed"), default=True)
    link_key = models.CharField(max_length=40, default=make_link_key, editable=False)
    cancel_reason = models.CharField(max_length=500, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SlotQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(places_taken__gte=0, places_taken__lte=F("capacity")), name="slot_never_overbooked"
            ),
            models.CheckConstraint(
                condition=Q(groups_taken__gte=0, groups_taken__lte=F("max_groups")), name="slot_never_too_many_groups"
            ),
            models.CheckConstraint(condition=Q(groups_waiting__gte=0), name="slot_waiting_not_negative"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="slot_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(book_until__lte=F("starts_at")), name="slot_booking_ends_before_it_starts"
            ),
            models.CheckConstraint(condition=Q(state__in=["open", "closed", "cancelled"]), name="slot_state_known"),
        )
        indexes = (
            models.Index(fields=["starts_at", "id"], name="slot_by_time"),
            models.Index(fields=["workshop", "starts_at"], name="slot_of_workshop"),
        )

    def __str__(self) -> str:
        return f"{self.workshop} · {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("slot", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Counters cannot be overwritten by a stale copy: after creation a save names its fields."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            raise ValueError("Save a slot with update_fields: its counters belong to the rules.")
        super().save(*args, **kwargs)

    def change(self, at: datetime, /, **values: Any) -> None:
        """Write `values` and raise the version; the caller holds the lock."""
        for name, value in values.items():
            setattr(self, name, value)
        self.version += 1
        self.updated_at = at
        self.save(update_fields=[*values, "version", "updated_at"])

    @property
    def places_left(self) -> int:
        return self.capacity - self.places_taken

    @property
    def groups_left(self) -> int:
        return self.max_groups - self.groups_taken

    @property
    def room(self) -> int:
        """Places that one more group could take: none where no further group may come, whatever is free."""
        return max(self.places_left, 0) if self.groups_left > 0 else 0

    @cached_property
    def most_pupils(self) -> int:
        """The largest group: the workshop's maximum or the slot's, whichever is smaller."""
        return min(self.capacity, self.workshop.capacity)

    def is_open_at(self, at: datetime) -> bool:
        return (
            self.state == self.State.OPEN
            and self.book_from <= at < self.book_until
            and self.booking_mode != BookingMode.WISH
        )

    def is_bookable(self, at: datetime) -> bool:
        return self.is_open_at(at) and not self.is_full

    @property
    def is_full(self) -> bool:
        """Nothing for newcomers: no place, no group left, or others wait before them."""
        return self.places_left <= 0 or self.groups_left <= 0 or self.groups_waiting > 0

    def has_room_for(self, pupils: int) -> bool:
        return pupils <= self.places_left and self.groups_left > 0

    @property
    def during(self) -> tuple[datetime, datetime]:
        """From set-up to the end of tear-down: the time that trainers are bound."""
        return (
            self.starts_at - timedelta(minutes=self.setup_minutes),
            self.ends_at + timedelta(minutes=self.teardown_minutes),
        )


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def accepted(self) -> Self:
        return self.filter(state=Assignment.State.ACCEPTED)

    def ended(self, since: datetime) -> Self:
        """Of those who led a date and do not any more."""
        return self.exclude(state=Assignment.State.ACCEPTED).filter(ended_at__gte=since)

    def asked(self) -> Self:
        """Questions that nobody has answered: they bind nobody."""
        return self.filter(state=Assignment.State.ASKED)

    def with_facts(self) -> Self:
        """With the date, its offer and place, and who is asked."""
        return self.select_related("slot__workshop__partner", "slot__venue", "trainer__user")


class Assignment(models.Model):
    """A trainer in a slot. The database lets nobody stand in two places at once, set-up and tear-down included."""

    class Role(models.TextChoices):
        LEAD = "lead", _("leads")
        ASSISTANT = "assistant", _("assists")

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="assignments")
    trainer = models.ForeignKey(Trainer, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.LEAD)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACCEPTED)
    during = DateTimeRangeField()
    override_reason = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)  # when the trainer said yes or no; nobody asked: never
    ended_at = models.DateTimeField(null=True, blank=True)  # when somebody who led was taken out, or said no

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["slot", "trainer"], name="assignment_once_a_slot"),
            ExclusionConstraint(
                name="trainer_in_one_place",
                expressions=[("trainer", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(state="accepted", override_reason=""),
            ),
        )
        indexes = (models.Index(fields=["trainer", "slot"], name="assignment_of_trainer"),)

    def __str__(self) -> str:
        return f"{self.trainer} · {self.slot}"

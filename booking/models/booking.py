from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, GeneratedField, Q
from django.db.models.functions import Reverse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from booking.errors import NotActive
from booking.models.change import Change
from booking.models.vocabulary import (
    HOLDING,
    LIVE,
    STEPS_TO_COME,
    VISITING,
    Arrival,
    Need,
    Photos,
    Reconfirm,
    State,
)
from schools.models import School
from schools.search import Digits, FoldedKey, LookAlike, Searchable
from workshops.models import Cooperation, Slot
from workshops.vocabulary import SpokenLanguage

if TYPE_CHECKING:
    from accounts.models import User

REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def make_reference() -> str:
    """Seven signs that nobody mistakes on the telephone: K7F-4M2X. Names a booking, opens nothing."""
    signs = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(7))
    return f"{signs[:3]}-{signs[3:]}"


class BookingQuerySet(models.QuerySet["Booking"]):
    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def waiting(self) -> Self:
        """The waiting list in its order."""
        return self.filter(state=State.WAITLISTED).order_by("waiting_since", "pk")

    def requested(self) -> Self:
        return self.filter(state=State.REQUESTED)

    def visiting(self) -> Self:
        """Groups that come or came: confirmed, attended, not appeared."""
        return self.filter(state__in=VISITING)

    def recorded(self) -> Self:
        """Visits of which somebody said who came, or that nobody did."""
        return self.filter(state__in=(State.ATTENDED, State.NO_SHOW))

    def to_record(self) -> Self:
        """Visits without a record, those to come included: a record ends the state."""
        return self.filter(state=State.CONFIRMED)

    def to_reconfirm(self, at: datetime) -> Self:
        """Visits for which the next step of asking whether they are still on is due."""
        return self.filter(state=State.CONFIRMED, reconfirm_due_at__lte=at)

    def unanswered(self) -> Self:
        """Visits of which nobody said whether they are still on: a task for the organiser."""
        return self.filter(state=State.CONFIRMED, reconfirm_step=Reconfirm.OVERDUE)

    def unrecorded(self, at: datetime) -> Self:
        """Visits that are over and not recorded; that is not the same as nobody there."""
        return self.filter(state=State.CONFIRMED, slot__ends_at__lt=at, attendance=None)

    def missed(self) -> Self:
        """Visits to which nobody came, those left out that the house excused."""
        return self.filter(state=State.NO_SHOW, attendance__excused_at=None)

    def explained(self) -> Self:
        """Missed visits that the school explained, and no organiser has answered it yet."""
        return self.filter(state=State.NO_SHOW, explanation__isnull=False, explanation__answered_at=None)

    def visible_to(self, user: User) -> Self:
        """Bookings that `user` may see: own ones, those of the office's school, of assigned slots, of own partners, and
        in part those of workshops that an own partner helps with (booking/access.py)."""
        if user.is_network_admin:
            return self
        return self.filter(
            Q(owner=user)
            | Q(pk__in=self.model.objects.of_offices(user).values("pk"))
            | Q(pk__in=self.model.objects.of_trainer(user).values("pk"))
            | Q(slot__workshop__partner__in=user.partner_roles.values("partner"))
            | Q(slot__workshop__in=Cooperation.objects.today_of(user).values("workshop"))
        )

    def of_owner(self, user: User) -> Self:
        """What a teacher calls mine: own bookings and those of the schools whose office the person is."""
        return self.filter(Q(owner=user) | Q(pk__in=self.model.objects.of_offices(user).values("pk")))

    def of_offices(self, user: User) -> Self:
        return self.filter(school__memberships__in=user.memberships.filter(role="office", state="confirmed"))

    def of_trainer(self, user: User) -> Self:
        """All groups of the slots where the person is assigned."""
        return self.filter(slot__assignments__trainer__user=user, slot__assignments__state="accepted")

    def of_partners(self, partner_ids: Any) -> Self:
        return self.filter(slot__workshop__partner__in=partner_ids)

    def organised_by(self, user: User) -> Self:
        """Bookings with the partners that `user` works for; the network's admin organises all."""
        return self if user.is_network_admin else self.of_partners(user.partner_roles.values("partner"))

    def oldest_first(self) -> Self:
        return self.order_by("created_at", "pk")

    def booked_with(self, booking: Booking) -> Self:
        """The others that one form made together with `booking`, by time."""
        if booking.bundle is None:
            return self.none()
        return self.filter(bundle=booking.bundle).exclude(pk=booking.pk).order_by("slot__starts_at", "pk")

    def queue(self) -> Self:
        """Who waits or has an offer, in the order in which they came."""
        return self.filter(state__in=[State.WAITLISTED, State.OFFERED]).order_by("waiting_since", "pk")

    def with_facts(self) -> Self:
        """With all that a row of a list shows."""
        return self.select_related("slot__workshop__partner", "slot__venue", "school", "attendance")

    def locked(self, pk: int) -> tuple[Slot, Booking]:
        """The booking's slot, then the booking, both locked; read again, for a move may have come between.

        Raises DoesNotExist.
        """
        while True:
            slot = Slot.objects.select_related(None).lock(self.values_list("slot", flat=True).get(pk=pk))
            booking = (
                self.select_for_update(of=("self",), no_key=True)
                .select_related("school", "slot__workshop__partner", "slot__venue")
                .get(pk=pk)
            )
            if booking.slot_id == slot.pk:
                slot.workshop = booking.slot.workshop
                booking.slot = slot
                return slot, booking


class Booking(models.Model):
    """One group in one slot: a class that comes as a whole or not at all.

    `places_held` is what it holds of the slot, `terms` what was promised when it was made.
    """

    State = State
    Need = Need
    Arrival = Arrival
    Photos = Photos
    Reconfirm = Reconfirm

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=8, default=make_reference, unique=True, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="bookings")
    school = models.ForeignKey(School, models.PROTECT, related_name="bookings")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="bookings")
    group_name = models.CharField(_("class or course"), max_length=40)
    group_key = GeneratedField(
        expression=FoldedKey("group_name"), output_field=models.CharField(max_length=80), db_persist=True
    )
    grades = ArrayField(models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(13)]))
    pupils = models.PositiveSmallIntegerField(_("pupils"))
    adults = models.PositiveSmallIntegerField(_("adults"), default=0)
    language = models.CharField(_("language"), max_length=5, choices=SpokenLanguage.choices, default="de")
    needs = models.CharField(_("what we should prepare"), max_length=500, blank=True)
    needs_list = ArrayField(models.CharField(max_length=20, choices=Need.choices), default=list, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    arrival = models.CharField(
        _("how the class comes"), max_length=10, choices=Arrival.choices, blank=True, default="", db_default=""
    )
    photos = models.CharField(_("photos"), max_length=10, choices=Photos.choices, default=Photos.NO, db_default="no")
    first_visit = models.BooleanField(_("first visit of the school"), default=False, db_default=False)
    state = models.CharField(max_length=12, choices=State.choices)
    places_held = models.PositiveSmallIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True, blank=True)
    offer_expires_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reconfirm_step = models.CharField(
        max_length=10, choices=Reconfirm.choices, blank=True, default="", db_default=""
    )  # nothing: nobody asks
    reconfirm_due_at = models.DateTimeField(null=True, blank=True)  # of the next step
    reconfirm_until = models.DateTimeField(null=True, blank=True)
    reconfirmed_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(
        max_length=10, blank=True, choices=[("school", _("school")), ("provider", _("provider"))]
    )
    end_reason = models.CharField(max_length=500, blank=True)
    late = models.BooleanField(default=False)
    terms = models.JSONField(default=dict)
    consents = models.JSONField(default=list, blank=True)  # [{"what", "version", "at"}]
    bundle = models.UUIDField(null=True, blank=True, editable=False)  # bookings made by one form
    contact_name = models.CharField(_("name"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_phone = models.CharField(_("phone on the day"), max_length=40, blank=True)
    contact_language = models.CharField(max_length=5, default="de")
    further_email = models.EmailField(_("e-mail of whoever reads along"), blank=True, default="", db_default="")
    link_version = models.PositiveSmallIntegerField(default=1)
    sequence = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(pupils__gt=0), name="booking_has_pupils"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="booking_state_known"),
            models.CheckConstraint(
                condition=(
                    Q(state__in=HOLDING, places_held=F("pupils"))
                    | Q(state=State.REQUESTED) & (Q(places_held=0) | Q(places_held=F("pupils")))
                    | Q(state__in=["waitlisted", "declined", "expired", "cancelled"], places_held=0)
                ),
                name="booking_holds_what_its_state_says",
            ),
            models.CheckConstraint(
                condition=Q(state=State.OFFERED, offer_expires_at__isnull=False)
                | ~Q(state=State.OFFERED) & Q(offer_expires_at=None),
                name="booking_offer_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(reconfirm_step__in=STEPS_TO_COME, reconfirm_due_at__isnull=False)
                | ~Q(reconfirm_step__in=STEPS_TO_COME) & Q(reconfirm_due_at=None),
                name="booking_reconfirm_step_is_due",
            ),
            models.CheckConstraint(
                condition=Q(grades__contained_by=list(range(1, 14)), grades__len__gt=0), name="booking_grades_1_to_13"
            ),
            models.UniqueConstraint(
                fields=["slot", "school", "group_key"], condition=Q(state__in=LIVE), name="booking_once_a_group"
            ),
        )
        indexes = (
            models.Index(fields=["slot", "state"], name="booking_of_slot"),
            models.Index(fields=["owner", "state"], name="booking_of_owner"),
            models.Index(fields=["school", "state"], name="booking_of_school"),
            models.Index(fields=["created_at"], condition=Q(state="requested"), name="booking_inbox"),
            models.Index(fields=["slot"], condition=Q(state="confirmed"), name="booking_to_record"),
            models.Index(
                fields=["reconfirm_due_at"],
                condition=Q(state="confirmed", reconfirm_due_at__isnull=False),
                name="booking_to_reconfirm",
            ),
            models.Index(fields=["school"], condition=Q(state="no_show") | Q(late=True), name="booking_marks"),
            GinIndex(
                SearchVector(Searchable("contact_name"), Searchable("contact_email"), config="simple"),
                name="booking_by_contact",
            ),
            models.Index(
                OpClass(Reverse(Digits("contact_phone")), name="text_pattern_ops"),
                condition=~Q(contact_phone=""),
                name="booking_by_phone",
            ),
            models.Index(LookAlike("reference"), name="booking_by_look"),
            models.Index(fields=["bundle"], condition=Q(bundle__isnull=False), name="booking_of_bundle"),
            models.Index(
                fields=["slot"],
                condition=~Q(contact_phone="", needs="", needs_list=[], note="", further_email=""),
                name="booking_to_forget",  # only those to come and of the last days: then they are emptied
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} · {self.group_name} · {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("booking", args=[self.reference])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A stale copy must not overwrite what a rule wrote: after creation a save names its fields."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            raise ValueError("Save a booking with update_fields: its state belongs to the rules.")
        super().save(*args, **kwargs)

    def change(self, at: datetime, /, **values: Any) -> None:
        """Write `values`, raise version and sequence; the caller holds the lock."""
        for name, value in values.items():
            setattr(self, name, value)
        self.version, self.sequence, self.updated_at = self.version + 1, self.sequence + 1, at
        self.save(update_fields=[*values, "version", "sequence", "updated_at"])

    def record(self, kind: str, *, by: Actor, at: datetime, reason: str = "", **facts: Any) -> Change:
        """Write into the history who did what, when and why. `facts` are non-personal: {"pupils": [24, 22]}."""
        return Change.objects.write(kind, booking=self, by=by, at=at, reason=reason, facts=facts)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    def must_be_in(self, *states: str) -> None:
        if self.state not in states:
            raise NotActive

    @property
    def cancel_until(self) -> datetime | None:
        """Until when cancelling is free, as agreed when it was booked."""
        text = self.terms.get("cancel_until")
        return datetime.fromisoformat(text) if text else None

    @property
    def answer_by(self) -> datetime | None:
        """Until when the school was promised an answer to its request."""
        text = self.terms.get("answer_by")
        return datetime.fromisoformat(text) if text else None

    @property
    def waitlist_position(self) -> int | None:
        """1 is the next. A query: lists annotate it instead."""
        if self.state != State.WAITLISTED:
            return None
        before = Q(waiting_since__lt=self.waiting_since) | Q(waiting_since=self.waiting_since, pk__lt=self.pk)
        return Booking.objects.waiting().filter(before, slot=self.slot_id).count() + 1

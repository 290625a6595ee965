from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from workshops.models import Slot

if TYPE_CHECKING:
    from accounts.models import User
    from booking.models.booking import Booking

DECISION = Q(role="organiser", kind__in=["confirmed", "declined"])


class ChangeQuerySet(models.QuerySet["Change"]):
    def decisions(self) -> Self:
        """Yes or no of organisers to requests."""
        return self.filter(DECISION)

    def organised_by(self, user: User) -> Self:
        """Of bookings with the partners that `user` works for; the network's admin sees all."""
        if user.is_network_admin:
            return self
        return self.filter(booking__slot__workshop__partner__in=user.partner_roles.values("partner"))

    def write(
        self,
        kind: str,
        *,
        by: Actor,
        at: datetime,
        booking: Booking | None = None,
        slot: Slot | None = None,
        reason: str = "",
        facts: dict[str, Any] | None = None,
    ) -> Change:
        return self.create(
            kind=kind,
            booking=booking,
            slot=slot,
            at=at,
            actor_kind=by.kind,
            actor=by.user,
            role=by.role,
            on_behalf_of=by.on_behalf_of,
            reason=reason,
            facts=facts or {},
        )


class Change(models.Model):
    """What happened to a booking or a slot: who, when, why. Only added, never edited; erasure empties the person.

    `facts` holds non-personal values only, as [before, after].
    """

    class Kind(models.TextChoices):
        REQUESTED = "requested", _("requested")
        WAITLISTED = "waitlisted", _("put on the waiting list")
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("declined")
        OFFERED = "offered", _("place offered")
        SKIPPED = "skipped", _("passed over on the waiting list")
        EXPIRED = "expired", _("expired")
        RESIZED = "resized", _("number changed")
        AMENDED = "amended", _("details changed")
        CANCELLED = "cancelled", _("cancelled")
        ATTENDED = "attended", _("attendance recorded")
        NO_SHOW = "no_show", _("did not come")
        OVERRIDDEN = "overridden", _("rule set aside")
        OPENED = "opened", _("slot opened")
        CLOSED = "closed", _("slot closed")
        SLOT_CANCELLED = "slot_cancelled", _("slot cancelled")
        ASSIGNED = "assigned", _("trainers assigned")

    at = models.DateTimeField()
    booking = models.ForeignKey("booking.Booking", models.CASCADE, null=True, blank=True, related_name="changes")
    slot = models.ForeignKey(Slot, models.CASCADE, null=True, blank=True, related_name="changes")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    actor_kind = models.CharField(max_length=10)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    on_behalf_of = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(booking=None, slot__isnull=False) | Q(booking__isnull=False, slot=None),
                name="change_of_one_thing",
            ),
        )
        indexes = (
            models.Index(fields=["booking", "-at"], name="change_of_booking"),
            models.Index(fields=["slot", "-at"], name="change_of_slot"),
            models.Index(fields=["-at"], condition=DECISION, name="change_decided"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"

    @property
    def who(self) -> str:
        """The person for people; "system" when nobody acted."""
        if self.actor_kind == "system":
            return str(_("system"))
        if self.actor is None:
            return (
                str(_("by the link in the mail"))
                if self.actor_kind == "link"
                else str(_("a person whose data were deleted"))
            )
        return f"{self.actor} ({self.on_behalf_of})" if self.on_behalf_of else str(self.actor)

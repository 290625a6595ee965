from __future__ import annotations

from datetime import datetime
from email.utils import make_msgid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from booking.models.broadcast import Broadcast
from booking.models.inquiry import Inquiry
from workshops.models import Partner, Slot

if TYPE_CHECKING:
    from accounts.models import User


def make_message_id() -> str:
    return make_msgid(domain=settings.UID_HOST)


class MessageQuerySet(models.QuerySet["Message"]):
    def unsent(self) -> Self:
        return self.filter(state__in=[Message.State.OWED, Message.State.CLAIMED])

    def due(self, at: datetime) -> Self:
        """What may be claimed now: owed and due, or claimed by somebody whose lease ran out."""
        return self.filter(
            Q(state=Message.State.OWED, due_at__lte=at, next_try_at__lte=at)
            | Q(state=Message.State.CLAIMED, lease_until__lte=at)
        )

    def failed(self) -> Self:
        return self.filter(state=Message.State.FAILED)

    def organised_by(self, user: User) -> Self:
        """Messages about bookings, dates and people of the partners that `user` works for; the network's admin sees
        all."""
        if user.is_network_admin:
            return self
        partners = user.partner_roles.values("partner")
        of_booking, of_slot = Q(booking__slot__workshop__partner__in=partners), Q(slot__workshop__partner__in=partners)
        of_inquiry = Q(inquiry__workshop__partner__in=partners)
        return self.filter(of_booking | of_slot | of_inquiry | Q(partner__in=partners))


class Message(models.Model):
    """A mail that is owed, written in the transaction of the change it tells of. `message_id` stays for its life,
    so that a doubled mail is recognisable; `fence` rises with each claim, so that a late sender cannot mark it."""

    class State(models.TextChoices):
        OWED = "owed", _("owed")
        CLAIMED = "claimed", _("being sent")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("dropped")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=40)
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    to_address = models.EmailField()
    to_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, default="de")
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, blank=True, related_name="messages")
    slot = models.ForeignKey(Slot, models.CASCADE, null=True, blank=True, related_name="messages")
    broadcast = models.ForeignKey(Broadcast, models.CASCADE, null=True, blank=True, related_name="messages")
    partner = models.ForeignKey(  # where it is about no booking and no date, but about a house; asked of few rows
        Partner, models.CASCADE, null=True, blank=True, related_name="messages", db_index=False
    )
    inquiry = models.ForeignKey(Inquiry, models.CASCADE, null=True, blank=True, related_name="messages", db_index=False)
    context = models.JSONField(default=dict, blank=True)
    due_at = models.DateTimeField()
    useful_until = models.DateTimeField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(default=5)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OWED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)
    message_id = models.CharField(max_length=200, unique=True, default=make_message_id)
    dedupe_key = models.CharField(max_length=120, unique=True, null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    sealed = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["owed", "claimed", "sent", "dropped", "failed"]), name="message_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(lease_until__isnull=False), name="message_claim_has_a_lease"
            ),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sealed=""), name="message_seal_wiped_when_sent"),
        )
        indexes = (
            models.Index(fields=["priority", "next_try_at"], condition=Q(state="owed"), name="message_owed"),
            models.Index(fields=["lease_until"], condition=Q(state="claimed"), name="message_claimed"),
            models.Index(fields=["booking", "state"], name="message_of_booking"),
            models.Index(fields=["inquiry"], condition=Q(inquiry__isnull=False), name="message_of_inquiry"),
            models.Index(fields=["-created_at", "-id"], name="message_log"),
            models.Index(fields=["-created_at"], condition=Q(state="failed"), name="message_failed"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class MessageChoice(models.Model):
    """How a person wants to hear of something: at once, in the morning's digest, or not at all."""

    class How(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DIGEST = "digest", _("once a school day, in the morning")
        NEVER = "never", _("not by mail")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_choices")
    kind = models.CharField(max_length=40)
    how = models.CharField(max_length=10, choices=How.choices)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "kind"], name="message_choice_once_a_kind"),
            models.CheckConstraint(condition=Q(how__in=["at_once", "digest", "never"]), name="message_choice_known"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} {self.how}"


class Bounce(models.Model):
    """An address whose mail server refused a mail for good. Gone as soon as a later mail goes through."""

    address = models.EmailField(unique=True)  # in small letters
    reason = models.CharField(max_length=500)  # without the address
    count = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"


class Pause(models.Model):
    """While a row stands here, no mail goes out: after a restore, until the operator's go. At most one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    since = models.DateTimeField()
    why = models.CharField(max_length=200)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="pause_at_most_one"),)

    def __str__(self) -> str:
        return self.why

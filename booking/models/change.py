from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Func, IntegerField, Q
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.prepared import insert
from workshops.models import Partner, Slot, Workshop

if TYPE_CHECKING:
    from accounts.models import User
    from booking.models.booking import Booking

DECISION = Q(role="organiser", kind__in=["confirmed", "declined"])
NAMED = Func("booking", "slot", "workshop", "partner", function="num_nonnulls", output_field=IntegerField())


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
        reason: str = "",
        facts: dict[str, Any] | None = None,
        **thing: Booking | Slot | Workshop | Partner,
    ) -> Change:
        """Note one change of one `thing`: booking=…, slot=…, workshop=… or partner=…."""
        change = self.noted(kind, by, at, reason=reason, facts=facts or {}, **thing)
        insert(change)
        return change

    def write_of_slots(self, kind: str, slots: Iterable[Slot], *, by: Actor, at: datetime) -> None:
        """Note the same change of several slots: each has its own row, for each has its own history. One query."""
        Change.objects.bulk_create([self.noted(kind, by, at, slot=slot) for slot in slots])

    def noted(self, kind: str, by: Actor, at: datetime, **more: Any) -> Change:
        return self.model(
            kind=kind,
            at=at,
            actor_kind=by.kind,
            actor=by.user,
            role=by.role,
            on_behalf_of=by.on_behalf_of,
            **more,
        )


class Change(models.Model):
    """What happened to a booking, slot, workshop or partner: who, when, why. Only added, never edited;
    erasure empties the person.

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
        EXPLAINED = "explained", _("school explained why")
        EXCUSED = "excused", _("excused")
        NOT_EXCUSED = "not_excused", _("not excused")
        OVERRIDDEN = "overridden", _("rule set aside")
        OPENED = "opened", _("date opened")
        CLOSED = "closed", _("date closed")
        SLOT_CANCELLED = "slot_cancelled", _("date cancelled")
        ASSIGNED = "assigned", _("trainers assigned")
        TRAINERS_ASKED = "trainers_asked", _("trainers asked")
        TRAINER_ACCEPTED = "trainer_accepted", _("trainer comes")
        TRAINER_DECLINED = "trainer_declined", _("trainer does not come")
        SLOT_CHANGED = "slot_changed", _("date changed")
        SLOT_MOVED = "slot_moved", _("date moved")
        REOPENED = "reopened", _("date opened again")
        MOVED = "moved", _("moved to another date")
        HAND_OVER_ASKED = "hand_over_asked", _("a colleague was asked to take over")
        HANDED_OVER = "handed_over", _("handed over to a colleague")
        RECONFIRM_ASKED = "reconfirm_asked", _("asked whether it is still on")
        RECONFIRM_REMINDED = "reconfirm_reminded", _("office asked whether it is still on")
        RECONFIRM_OVERDUE = "reconfirm_overdue", _("nobody said whether it is still on")
        RECONFIRMED = "reconfirmed", _("still on")
        UNDONE = "undone", _("taken back")
        ADDED_LATER = "added_later", _("added after the visit")
        CREATED = "created", _("created")
        EDITED = "edited", _("edited")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("taken out of the catalogue")
        ARCHIVED = "archived", _("archived")
        INVITED = "invited", _("person invited")
        REMOVED = "removed", _("person taken out")
        FEEDBACK_HIDDEN = "feedback_hidden", _("a text of the feedback was hidden")
        FEEDBACK_SHOWN = "feedback_shown", _("a hidden text of the feedback is shown again")

    at = models.DateTimeField()
    booking = models.ForeignKey("booking.Booking", models.CASCADE, null=True, blank=True, related_name="changes")
    slot = models.ForeignKey(Slot, models.CASCADE, null=True, blank=True, related_name="changes")
    workshop = models.ForeignKey(Workshop, models.CASCADE, null=True, blank=True, related_name="changes")
    partner = models.ForeignKey(Partner, models.CASCADE, null=True, blank=True, related_name="changes")
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
        constraints = (models.CheckConstraint(condition=Exact(NAMED, 1), name="change_of_one_thing"),)
        indexes = (
            models.Index(fields=["booking", "-at"], name="change_of_booking"),
            models.Index(fields=["slot", "-at"], name="change_of_slot"),
            models.Index(fields=["workshop", "-at"], condition=Q(workshop__isnull=False), name="change_of_workshop"),
            models.Index(fields=["partner", "-at"], condition=Q(partner__isnull=False), name="change_of_partner"),
            models.Index(fields=["-at"], condition=DECISION, name="change_decided"),
        )

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M} {self.kind}"

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

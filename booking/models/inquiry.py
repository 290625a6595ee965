from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from schools.models import School
from workshops.models import Workshop
from workshops.models.versioned import Versioned

if TYPE_CHECKING:
    from accounts.models import User


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def open(self) -> Self:
        return self.filter(state=Inquiry.State.OPEN)

    def ended(self, since: datetime) -> Self:
        """Answered, or closed by either side, since then."""
        return self.exclude(state=Inquiry.State.OPEN).filter(ended_at__gte=since)

    def visible_to(self, user: User) -> Self:
        """Those that `user` made."""
        return self.filter(owner=user)

    def organised_by(self, user: User) -> Self:
        """Those to the houses that `user` works for; the network's admin organises all."""
        return (
            self if user.is_network_admin else self.filter(workshop__partner__in=user.partner_roles.values("partner"))
        )

    def with_facts(self) -> Self:
        """With all that a row of a list shows."""
        return self.select_related("workshop__partner", "school", "answered_by").defer("school__search")

    def oldest_first(self) -> Self:
        return self.order_by("created_at", "pk")

    def lock(self, pk: int) -> Inquiry:
        """Raises DoesNotExist."""
        return (
            self.select_for_update(of=("self",), no_key=True).select_related("workshop__partner", "school").get(pk=pk)
        )


class Inquiry(Versioned):
    """What a school would like of a workshop, without a date: it holds nothing, and a person of the house answers.

    `text`, `answer` and contact are emptied two weeks after it ended; that somebody asked stays.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")

    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="inquiries")
    school = models.ForeignKey(School, models.PROTECT, related_name="inquiries")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="inquiries")
    pupils = models.PositiveSmallIntegerField(_("pupils"))
    grades = ArrayField(models.PositiveSmallIntegerField())
    period = models.CharField(_("wished period"), max_length=200, blank=True)
    text = models.CharField(_("what is asked"), max_length=1000, blank=True)
    contact_name = models.CharField(_("name"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_phone = models.CharField(_("phone"), max_length=40, blank=True)
    contact_language = models.CharField(max_length=5, default="de")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=2000, blank=True)
    dates = ArrayField(models.BigIntegerField(), default=list, blank=True)  # keys of slots that the answer names
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=["open", "answered", "closed"]), name="inquiry_state_known"),
            models.CheckConstraint(condition=Q(pupils__gt=0), name="inquiry_has_pupils"),
            models.CheckConstraint(
                condition=Q(grades__contained_by=list(range(1, 14)), grades__len__gt=0), name="inquiry_grades_1_to_13"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | ~Q(state="open") & Q(ended_at__isnull=False),
                name="inquiry_ended_has_a_moment",
            ),
        )
        indexes = (
            models.Index(fields=["created_at"], condition=Q(state="open"), name="inquiry_inbox"),
            models.Index(fields=["ended_at"], condition=Q(erased_at=None), name="inquiry_to_forget"),
        )

    def __str__(self) -> str:
        return f"{self.school} · {self.workshop}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @classmethod
    def emptied(cls, at: datetime) -> dict[str, Any]:
        """The values of an inquiry that is forgotten."""
        texts = dict.fromkeys(("period", "text", "answer", "contact_name", "contact_email", "contact_phone"), "")
        return {**texts, "erased_at": at, "version": F("version") + 1}

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from schools.models import School
from workshops.models import Partner

if TYPE_CHECKING:
    from accounts.models import User


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User) -> Self:
        """Notes of the partners that `user` works for; the network's admin reads all."""
        return self if user.is_network_admin else self.filter(partner__in=user.partner_roles.values("partner"))


class Note(models.Model):
    """What organisers of one partner tell each other about a booking or a school. Schools and trainers never see it."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="notes")
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, blank=True, related_name="notes")
    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="notes")
    text = models.CharField(_("note"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(booking=None, school__isnull=False) | Q(booking__isnull=False, school=None),
                name="note_on_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d} {self.text[:40]}"

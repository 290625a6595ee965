from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Func, IntegerField
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from workshops.models import Partner, Slot, Workshop

if TYPE_CHECKING:
    from accounts.models import User


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    def organised_by(self, user: User) -> Self:
        return self if user.is_network_admin else self.filter(partner__in=user.partner_roles.values("partner"))


class Broadcast(models.Model):
    """What an organiser wrote in own words to all groups of a date, of a day or of a workshop; its mails point here."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="broadcasts")
    slot = models.ForeignKey(Slot, models.CASCADE, null=True, blank=True, related_name="broadcasts")
    workshop = models.ForeignKey(Workshop, models.CASCADE, null=True, blank=True, related_name="broadcasts")
    day = models.DateField(null=True, blank=True)
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("text"), max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Exact(
                    Func("slot", "workshop", "day", function="num_nonnulls", output_field=IntegerField()), 1
                ),
                name="broadcast_to_one_circle",
            ),
        )

    def __str__(self) -> str:
        return self.subject

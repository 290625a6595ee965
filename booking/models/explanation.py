from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking


class Explanation(models.Model):
    """Why a class did not come, in the words of its school. Only the house reads it; it is forgotten after a while."""

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="explanation")
    text = models.CharField(_("explanation"), max_length=1000)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["at"], condition=Q(answered_at=None), name="explanation_open"),)

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.text[:40]}"

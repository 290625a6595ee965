from __future__ import annotations

from django.db import models
from django.db.models import Q

from booking.models.booking import Booking
from workshops.models import Slot


class Alternative(models.Model):
    """A further wish of a request. It holds no places and is checked when the organiser confirms it."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="alternatives")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("rank",)
        constraints = (
            models.UniqueConstraint(fields=["booking", "slot"], name="alternative_once"),
            models.UniqueConstraint(fields=["booking", "rank"], name="alternative_rank_once"),
            models.CheckConstraint(condition=Q(rank__in=[1, 2]), name="alternative_first_or_second"),
        )

    def __str__(self) -> str:
        return f"{self.booking} · {self.rank}"

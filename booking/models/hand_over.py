from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from booking.models.booking import Booking


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def open(self) -> Self:
        """Asked, and neither answered nor replaced."""
        return self.filter(accepted_at=None, ended_at=None)

    def open_at(self, at: datetime) -> Self:
        return self.open().filter(expires_at__gt=at)


class HandOver(models.Model):
    """A colleague who was asked to take a booking over. The mail holds the token, the row only its hash."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="hand_overs")
    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # replaced by another, or the booking has ended

    objects = HandOverQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["booking"], condition=Q(accepted_at=None, ended_at=None), name="hand_over_one_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.booking} · {self.created_at:%Y-%m-%d}"

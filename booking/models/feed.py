from __future__ import annotations

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from schools.models import Membership, School
from workshops.models import Partner, PartnerRole


def make_feed_token() -> str:
    return secrets.token_urlsafe(24)


class FeedQuerySet(models.QuerySet["Feed"]):
    def alive(self) -> Self:
        """Addresses whose owner still is what the feed is for."""
        offices = Membership.objects.filter(
            user=OuterRef("user"), school=OuterRef("school"), role="office", state="confirmed"
        )
        organisers = PartnerRole.objects.filter(user=OuterRef("user"), partner=OuterRef("partner"))
        return self.filter(
            Q(kind="teacher")
            | Q(kind="trainer", user__trainer__isnull=False)
            | Q(kind="school") & Exists(offices)
            | Q(kind="partner") & (Q(user__is_network_admin=True) | Exists(organisers)),
            user__is_active=True,
        )


class Feed(models.Model):
    """A secret calendar address. The token is stored as it is, for it is shown again; a reset makes a new one."""

    class Kind(models.TextChoices):
        TRAINER = "trainer", _("my assignments")
        TEACHER = "teacher", _("my bookings")
        SCHOOL = "school", _("bookings of the school")
        PARTNER = "partner", _("dates of the house")

    class Level(models.TextChoices):
        FULL = "full", _("everything")
        NO_CONTACT = "no_contact", _("without contact data")
        BUSY = "busy", _("only times")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feeds")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.FULL)
    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, null=True, blank=True, related_name="+")
    token = models.CharField(max_length=64, unique=True, default=make_feed_token)
    last_fetched_at = models.DateTimeField(null=True, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "kind", "level", "school", "partner"], nulls_distinct=False, name="feed_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["trainer", "teacher"], school=None, partner=None)
                | Q(kind="school", school__isnull=False, partner=None)
                | Q(kind="partner", school=None, partner__isnull=False),
                name="feed_scope_fits_its_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.kind} · {self.level}"

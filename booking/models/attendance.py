from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking


class Attendance(models.Model):
    """Who came, as numbers: girls, boys, diverse, not asked. No names, ever.

    No row means "not recorded", never zero. More may come than were booked. `note` is for the team alone, and for two
    weeks. A missed visit that was `excused` stays one, but is no mark on the school any more.
    """

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="attendance")
    f = models.PositiveSmallIntegerField(_("girls"), default=0)
    m = models.PositiveSmallIntegerField(_("boys"), default=0)
    d = models.PositiveSmallIntegerField(_("diverse"), default=0)
    unknown = models.PositiveSmallIntegerField(_("not asked"), default=0)
    adults = models.PositiveSmallIntegerField(_("adults"), default=0)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    no_show = models.BooleanField(_("nobody came"), default=False)
    late_minutes = models.PositiveSmallIntegerField(_("minutes late"), default=0, db_default=0)
    note = models.CharField(_("note"), max_length=500, blank=True, default="", db_default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    revision = models.PositiveSmallIntegerField(default=1)
    excused_at = models.DateTimeField(null=True, blank=True)
    excused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(no_show=False) | Q(f=0, m=0, d=0, unknown=0, adults=0, minutes=0, late_minutes=0),
                name="attendance_nobody_counts_nobody",
            ),
            models.CheckConstraint(
                condition=Q(no_show=True) | ~Q(f=0, m=0, d=0, unknown=0), name="attendance_somebody_came"
            ),
            models.CheckConstraint(
                condition=Q(excused_at=None) | Q(no_show=True), name="attendance_only_who_missed_is_excused"
            ),
        )
        indexes = (
            models.Index(fields=["booking"], condition=~Q(note=""), name="attendance_to_forget"),  # of two weeks
        )

    def __str__(self) -> str:
        return f"{self.booking}: {self.present}"

    @property
    def present(self) -> int:
        return self.f + self.m + self.d + self.unknown

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from booking.models.vocabulary import State
from schools.dates import day
from schools.schooldays import local_day
from workshops.models import Slot, Workshop
from workshops.month import Month

if TYPE_CHECKING:
    from accounts.models import User

CAME_TRUE = (State.REQUESTED, State.OFFERED, State.CONFIRMED, State.ATTENDED, State.NO_SHOW)


class WatchQuerySet(models.QuerySet["Watch"]):
    def live(self, at: datetime) -> Self:
        """Not over, and not of somebody who has booked that workshop since."""
        return self.filter(ends_at__gt=at).exclude(Exists(booked_since()))

    def of(self, user: User) -> Self:
        return self.filter(user=user)


def booked_since() -> models.QuerySet[Booking]:
    """Bookings that a watch was waiting for."""
    mine = Booking.objects.filter(owner=OuterRef("user"), slot__workshop=OuterRef("workshop"), state__in=CAME_TRUE)
    return mine.filter(created_at__gte=OuterRef("created_at"))


class Watch(models.Model):
    """Somebody wants to hear when a date of a workshop opens, of a grade and in a month if these are named.

    The address is that of the account, which a code has proven. A watch that has ended is deleted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches")
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="watches")
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True)
    month = models.CharField(_("month"), max_length=7, blank=True)  # 2027-05
    language = models.CharField(max_length=5, default="de")
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = WatchQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "workshop", "grade", "month"], nulls_distinct=False, name="watch_once_a_wish"
            ),
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade__gte=1, grade__lte=13), name="watch_grade_1_to_13"
            ),
            models.CheckConstraint(
                condition=Q(month="") | Q(month__regex=r"^\d{4}-\d{2}$"), name="watch_month_written"
            ),
        )
        indexes = (models.Index(fields=["workshop", "ends_at"], name="watch_of_workshop"),)

    def __str__(self) -> str:
        return f"{self.workshop} · {self.grade or '*'} · {self.month or '*'}"

    @property
    def month_name(self) -> str:
        """May 2027."""
        month = Month.read(self.month)
        return day(month.first, "month") if month else ""

    def fits(self, slot: Slot) -> bool:
        """Whether the date is one of those that are waited for."""
        is_for_grade = self.grade is None or self.grade in slot.workshop.grades
        return is_for_grade and (not self.month or f"{local_day(slot.starts_at):%Y-%m}" == self.month)

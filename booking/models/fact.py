from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from schools.models import Country, School
from workshops.models import FundingPot, Partner, Slot, Workshop
from workshops.vocabulary import Discipline, Format, SpokenLanguage

MIXED = "mixed"


class VisitFact(models.Model):
    """What one group's visit, or its wish for one, adds to every report: each figure comes from here. No personal data.

    Written with the booking that ends (`booking/reports/facts.py`). A live booking has none, nor has one that its
    school called off in time. Where the school lies and of which kind it is, and what the workshop is about, are
    copies of the day on which the row was made; numbers follow a correction.
    """

    class Status(models.TextChoices):
        HELD = "held", _("took place")
        NO_SHOW = "no_show", _("did not come")
        LATE_CANCEL = "late_cancel", _("called off late by the school")
        PROVIDER_CANCEL = "provider_cancel", _("called off by the provider")
        TURNED_AWAY = "turned_away", _("got no date")

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="fact")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="facts")
    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="facts")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="facts")  # the responsible one
    helpers = ArrayField(models.BigIntegerField(), default=list)  # keys of the partners that helped on that day
    pot = models.ForeignKey(FundingPot, models.PROTECT, null=True, related_name="facts")  # the one it is charged to
    school = models.ForeignKey(School, models.PROTECT, related_name="facts")
    status = models.CharField(max_length=16, choices=Status.choices)
    day = models.DateField()  # local
    school_year = models.DateField()  # its first of August
    minutes = models.PositiveSmallIntegerField()  # as recorded, else as planned
    format = models.CharField(max_length=10, choices=Format.choices)
    discipline = models.CharField(max_length=20, choices=Discipline.choices, blank=True)  # the first one
    language = models.CharField(max_length=5, choices=SpokenLanguage.choices)
    school_kind = models.CharField(max_length=12, choices=School.Kind.choices)
    country = models.CharField(max_length=2, choices=Country.choices)
    district = models.CharField(max_length=12, blank=True)  # AGS5, TERYT4 or okres
    grades = ArrayField(models.PositiveSmallIntegerField())
    grade_key = models.CharField(max_length=5)  # the grade, or "mixed"
    first_visit = models.BooleanField()
    planned = models.PositiveSmallIntegerField()  # pupils booked
    f = models.PositiveSmallIntegerField(default=0)
    m = models.PositiveSmallIntegerField(default=0)
    d = models.PositiveSmallIntegerField(default=0)
    unknown = models.PositiveSmallIntegerField(default=0)
    adults = models.PositiveSmallIntegerField(default=0)
    trainer_minutes = models.PositiveIntegerField(default=0, db_default=0)  # its share of what the date took the team
    km = models.PositiveIntegerField(default=0, db_default=0)  # its share of the way
    family = models.UUIDField()  # a digest: this group's wishes for this workshop in this school year
    turned_away = models.PositiveSmallIntegerField(default=0)  # its pupils, on one row of a family that got no visit

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=["held", "no_show", "late_cancel", "provider_cancel", "turned_away"]),
                name="fact_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="held") & ~Q(f=0, m=0, d=0, unknown=0)
                | ~Q(status="held") & Q(f=0, m=0, d=0, unknown=0, adults=0),
                name="fact_counts_who_came",
            ),
            models.CheckConstraint(
                condition=Q(turned_away=0) | Q(status__in=["turned_away", "provider_cancel"]),
                name="fact_turned_away_has_no_visit",
            ),
        )
        indexes = (
            models.Index(fields=["day", "partner"], name="fact_of_day"),
            models.Index(fields=["family"], name="fact_of_family"),
        )

    def __str__(self) -> str:
        return f"{self.booking_id} · {self.get_status_display()}"

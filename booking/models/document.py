from __future__ import annotations

from typing import Self

from django.db import connection, models
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from workshops.models import Partner


class DocumentQuerySet(models.QuerySet["Document"]):
    def of_visit(self, booking: Booking, kind: str) -> Self:
        """All that were given out for a visit, the newest first: the others are replaced."""
        return self.filter(booking=booking, kind=kind).order_by("-revision")

    def next_number(self, partner: Partner, year: int) -> int:
        """The number after the last one of a house and year. Who asks at the same moment waits until the caller's
        transaction ends."""
        with connection.cursor() as cursor:
            key = f"document:{partner.pk}:{year}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        last = self.filter(partner=partner, year=year).aggregate(last=Max("number"))["last"]
        return (last or 0) + 1


class Document(models.Model):
    """A paper that was given out for a visit, with its number and a copy of what it certifies: the same paper comes
    again whatever is renamed or erased. No names of people.

    A correction of the attendance leads to a new one, which names the one it `replaces`.
    """

    class Kind(models.TextChoices):
        PARTICIPATION = "participation", _("Certificate of participation")
        SERVICE = "service", _("Service confirmation")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="documents")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="documents")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    revision = models.PositiveSmallIntegerField()  # of the attendance that it certifies
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    facts = models.JSONField()
    issued_at = models.DateTimeField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["partner", "year", "number"], name="document_number_once"),
            models.UniqueConstraint(fields=["booking", "kind", "revision"], name="document_once_a_revision"),
            models.CheckConstraint(condition=Q(kind__in=["participation", "service"]), name="document_kind_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    @property
    def name(self) -> str:
        """2027-0012."""
        return f"{self.year}-{self.number:04d}"

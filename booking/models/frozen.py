from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import Q

from schools.schooldays import local_day
from workshops.models import Cooperation, FundingPot, Partner, Slot, Workshop

if TYPE_CHECKING:
    from accounts.models import User

# Over the very bytes that are kept, in the database: rows of years need not travel.
DIGEST = r"encode(sha256(convert_to(result || E'\n' || rows, 'UTF8')), 'hex')"


class FrozenReportQuerySet(models.QuerySet["FrozenReport"]):
    def of_houses(self, user: User) -> Self:
        """What `user` reads in full: of own houses; network admins all."""
        return self if user.is_network_admin else self.filter(partner__in=user.partner_roles.values("partner"))

    def of_pots(self, user: User) -> Self:
        """What a funder reads, masked: of each question the newest answer, for two would tell what came between."""
        newest = self.model.objects.order_by("question", "partner_id", "-at", "-pk").distinct("question", "partner_id")
        return self.filter(pot__in=user.pot_readings.values("pot"), pk__in=newest.values("pk"))

    def visible_to(self, user: User) -> Self:
        return self if user.is_network_admin else self.of_houses(user) | self.of_pots(user)

    def counting(self, slot: Slot) -> Self:
        """Those whose question meets the visits of a date, be it as joint ones."""
        day = local_day(slot.starts_at)
        helping = Cooperation.objects.filter(workshop=slot.workshop_id).valid_on(day).values("partner")
        house = Q(partner=None) | Q(partner=slot.workshop.partner_id) | Q(partner__in=helping)
        workshop, pot = Q(workshop=None) | Q(workshop=slot.workshop_id), Q(pot=None) | Q(pot=slot.pot_id)
        return self.filter(house, workshop, pot, first__lte=day, last__gte=day)

    def newest_first(self) -> Self:
        """By when they were frozen; without the rows, which no page shows."""
        return self.select_related("partner", "pot", "by").defer("rows").order_by("-at", "-pk")


class FrozenReport(models.Model):
    """A report as it was on one day, with its rows: the same bytes years later, whatever is erased or corrected.

    `question` is what was asked, `partner` whose visits were read (None: the whole network); `result` and `rows` are
    canonical JSON, `sha256` the digest of both with a line end between.
    """

    question = models.JSONField()
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="frozen_reports")
    pot = models.ForeignKey(FundingPot, models.PROTECT, null=True, related_name="frozen_reports")
    workshop = models.ForeignKey(Workshop, models.PROTECT, null=True, related_name="+")
    first = models.DateField()
    last = models.DateField()
    result = models.TextField()
    rows = models.TextField()
    visits = models.PositiveIntegerField()  # how many rows
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    objects = FrozenReportQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="frozen_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="frozen_has_a_digest"),
        )
        indexes = (models.Index(fields=["first", "last"], name="frozen_period"),)

    def __str__(self) -> str:
        return f"{self.first} – {self.last}, {self.at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What was frozen stays as it is."""
        if not self._state.adding:
            raise ValueError("A frozen report is never changed.")
        super().save(*args, **kwargs)

    @property
    def is_whole(self) -> bool:
        """Whether what is kept is what was frozen. One query."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {DIGEST} FROM booking_frozenreport WHERE id = %s", [self.pk])  # noqa: S608 (names of our own)
            return bool(cursor.fetchone()[0] == self.sha256)

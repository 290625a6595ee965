from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.models.lasting import Lasting
from workshops.models.partner import Partner
from workshops.models.workshop import Workshop

if TYPE_CHECKING:
    from accounts.models import User


class CooperationQuerySet(models.QuerySet["Cooperation"]):
    def valid_on(self, day: Any) -> Self:
        """Those of a local day, be it an expression."""
        return self.filter(valid__contains=day)

    def today_of(self, user: User) -> Self:
        """Where a house that `user` works for helps today."""
        return self.valid_on(timezone.localdate()).filter(partner__roles__user=user)


class Cooperation(Lasting, models.Model):
    """A house that helps with a workshop of another while `valid`: it sees who comes, and decides nothing.

    Whom to call, and what a class needs, it sees only where the responsible house says so. That house is none of
    its own helpers: the rule that writes these rows looks.
    """

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="cooperations")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="cooperations")
    valid = DateRangeField(_("valid"))
    sees_contacts = models.BooleanField(_("sees contacts"), default=False, db_default=False)

    objects = CooperationQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workshop", "partner"], name="cooperation_once_a_house"),)

    def __str__(self) -> str:
        return f"{self.workshop} · {self.partner}"

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from workshops.models.lasting import Lasting
from workshops.texts import TextsField


class Funder(models.Model):
    """Who pays. Names of ministries change: pots carry the dates."""

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=80, blank=True)

    def __str__(self) -> str:
        return self.name


class FundingPot(Lasting, models.Model):
    """Money for a purpose and a time. A slot is charged to one pot; a workshop may show several."""

    funder = models.ForeignKey(Funder, models.PROTECT, related_name="pots")
    code = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=160)
    valid = DateRangeField(_("valid"))
    acknowledgement = TextsField(_("acknowledgement"))
    hold_until = models.DateField(_("keep evidence until"), null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class PotReader(models.Model):
    """Who may read the reports of a pot."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pot_readings")
    pot = models.ForeignKey(FundingPot, models.CASCADE, related_name="readers")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "pot"], name="pot_reader_once"),)

    def __str__(self) -> str:
        return f"{self.user} · {self.pot}"


class WorkshopPotQuerySet(models.QuerySet["WorkshopPot"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(valid__contains=day)


class WorkshopPot(Lasting, models.Model):
    """A pot whose funder stands on the workshop's page while it is valid."""

    workshop = models.ForeignKey("workshops.Workshop", models.CASCADE, related_name="pots")
    pot = models.ForeignKey(FundingPot, models.PROTECT, related_name="workshops")
    valid = DateRangeField(_("valid"))

    objects = WorkshopPotQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workshop", "pot"], name="workshop_pot_once"),)

    def __str__(self) -> str:
        return f"{self.workshop} · {self.pot}"

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.sorting import for_people
from workshops.models.partner import Partner
from workshops.models.versioned import Versioned
from workshops.models.workshop import Workshop
from workshops.vocabulary import SpokenLanguage


class Trainer(Versioned):
    """Who leads workshops: employee, student tutor, volunteer. Has an account once invited."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="trainer"
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    languages = ArrayField(models.CharField(max_length=5, choices=SpokenLanguage.choices), default=list, blank=True)
    towing = models.BooleanField(_("may tow the trailer"), default=False)
    reminded = models.BooleanField(default=True, db_default=True)  # chosen by the mail's link while without an account
    partners = models.ManyToManyField(Partner, through="TrainerPartner", related_name="trainers")
    updated_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)  # of what calendars show

    class Meta:
        ordering = for_people("name")

    def __str__(self) -> str:
        return self.name


class TrainerPartner(models.Model):
    """A trainer works for several partners: one pool."""

    trainer = models.ForeignKey(Trainer, models.CASCADE, related_name="engagements")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="engagements")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["trainer", "partner"], name="trainer_once_a_partner"),)

    def __str__(self) -> str:
        return f"{self.trainer} · {self.partner}"


class Qualification(models.Model):
    """The workshops that a trainer can lead."""

    trainer = models.ForeignKey(Trainer, models.CASCADE, related_name="qualifications")
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="qualifications")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["trainer", "workshop"], name="qualification_once"),)

    def __str__(self) -> str:
        return f"{self.trainer} · {self.workshop}"

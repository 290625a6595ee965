from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.policy import PolicyColumns
from workshops.texts import TextsField


class Partner(PolicyColumns):
    """An organisation of the network: it offers workshops and answers for them."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)
    mailbox = models.EmailField(_("mailbox"), help_text=_("Mails to schools come from here."))
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    about = TextsField(_("about"))
    house_rules = TextsField(_("house rules"))
    imprint = TextsField(_("imprint"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PartnerRole(models.Model):
    """Who works for a partner here."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("organiser")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="partner_roles")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ORGANISER)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "partner", "role"], name="partner_role_once"),
            models.CheckConstraint(condition=Q(role="organiser"), name="partner_role_known"),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.partner}"

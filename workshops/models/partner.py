from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.sorting import for_people
from workshops.models.policy import PolicyColumns
from workshops.models.versioned import Versioned
from workshops.texts import TextsField

if TYPE_CHECKING:
    from accounts.models import User


class PartnerQuerySet(models.QuerySet["Partner"]):
    def organised_by(self, user: User) -> Self:
        """The houses that `user` works for; the network's admin organises all."""
        return self if user.is_network_admin else self.filter(roles__user=user)


class Partner(Versioned, PolicyColumns):
    """An organisation of the network: it offers workshops and answers for them."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)
    legal_name = models.CharField(_("legal name"), max_length=160, blank=True)
    mailbox = models.EmailField(_("mailbox"), help_text=_("Mails to schools come from here."))
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    about = TextsField(_("about"))
    house_rules = TextsField(_("house rules"))
    terms = TextsField(_("terms of participation"))
    rules_version = models.PositiveIntegerField(default=1)  # rises when terms or house rules change
    imprint = TextsField(_("imprint"))
    privacy = TextsField(_("privacy note"))
    logo = models.ImageField(_("logo"), upload_to="logos", blank=True)
    colour = models.CharField(_("colour"), max_length=7, blank=True, help_text=_("for example #29406b"))
    updated_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)  # of what calendars show

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = for_people("name")
        constraints = (
            models.CheckConstraint(
                condition=Q(colour="") | Q(colour__regex=r"^#[0-9a-f]{6}$"), name="partner_colour_is_a_colour"
            ),
        )

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

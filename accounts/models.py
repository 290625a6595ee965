from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, **extra: Any) -> User:
        """A person who signs in by code: nobody has a password. The address is known to allauth as verified."""
        from allauth.account.models import EmailAddress  # needs loaded apps

        user = self.model(email=email.strip().lower(), **extra)
        user.set_unusable_password()
        user.save(using=self._db)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


class User(AbstractBaseUser):
    """A person. The address is the login; roles are rows where their object lives."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, default="de")
    is_network_admin = models.BooleanField(_("network admin"), default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    remembered_roles: Any = None  # what booking.access found out about this object; no column

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_once"),)

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Django's admin is the network admin's tool."""
        return self.is_network_admin

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_network_admin

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_network_admin


class TokenQuerySet(models.QuerySet["Token"]):
    def alive(self, at: datetime) -> Self:
        return self.filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=at), revoked_at=None, user__is_active=True
        )

    def issue(self, user: User, *, scope: str, name: str = "", expires_at: datetime | None = None) -> str:
        """Make a token and return its text, which is shown once: only its hash is stored."""
        text = "lo_" + secrets.token_urlsafe(32)
        self.create(user=user, scope=scope, name=name, hash=Token.digest(text), expires_at=expires_at)
        return text


class Token(models.Model):
    """A key for programs. It does what its person may, within its scope."""

    class Scope(models.TextChoices):
        READ = "read", _("read")
        BOOK = "book", _("book")
        ORGANISE = "organise", _("organise")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices, default=Scope.READ)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(scope__in=["read", "book", "organise"]), name="token_scope_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name or self.scope} ({self.user})"

    @staticmethod
    def digest(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    def covers(self, scope: str) -> bool:
        """`organise` includes `book`, `book` includes `read`."""
        order = list(self.Scope.values)
        return order.index(scope) <= order.index(self.scope)


class Tally(models.Model):
    """How often something was tried in a window of time; counted by one upsert, so that twins cannot share a try."""

    key = models.CharField(max_length=120, unique=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"

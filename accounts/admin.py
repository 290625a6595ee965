"""Django's admin, for the network's admin: to look things up. What a rule decides is read here and changed there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import allauth.account.admin  # registers itself, and must have done so before it is taken out
import allauth.mfa.admin  # noqa: F401 (as above)
import django.contrib.auth.admin  # noqa: F401 (as above)
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Token, User

admin.site.site_header = _("Network: looking things up")
admin.site.site_title = admin.site.site_header
admin.site.index_title = _("Everything that is stored")
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # nobody has a password
for stranger in (EmailAddress, Authenticator, Group):  # keys of second factors, and what nobody uses here
    admin.site.unregister(stranger)


if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin  # takes no parameter when it runs


class Searched(ModelAdmin):
    """A list of bounded length and cost; nothing is deleted from a list."""

    actions = None
    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The pages of single rows name others too: read with them."""
        rows = super().get_queryset(request)
        return rows.select_related(*self.list_select_related) if isinstance(self.list_select_related, tuple) else rows

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(Searched):
    """Rows that only rules write: no form, no addition."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def called(one: Promise | str, many: Promise | str) -> Callable[[type[ModelAdmin]], Any]:
    """How the admin calls the rows of a model; stands above `@admin.register`. In a Meta each would be a migration."""

    def name(page: type[ModelAdmin]) -> type[ModelAdmin]:
        for model, registered in admin.site._registry.items():  # noqa: SLF001 (there is no other way to ask)
            if type(registered) is page:
                model._meta.verbose_name, model._meta.verbose_name_plural = one, many  # type: ignore[assignment]  # noqa: SLF001 (a label, nothing that is stored)
        return page

    return name


@called(_("person"), _("people"))
@admin.register(User)
class UserAdmin(Searched):
    """The address is the login and stays; people come in by invitation or by signing in."""

    list_display = ("email", "name", "language", "is_network_admin", "is_active", "last_login")
    list_filter = ("is_network_admin", "is_active", "language")
    search_fields = ("email", "name")
    fields = (
        "email",
        "name",
        "phone",
        "language",
        "is_network_admin",
        "is_active",
        "last_login",
        "created_at",
    )
    readonly_fields = ("email", "last_login", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@called(_("API key"), _("API keys"))
@admin.register(Token)
class TokenAdmin(ReadOnly):
    list_display = ("user", "name", "scope", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    list_filter = ("scope",)
    search_fields = ("user__email", "name")
    exclude = ("hash",)

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnly, Searched, called
from schools import moving
from schools.models import Closure, Membership, School

OVERRIDABLE = ("name", "kind", "street", "postcode", "city", "office_mail", "phone")


@called(_("school"), _("schools"))
@admin.register(School)
class SchoolAdmin(Searched):
    """Facts of the register; what is corrected here, an import leaves alone."""

    list_display = ("name", "city", "kind", "state", "source", "source_id")
    list_filter = ("state", "country", "kind")
    search_fields = ("name",)
    fields = (
        *OVERRIDABLE, "country", "district_code", "state", "source", "source_id", "merged_into", "overridden_fields",
        "last_seen",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name not in OVERRIDABLE)
    list_select_related = ("merged_into",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[Any, bool]:
        """As everywhere in the house: beginnings of words, whatever their marks."""
        return (queryset.matching(search_term) if search_term.strip() else queryset), False  # type: ignore[attr-defined]  # SchoolQuerySet

    def save_model(self, request: HttpRequest, obj: School, form: ModelForm[School], change: bool) -> None:
        obj.overridden_fields = sorted({*obj.overridden_fields, *form.changed_data})
        obj.version += 1
        super().save_model(request, obj, form, change)
        moving.follow([(obj.pk, form.changed_data)])


@called(_("membership"), _("memberships"))
@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    list_display = ("user", "school", "role", "state", "how", "at")
    list_select_related = ("user", "school", "by")
    list_filter = ("role", "state")
    search_fields = ("user__email",)


@called(_("day off"), _("days off"))
@admin.register(Closure)
class ClosureAdmin(Searched):
    """Holidays and days without lessons. Those of the package come by themselves."""

    list_display = ("name", "first", "last", "country", "region_code", "district_code", "school")
    list_select_related = ("school",)
    raw_id_fields = ("school",)
    search_fields = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_network_admin", False))

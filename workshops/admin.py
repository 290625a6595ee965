"""What partners offer. All of it is changed on pages of organisers, where rules look, lock and tell."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnly, called
from workshops.models import (
    Assignment,
    Cooperation,
    Funder,
    FundingPot,
    Partner,
    PartnerRole,
    PotReader,
    Qualification,
    Slot,
    Trainer,
    TrainerPartner,
    Venue,
    Workshop,
    WorkshopPot,
)


@called(_("house"), _("houses"))
@admin.register(Partner)
class PartnerAdmin(ReadOnly):
    list_display = ("name", "slug", "mailbox", "phone", "rules_version")
    search_fields = ("name", "slug")


@called(_("organiser"), _("organisers"))
@admin.register(PartnerRole)
class PartnerRoleAdmin(ReadOnly):
    list_display = ("user", "partner", "role")
    list_select_related = ("user", "partner")
    search_fields = ("user__email", "partner__name")


@called(_("funder"), _("funders"))
@admin.register(Funder)
class FunderAdmin(ReadOnly):
    list_display = ("name", "kind")
    search_fields = ("name",)


@called(_("funding pot"), _("funding pots"))
@admin.register(FundingPot)
class FundingPotAdmin(ReadOnly):
    list_display = ("code", "name", "funder", "valid", "hold_until")
    list_select_related = ("funder",)
    search_fields = ("code", "name")


@called(_("reader of reports"), _("readers of reports"))
@admin.register(PotReader)
class PotReaderAdmin(ReadOnly):
    list_display = ("user", "pot")
    list_select_related = ("user", "pot")
    search_fields = ("user__email", "pot__code")


@called(_("workshop"), _("workshops"))
@admin.register(Workshop)
class WorkshopAdmin(ReadOnly):
    list_display = ("slug", "title", "partner", "state", "format", "booking_mode")
    list_select_related = ("partner", "venue")
    list_filter = ("state", "format", "booking_mode")
    search_fields = ("slug", "sort_title")


@called(_("pot of a workshop"), _("pots of workshops"))
@admin.register(WorkshopPot)
class WorkshopPotAdmin(ReadOnly):
    list_display = ("workshop", "pot", "valid")
    list_select_related = ("workshop", "pot")
    search_fields = ("workshop__slug", "pot__code")


@called(_("cooperation"), _("cooperations"))
@admin.register(Cooperation)
class CooperationAdmin(ReadOnly):
    list_display = ("workshop", "partner", "valid", "sees_contacts")
    list_select_related = ("workshop", "partner")
    search_fields = ("workshop__slug", "partner__name")


@called(_("venue"), _("venues"))
@admin.register(Venue)
class VenueAdmin(ReadOnly):
    list_display = ("name", "city", "partner", "step_free", "active")
    list_select_related = ("partner",)
    search_fields = ("name", "city")


@called(_("trainer"), _("trainers"))
@admin.register(Trainer)
class TrainerAdmin(ReadOnly):
    list_display = ("name", "email", "user", "languages", "towing")
    list_select_related = ("user",)
    search_fields = ("name", "email")
    exclude = ("partners",)


@called(_("engagement"), _("engagements"))
@admin.register(TrainerPartner)
class TrainerPartnerAdmin(ReadOnly):
    list_display = ("trainer", "partner")
    list_select_related = ("trainer", "partner")
    search_fields = ("trainer__name", "partner__name")


@called(_("qualification"), _("qualifications"))
@admin.register(Qualification)
class QualificationAdmin(ReadOnly):
    list_display = ("trainer", "workshop")
    list_select_related = ("trainer", "workshop")
    search_fields = ("trainer__name", "workshop__slug")


@called(_("date"), _("dates"))
@admin.register(Slot)
class SlotAdmin(ReadOnly):
    list_display = ("starts_at", "workshop", "venue", "state", "places_taken", "capacity", "groups_waiting", "listed")
    list_select_related = ("workshop", "venue")
    list_filter = ("state", "booking_mode", "listed")
    search_fields = ("workshop__slug",)
    exclude = ("link_key",)


@called(_("assignment"), _("assignments"))
@admin.register(Assignment)
class AssignmentAdmin(ReadOnly):
    list_display = ("trainer", "slot", "role", "state")
    list_select_related = ("trainer", "slot__workshop")
    list_filter = ("state", "role")
    search_fields = ("trainer__name",)

"""Bookings and what came of them: rows that only rules write. Keys, codes and what mails are made of stay out."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnly, called
from booking.models import (
    Alternative,
    Attendance,
    Booking,
    Bounce,
    Broadcast,
    Change,
    Document,
    Explanation,
    Feed,
    IdempotencyKey,
    Inquiry,
    Message,
    MessageChoice,
    Note,
    Pause,
    Watch,
)


@called(_("booking"), _("bookings"))
@admin.register(Booking)
class BookingAdmin(ReadOnly):
    """Found by its reference; by school or name the telephone search of organisers finds more."""

    list_display = ("reference", "state", "slot", "school", "group_name", "pupils", "created_at")
    list_select_related = ("slot__workshop", "school", "owner")
    list_filter = ("state",)
    search_fields = ("reference__exact",)


@called(_("further wish"), _("further wishes"))
@admin.register(Alternative)
class AlternativeAdmin(ReadOnly):
    list_display = ("booking", "slot", "rank")
    list_select_related = ("booking__school", "booking__slot__workshop", "slot__workshop")
    search_fields = ("booking__reference__exact",)


@called(_("attendance"), _("attendances"))
@admin.register(Attendance)
class AttendanceAdmin(ReadOnly):
    list_display = ("booking", "f", "m", "d", "unknown", "adults", "no_show", "at")
    list_select_related = ("booking__school", "booking__slot__workshop", "by")
    list_filter = ("no_show",)
    search_fields = ("booking__reference__exact",)


@called(_("document"), _("documents"))
@admin.register(Document)
class DocumentAdmin(ReadOnly):
    list_display = ("year", "number", "partner", "kind", "booking", "issued_at")
    list_select_related = ("partner", "booking__school", "booking__slot__workshop", "replaces")
    list_filter = ("kind",)
    search_fields = ("booking__reference__exact",)


@called(_("explanation"), _("explanations"))
@admin.register(Explanation)
class ExplanationAdmin(ReadOnly):
    list_display = ("booking", "at", "answered_at")
    list_select_related = ("booking__school", "booking__slot__workshop")
    search_fields = ("booking__reference__exact",)


@called(_("change"), _("changes"))
@admin.register(Change)
class ChangeAdmin(ReadOnly):
    list_display = ("at", "kind", "actor", "role", "booking", "slot", "workshop", "partner")
    list_select_related = (
        "actor", "booking__school", "booking__slot__workshop", "slot__workshop", "workshop", "partner",
    )  # fmt: skip
    list_filter = ("kind",)
    search_fields = ("booking__reference__exact",)


@called(_("mail"), _("mails"))
@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ("created_at", "kind", "state", "to_address", "tries", "due_at", "sent_at")
    list_select_related = (
        "to_user",
        "booking__school",
        "booking__slot__workshop",
        "slot__workshop",
        "broadcast",
        "partner",
    )
    list_filter = ("state", "kind")
    search_fields = ("booking__reference__exact",)
    exclude = ("sealed", "context", "message_id", "dedupe_key")


@called(_("choice about mails"), _("choices about mails"))
@admin.register(MessageChoice)
class MessageChoiceAdmin(ReadOnly):
    list_display = ("user", "kind", "how")
    list_select_related = ("user",)
    search_fields = ("user__email",)


@called(_("address that takes no mails"), _("addresses that take no mails"))
@admin.register(Bounce)
class BounceAdmin(ReadOnly):
    list_display = ("address", "reason", "count", "at")
    search_fields = ("address",)


@called(_("letter to groups"), _("letters to groups"))
@admin.register(Broadcast)
class BroadcastAdmin(ReadOnly):
    list_display = ("at", "partner", "subject", "by")
    list_select_related = ("partner", "by", "slot__workshop", "workshop")
    search_fields = ("subject",)


@called(_("note"), _("notes"))
@admin.register(Note)
class NoteAdmin(ReadOnly):
    list_display = ("at", "partner", "by", "booking", "school")
    list_select_related = ("partner", "by", "booking__school", "booking__slot__workshop", "school")
    search_fields = ("booking__reference__exact",)


@called(_("calendar address"), _("calendar addresses"))
@admin.register(Feed)
class FeedAdmin(ReadOnly):
    list_display = ("user", "kind", "level", "school", "partner", "last_fetched_at")
    list_select_related = ("user", "school", "partner")
    list_filter = ("kind", "level")
    search_fields = ("user__email",)
    exclude = ("token",)


@called(_("answer that is kept"), _("answers that are kept"))
@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnly):
    list_display = ("user", "status", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    exclude = ("key", "request_hash", "answer")


@called(_("wish without a date"), _("wishes without a date"))
@admin.register(Inquiry)
class InquiryAdmin(ReadOnly):
    list_display = ("created_at", "state", "workshop", "school", "pupils", "answered_by", "ended_at")
    list_select_related = ("workshop", "school", "owner", "answered_by")
    list_filter = ("state",)
    search_fields = ("contact_email__iexact",)


@called(_("wish to hear of dates"), _("wishes to hear of dates"))
@admin.register(Watch)
class WatchAdmin(ReadOnly):
    list_display = ("user", "workshop", "grade", "month", "created_at", "ends_at")
    list_select_related = ("user", "workshop")
    search_fields = ("user__email",)


@called(_("pause of sending"), _("pauses of sending"))
@admin.register(Pause)
class PauseAdmin(ReadOnly):
    list_display = ("since", "why")

"""How a booking reads in the API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.prepared import Question
from booking import access
from booking.api.offers import SchoolNameSerializer, SlotNameSerializer
from booking.explain import cancellation_terms, possible
from booking.history.bookings import skipped
from booking.models import Alternative, Attendance, Booking, Change
from booking.models.booking import BookingQuerySet
from booking.states import POSSIBLE
from workshops.models import Assignment
from workshops.vocabulary import BookingMode, SpokenLanguage

HISTORY = Change.objects.select_related("actor")
HISTORY_OF = Question(lambda booking: HISTORY.filter(booking=booking))
RECORDED = (Booking.State.ATTENDED, Booking.State.NO_SHOW)


class GroupSerializer(serializers.ModelSerializer[Booking]):
    name = serializers.CharField(source="group_name")
    grades = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=13))

    class Meta:
        model = Booking
        fields = ("name", "grades", "pupils", "adults")


class ContactSerializer(serializers.ModelSerializer[Booking]):
    """Empty for whoever is not told it."""

    name = serializers.CharField(source="contact_name")
    email = serializers.CharField(source="contact_email")
    phone = serializers.CharField(source="contact_phone")
    language = serializers.ChoiceField(SpokenLanguage.choices, source="contact_language", allow_blank=True)

    class Meta:
        model = Booking
        fields = ("name", "email", "phone", "language")


class ChangeSerializer(serializers.ModelSerializer[Change]):
    """`by` is a name for people; empty, as `reason`, for who only helps with the workshop."""

    by = serializers.CharField(source="who")
    reason = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(Change.Kind.choices)

    class Meta:
        model = Change
        fields = ("at", "kind", "by", "reason")

    def get_reason(self, change: Change) -> str:
        """As it was given; of a class that was passed over, how many places were free."""
        return skipped(change.facts) if change.kind == Change.Kind.SKIPPED else change.reason


class PresentSerializer(serializers.ModelSerializer[Attendance]):
    class Meta:
        model = Attendance
        fields = ("f", "m", "d", "unknown")


class AttendanceSerializer(serializers.ModelSerializer[Attendance]):
    present = PresentSerializer(source="*")

    class Meta:
        model = Attendance
        fields = ("present", "adults", "minutes", "late_minutes", "no_show")


class BookingSerializer(serializers.ModelSerializer[Booking]):
    """A booking as the caller may see it. Needs `actor` and `now` in the context; `actions` is what they may do now.

    What else a booking has (`changes`, `positions`) is read from the context where it is there.
    """

    slot = SlotNameSerializer()
    school = SchoolNameSerializer()
    group = GroupSerializer(source="*")
    contact = ContactSerializer(source="*")
    needs_list = serializers.ListField(child=serializers.ChoiceField(Booking.Need.choices))
    alternatives = serializers.SerializerMethodField()
    cancel_until = serializers.DateTimeField(allow_null=True)
    cancellation_terms = serializers.SerializerMethodField()
    waitlist_position = serializers.SerializerMethodField()
    attendance = serializers.SerializerMethodField()
    history = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Booking
        fields = (
            "id",
            "reference",
            "state",
            "slot",
            "school",
            "group",
            "contact",
            "language",
            "needs",
            "needs_list",
            "note",
            "arrival",
            "photos",
            "first_visit",
            "alternatives",
            "created_at",
            "cancel_until",
            "cancellation_terms",
            "waitlist_position",
            "offer_expires_at",
            "reconfirm_step",
            "reconfirm_until",
            "ended_by",
            "late",
            "attendance",
            "sequence",
            "history",
            "actions",
        )

    def get_alternatives(self, booking: Booking) -> list[int]:
        if booking.slot.booking_mode == BookingMode.INSTANT:
            return []
        return [wish.slot_id for wish in booking.alternatives.all()]

    def get_cancellation_terms(self, booking: Booking) -> str:
        return cancellation_terms(booking)

    def get_waitlist_position(self, booking: Booking) -> int | None:
        """1 is the next."""
        positions: dict[int, int] | None = self.context.get("positions")
        return booking.waitlist_position if positions is None else positions.get(booking.pk)

    def to_representation(self, booking: Booking) -> dict[str, Any]:
        actor, shown = self.context["actor"], super().to_representation(booking)
        if not access.sees_in_full(actor, booking):
            shown["history"] = [entry | {"by": "", "reason": ""} for entry in shown["history"]]
        if not access.sees_contact(actor, booking):
            shown |= {"contact": dict.fromkeys(shown["contact"], ""), "needs": "", "needs_list": [], "note": ""}
        return shown

    @extend_schema_field(AttendanceSerializer(allow_null=True))
    def get_attendance(self, booking: Booking) -> Any:
        return AttendanceSerializer(booking.attendance).data if booking.state in RECORDED else None

    @extend_schema_field(ChangeSerializer(many=True))
    def get_history(self, booking: Booking) -> Any:
        changes = self.context["changes"] if "changes" in self.context else booking.changes.all()
        return ChangeSerializer(from_the_first(changes), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(list(POSSIBLE))))
    def get_actions(self, booking: Booking) -> list[str]:
        return possible(booking, self.context["actor"], self.context["now"])


def from_the_first(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (change.at, change.pk))


def complete(bookings: BookingQuerySet) -> BookingQuerySet:
    """With all that the serializer reads, in a fixed number of queries."""
    return bookings.with_facts().prefetch_related(
        Prefetch("changes", HISTORY),
        Prefetch("alternatives", Alternative.objects.order_by("rank")),
        Prefetch("slot__assignments", Assignment.objects.accepted()),
    )


def positions_of(bookings: Sequence[Booking]) -> dict[int, int]:
    """Where each group that waits stands in the list of its slot. One query."""
    slots = {booking.slot_id for booking in bookings if booking.state == Booking.State.WAITLISTED}
    waiting = Booking.objects.waiting().filter(slot__in=slots).values_list("slot", "pk")
    seen: dict[int, int] = defaultdict(int)
    positions = {}
    for slot, pk in waiting:
        seen[slot] += 1
        positions[pk] = seen[slot]
    return positions

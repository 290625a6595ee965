"""How offers, dates and schools read in the API."""

from __future__ import annotations

from rest_framework import serializers

from schools.models import School
from workshops.models import Partner, Slot, Venue, Workshop
from workshops.vocabulary import BookingMode, Discipline, Format, SpokenLanguage


class PartnerSerializer(serializers.ModelSerializer[Partner]):
    class Meta:
        model = Partner
        fields = ("slug", "name")


class WorkshopSerializer(serializers.ModelSerializer[Workshop]):
    """Texts are in the language of the caller. `grades` are years of schooling, 1 to 13."""

    title = serializers.CharField()
    summary = serializers.CharField()
    partner = PartnerSerializer()
    disciplines = serializers.ListField(child=serializers.ChoiceField(Discipline.choices))
    format = serializers.ChoiceField(Format.choices)
    grades = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=13))
    school_types = serializers.ListField(
        source="school_kinds", child=serializers.ChoiceField(School.Kind.choices), help_text="empty: for all"
    )
    languages = serializers.ListField(child=serializers.ChoiceField(SpokenLanguage.choices))

    class Meta:
        model = Workshop
        fields = (
            "slug",
            "title",
            "summary",
            "partner",
            "disciplines",
            "format",
            "grades",
            "school_types",
            "languages",
            "minutes",
            "capacity",
            "max_groups",
            "booking_mode",
        )


class WorkshopNameSerializer(serializers.ModelSerializer[Workshop]):
    title = serializers.CharField()

    class Meta:
        model = Workshop
        fields = ("slug", "title")


class VenueSerializer(serializers.ModelSerializer[Venue]):
    class Meta:
        model = Venue
        fields = ("id", "name", "city", "lat", "lon")


class SlotSerializer(serializers.ModelSerializer[Slot]):
    """A date. `venue` is null where the workshop comes to the school or is online; `version` rises with each change."""

    workshop = WorkshopNameSerializer()
    venue = VenueSerializer(allow_null=True)
    format = serializers.ChoiceField(Format.choices, source="workshop.format")
    booking_mode = serializers.ChoiceField(BookingMode.choices)
    places_left = serializers.IntegerField()
    groups_left = serializers.IntegerField()
    languages = serializers.ListField(child=serializers.ChoiceField(SpokenLanguage.choices))

    class Meta:
        model = Slot
        fields = (
            "id",
            "workshop",
            "starts_at",
            "ends_at",
            "venue",
            "format",
            "capacity",
            "max_groups",
            "places_left",
            "groups_left",
            "booking_mode",
            "state",
            "book_until",
            "languages",
            "listed",
            "version",
        )


class SlotNameSerializer(serializers.ModelSerializer[Slot]):
    workshop = WorkshopNameSerializer()

    class Meta:
        model = Slot
        fields = ("id", "starts_at", "ends_at", "workshop")


class SchoolSerializer(serializers.ModelSerializer[School]):
    """No personal data."""

    type = serializers.ChoiceField(School.Kind.choices, source="kind")

    class Meta:
        model = School
        fields = ("id", "name", "city", "type", "country")


class SchoolNameSerializer(serializers.ModelSerializer[School]):
    class Meta:
        model = School
        fields = ("id", "name", "city")

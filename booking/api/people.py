"""How a person and their calendars read in the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from booking.access import Roles, roles_of
from booking.calendars.addresses import url_of
from booking.models import Feed
from workshops.models import Partner

ROLES = ("teacher", "office", "organiser", "trainer", "funder", "admin")


class RoleSerializer(serializers.Serializer[Any]):
    """`partner` is a slug, `school` an id; each stands only where the role is for one."""

    role = serializers.ChoiceField(ROLES)
    partner = serializers.SlugField(required=False)
    school = serializers.IntegerField(required=False)


class PersonSerializer(serializers.ModelSerializer[User]):
    roles = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ("email", "name", "language", "roles")

    @extend_schema_field(RoleSerializer(many=True))
    def get_roles(self, user: User) -> Any:
        return list(roles_in_words(roles_of(user)))


class FeedSerializer(serializers.ModelSerializer[Feed]):
    """An address of a calendar. Whoever knows it reads it."""

    school = serializers.IntegerField(source="school_id", required=False)
    partner = serializers.SlugField(source="partner.slug", required=False)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Feed
        fields = ("kind", "level", "school", "partner", "url")

    def get_url(self, feed: Feed) -> str:
        return url_of(feed)

    def to_representation(self, feed: Feed) -> dict[str, Any]:
        shown = super().to_representation(feed)
        return {name: value for name, value in shown.items() if value is not None}


class FeedsSerializer(serializers.Serializer[Any]):
    feeds = FeedSerializer(many=True)


def roles_in_words(roles: Roles) -> Iterator[dict[str, Any]]:
    """One entry for each school and partner. One query (partners), none without them."""
    yield from ({"role": "teacher", "school": school} for school in sorted(roles.schools))
    yield from ({"role": "office", "school": school} for school in sorted(roles.offices))
    if roles.partners:
        slugs = Partner.objects.filter(pk__in=roles.partners).order_by("slug").values_list("slug", flat=True)
        yield from ({"role": "organiser", "partner": slug} for slug in slugs)
    simple = {"trainer": roles.trainer is not None, "funder": bool(roles.pots), "admin": roles.is_admin}
    yield from ({"role": name} for name, held in simple.items() if held)

"""Reports as programs read them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


def number(text: str = "") -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, help_text=text)


def hours(text: str) -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=text)


class ParticipationsSerializer(serializers.Serializer[Any]):
    """Pupils who came, each time anew. `null`: withheld from a funder, as it is under five or would tell such one."""

    f = number()
    m = number()
    d = number()
    unknown = number("not asked")
    total = number()


class FiguresSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="slug, code or month; stays whatever is renamed", allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # the name of the interface
    sessions = number("visits of one group each that took place")
    participations = ParticipationsSerializer()
    adults = number()
    contact_hours = hours("present × minutes ÷ 60; the parts are rounded so that they add up to the total")
    lesson_hours = hours("present × minutes ÷ 45")
    schools = number("distinct schools that came; never added")
    turned_away = number("pupils of groups that asked and got no visit of that workshop in the school year")
    contact_minutes = number("present × minutes, not rounded")
    no_shows = number("groups that did not come")
    first_visits = number("visits of a school that came for the first time")


class JointSerializer(serializers.Serializer[Any]):
    """Visits that another house led and this one helped with, by the house that led; in no row above."""

    rows = FiguresSerializer(many=True)
    total = FiguresSerializer()


class PlacesSerializer(serializers.Serializer[Any]):
    """Of dates that are over, not called off and wholly recorded, empty ones included."""

    offered = serializers.IntegerField()
    used = serializers.IntegerField(help_text="by pupils who were there")
    percent = serializers.FloatField(allow_null=True)


class OpenDateSerializer(serializers.Serializer[Any]):
    slot = serializers.IntegerField(allow_null=True, help_text="`null` for a funder")
    day = serializers.DateField()
    begins = serializers.TimeField()
    workshop = serializers.CharField()
    place = serializers.CharField()


class FreezingSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    sha256 = serializers.CharField()


class ReportSerializer(serializers.Serializer[Any]):
    group_by = serializers.CharField()
    to = serializers.DateField()
    filters = serializers.DictField(child=serializers.CharField(), help_text="what narrows the report")
    rows = FiguresSerializer(many=True)
    total = FiguresSerializer()
    places = PlacesSerializer(
        allow_null=True,
        required=False,
        help_text="`null` where schools or classes are chosen or a funder must not know; not in early frozen ones",
    )
    open = serializers.ListField(
        child=serializers.IntegerField(), help_text="dates that are over and not wholly recorded: their visits lack"
    )
    open_dates = OpenDateSerializer(many=True, required=False, help_text="the same in words; not in early frozen ones")
    joint = JointSerializer(allow_null=True)
    house = serializers.DictField(allow_null=True, required=False, help_text="of a frozen report: whose visits")
    funders = serializers.ListField(child=serializers.DictField(), required=False, help_text="of a frozen report")
    frozen = FreezingSerializer(allow_null=True, help_text="of what a funder reads")

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python's own and cannot be an attribute."""
        return {"from": serializers.DateField(), **super().get_fields()}

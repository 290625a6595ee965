"""What lists may be asked for; values that cannot be are 400 at the name of the parameter."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field

from booking.api.fields import LARGEST_ID
from booking.models import Booking
from booking.models.booking import BookingQuerySet
from schools.models import School, SchoolQuerySet
from schools.schooldays import ONE_DAY, day_end
from workshops.filters import DayFilter, SeveralFilter, TextFilter


class MomentBackend(DjangoFilterBackend):
    """Tells filters the moment of the request."""

    def get_filterset_kwargs(self, request: Any, queryset: Any, view: Any) -> dict[str, Any]:
        moment: datetime = view.now
        kwargs: dict[str, Any] = super().get_filterset_kwargs(request, queryset, view)
        return {**kwargs, "now": moment}


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": LARGEST_ID})
class IdFilter(django_filters.NumberFilter):
    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class SchoolFilter(django_filters.FilterSet):
    q = TextFilter(method="called", label=_("Name or town"), max_length=200)

    class Meta:
        model = School
        fields: list[str] = []

    def called(self, schools: SchoolQuerySet, name: str, text: str) -> SchoolQuerySet:
        return schools.matching(text)


class BookingFilter(django_filters.FilterSet):
    """`from` and `to` are local days of the visit, both included."""

    state = SeveralFilter(method="in_states", label=_("State"), choices=Booking.State.choices)
    slot = IdFilter(field_name="slot_id", label=_("Date"))
    school = IdFilter(field_name="school_id", label=_("School"))
    to = DayFilter(method="until", label=_("Last day"))

    class Meta:
        model = Booking
        fields: list[str] = []

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """`from` is a word of Python's own and cannot be an attribute."""
        return {"from": DayFilter(method="since", label=_("First day")), **super().get_filters()}

    def in_states(self, bookings: BookingQuerySet, name: str, states: list[str]) -> BookingQuerySet:
        return bookings.filter(state__in=states) if states else bookings

    def since(self, bookings: BookingQuerySet, name: str, day: date) -> BookingQuerySet:
        return bookings.filter(slot__starts_at__gte=day_end(day - ONE_DAY))

    def until(self, bookings: BookingQuerySet, name: str, day: date) -> BookingQuerySet:
        return bookings.filter(slot__starts_at__lt=day_end(day))

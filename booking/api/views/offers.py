"""What is offered, for everybody: workshops, dates, schools."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from booking.api.filters import SchoolFilter
from booking.api.offers import SchoolSerializer, SlotSerializer, WorkshopSerializer
from booking.api.schema import FINDS, LINK_KEY, READS, reading
from booking.api.views.base import PublicView
from schools.models import School
from workshops.filters import SlotFilter, WorkshopFilter
from workshops.models import Slot, Workshop
from workshops.visibility import visible_slot


@method_decorator(conditional_page, name="dispatch")
class WorkshopView(ListModelMixin, RetrieveModelMixin, PublicView):
    """Offers of the network."""

    serializer_class = WorkshopSerializer
    filterset_class = WorkshopFilter
    queryset = Workshop.objects.published().select_related("partner").by_title()
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]{1,80}"

    @reading(WorkshopSerializer(many=True), *READS, kept=True)
    def list(self, *args: Any, **kwargs: Any) -> Any:
        """Published offers by title."""
        return super().list(*args, **kwargs)

    @reading(WorkshopSerializer, *FINDS, kept=True)
    def retrieve(self, *args: Any, **kwargs: Any) -> Any:
        """One offer."""
        return super().retrieve(*args, **kwargs)


@method_decorator(conditional_page, name="dispatch")
class SlotView(ListModelMixin, RetrieveModelMixin, PublicView):
    """Dates of offers."""

    serializer_class = SlotSerializer
    filterset_class = SlotFilter
    queryset = Slot.objects.public().with_facts().by_time()

    def get_object(self) -> Slot:
        return visible_slot(int(self.kwargs["pk"]), self.request.user, self.request.query_params.get("key", ""))

    @reading(SlotSerializer(many=True), *READS, kept=True)
    def list(self, *args: Any, **kwargs: Any) -> Any:
        """Listed dates by time; without `from` they begin now."""
        return super().list(*args, **kwargs)

    @reading(SlotSerializer, *FINDS, kept=True, parameters=(LINK_KEY,))
    def retrieve(self, *args: Any, **kwargs: Any) -> Any:
        """One date; one that is not listed opens by its key."""
        return super().retrieve(*args, **kwargs)


class SchoolView(ListModelMixin, PublicView):
    """Schools of the registers."""

    serializer_class = SchoolSerializer
    filterset_class = SchoolFilter
    filter_backends = [DjangoFilterBackend]
    queryset: QuerySet[School] = School.objects.active().by_name()
    page_size = 20

    @reading(SchoolSerializer(many=True), *READS)
    def list(self, *args: Any, **kwargs: Any) -> Any:
        """Active schools by name; `q` finds beginnings of words of name and town."""
        return super().list(*args, **kwargs)

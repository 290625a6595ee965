"""Who the caller is here, and the addresses of their calendars."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from booking.api.bodies import ResetBody
from booking.api.people import FeedsSerializer, PersonSerializer
from booking.api.schema import ALWAYS, reading, writing
from booking.api.views.base import ApiView
from booking.calendars import addresses


class MeView(ApiView):
    filter_backends = []
    pagination_class = None

    @reading(PersonSerializer, *ALWAYS)
    def retrieve(self, request: Request) -> Response:
        """The caller and their roles."""
        return Response(PersonSerializer(self.person).data)

    @reading(FeedsSerializer, *ALWAYS)
    def calendar(self, request: Request) -> Response:
        """Addresses that calendar programs subscribe to, one a level. They are secret: whoever knows one reads it."""
        return Response(self.shown(addresses.addresses_of(self.person)))

    @writing(ResetBody, FeedsSerializer, missing=False)
    def reset(self, request: Request) -> Response:
        """New addresses, of one kind or all; the old ones are dead at once."""
        self.require_scope("book")
        return self.answer_once(lambda: self.shown(addresses.reset(self.person, **self.read(ResetBody))))

    def shown(self, feeds: Any) -> Any:
        return FeedsSerializer({"feeds": feeds}).data

"""Bookings: place, read, change, end, decide, count who came. Checks come as 401, 404, 403, 400, 409."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.http import Http404
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.prepared import Question
from booking import access, rules
from booking.api import bodies
from booking.api.bookings import HISTORY_OF, BookingSerializer, complete, positions_of
from booking.api.fields import nothing_here
from booking.api.filters import BookingFilter
from booking.api.schema import COUNTING, FINDS, FULL, LINK_KEY, PLACING, READS, reading, writing
from booking.api.views.base import ApiView
from booking.models import Booking
from booking.models.booking import BookingQuerySet
from schools.models import School
from workshops.models import Slot
from workshops.visibility import visible_slot
from workshops.vocabulary import BookingMode


class BookingView(ApiView):
    serializer_class = BookingSerializer
    filterset_class = BookingFilter
    filter_backends = [DjangoFilterBackend]
    queryset = Booking.objects.all()

    def get_queryset(self) -> BookingQuerySet:
        return Booking.objects.visible_to(self.person).order_by("slot__starts_at", "pk")

    def asked(self) -> BookingQuerySet:
        """Visible bookings that answer the questions of the query."""
        return cast("BookingQuerySet", self.filter_queryset(self.get_queryset()))

    @reading(BookingSerializer(many=True), *READS)
    def list(self, request: Request) -> Response:
        """Bookings that the caller may see, by the time of the visit."""
        page = self.paginate_queryset(complete(self.asked()))
        assert page is not None
        return self.get_paginated_response(self.shown(page, positions=positions_of(page)))

    @reading(BookingSerializer, *FINDS)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One booking with its history and what the caller may do with it now."""
        return Response(self.shown(get_object_or_404(complete(self.get_queryset()), pk=pk)))

    @writing(
        bodies.BookingBody,
        BookingSerializer,
        status=201,
        missing=False,
        parameters=(LINK_KEY,),
        examples=[PLACING, FULL],
    )
    def create(self, request: Request) -> Response:
        """Book a group into a date: confirmed, requested or on the waiting list.

        A date that is full is 409 `full` when `waitlist` is false.
        """
        self.require_scope("book")
        return self.answer_once(self.place, status=201)

    def place(self) -> Any:
        data = self.read(bodies.BookingBody)
        slot = self.slot_named(data["slot"], "slot")
        order = bodies.to_order(
            data,
            slot=slot,
            school=self.school_named(data["school"]),
            wishes=self.wishes_named(data["alternatives"], slot),
            user=self.person,
        )
        booking = rules.place(slot, order, **self.said)  # its slot and school are known; only its history is not
        return self.shown(booking, changes=HISTORY_OF.ask(booking=booking.pk))

    @writing(bodies.ChangeBody, BookingSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change group, contact, note, arrival, photos; only the given keys change. More pupils must fit as a whole."""
        return self.act(pk, "amend", self.amend)

    def amend(self, booking: Booking) -> Booking:
        data = self.read(bodies.ChangeBody)
        return rules.amend(
            booking, bodies.to_changes(data), **self.said, override_reason=data.get("override_reason", "")
        )

    @writing(bodies.MoveBody, BookingSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Go to another date of the workshop: the old place goes only when the new one is sure."""
        return self.act(pk, "move", self.go)

    def go(self, booking: Booking) -> Booking:
        data = self.read(bodies.MoveBody)
        slot = self.slot_named(data["slot"], "slot")
        return rules.move(booking, slot, **self.said, override_reason=data["override_reason"])

    @writing(bodies.HandOverBody, BookingSerializer)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> Response:
        """Ask a colleague by mail to take over; nothing changes until the colleague says yes."""
        return self.act(
            pk, "hand_over", lambda booking: rules.hand_over(booking, **self.said, **self.read(bodies.HandOverBody))
        )

    @writing(bodies.ReconfirmBody, BookingSerializer)
    @action(detail=True, methods=["post"])
    def reconfirm(self, request: Request, pk: str) -> Response:
        """Say that a visit is still on, with the same number or another; who does not come any more cancels."""
        return self.act(
            pk, "reconfirm", lambda booking: rules.reconfirm(booking, **self.said, **self.read(bodies.ReconfirmBody))
        )

    @writing(bodies.ReasonBody, BookingSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Call the visit off. The provider must give a reason."""
        return self.act(
            pk, "cancel", lambda booking: rules.cancel(booking, **self.said, **self.read(bodies.ReasonBody))
        )

    @writing(bodies.NothingBody, BookingSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Take an offer from the waiting list."""
        return self.act(
            pk, "accept", lambda booking: rules.accept(booking, **self.said, **self.read(bodies.NothingBody))
        )

    @writing(bodies.NothingBody, BookingSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Leave an offer to the next group."""
        return self.act(
            pk, "reject", lambda booking: rules.reject(booking, **self.said, **self.read(bodies.NothingBody))
        )

    @writing(bodies.ConfirmBody, BookingSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Say yes to a request, in its date or in `slot`, one of its further wishes."""
        return self.act(pk, "confirm", self.say_yes, scope="organise")

    def say_yes(self, booking: Booking) -> Booking:
        wished = self.read(bodies.ConfirmBody).get("slot")
        slot = self.slot_named(wished, "slot") if wished else None
        return rules.confirm(booking, slot=slot, **self.said)

    @writing(bodies.ReasonBody, BookingSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Say no to a request, with a reason that the school reads."""
        return self.act(pk, "decline", self.say_no, scope="organise")

    def say_no(self, booking: Booking) -> Booking:
        reason = self.read(bodies.ReasonBody).get("reason", "")
        return rules.decline(booking, reason=reason, **self.said)

    @writing(bodies.NothingBody, BookingSerializer)
    @action(detail=True, methods=["post"])
    def wait(self, request: Request, pk: str) -> Response:
        """Put a request for which there is no room on the waiting list."""
        return self.act(
            pk,
            "wait",
            lambda booking: rules.wait(booking, **self.said, **self.read(bodies.NothingBody)),
            scope="organise",
        )

    @writing(bodies.AttendanceBody, BookingSerializer, examples=[COUNTING])
    @action(detail=True, methods=["put"])
    def attendance(self, request: Request, pk: str) -> Response:
        """Record who came, as numbers, from the start on; again with other numbers is a correction."""
        return self.act(pk, "attend", self.count)

    def count(self, booking: Booking) -> Booking:
        data = self.read(bodies.AttendanceBody)
        return rules.attend(booking, bodies.to_counts(data, booking), reason=data.get("reason", ""), **self.said)

    def act(self, pk: str, action: str, do: Callable[[Booking], Booking], *, scope: str = "book") -> Response:
        """Do it once and show the booking after it; looks, then asks who may, then reads the body."""
        booking = get_object_or_404(self.get_queryset().with_facts(), pk=pk)
        self.require_scope(scope)
        access.require(self.actor, action, booking)
        return self.answer_once(lambda: self.shown(complete(Booking.objects.all()).get(pk=do(booking).pk)))

    def shown(self, booking: Any, **context: Any) -> Any:
        many = isinstance(booking, list)
        return BookingSerializer(booking, many=many, context={"actor": self.actor, "now": self.now, **context}).data

    def slot_named(self, pk: int, field: str) -> Slot:
        """A slot that the body names. Raises ValidationError at `field` where the caller may not see it."""
        try:
            return visible_slot(pk, self.person, self.request.query_params.get("key", ""))
        except Http404 as error:
            raise nothing_here(field) from error

    def school_named(self, pk: int) -> School:
        school = school_for(self.person, pk)
        if school is None:
            raise nothing_here("school")
        return school

    def wishes_named(self, pks: Iterable[int], slot: Slot) -> tuple[Slot, ...]:
        """Further dates of the same workshop, each once. Raises ValidationError for a date that is not asked for."""
        wishes = tuple(self.slot_named(pk, "alternatives") for pk in dict.fromkeys(pks) if pk != slot.pk)
        if any(wish.workshop_id != slot.workshop_id for wish in wishes):
            raise nothing_here("alternatives")
        if wishes and slot.booking_mode == BookingMode.INSTANT:
            text = _("This date is confirmed at once, so there are no further wishes.")
            raise ValidationError({"alternatives": ErrorDetail(text, "instant")})
        return wishes


NOT_CLOSED = Question(lambda pk: School.objects.exclude(state=School.State.CLOSED).filter(pk=pk))
BOOKABLE = Question(lambda pk, user: School.objects.bookable_by(user).filter(pk=pk))


def school_for(user: User, pk: int) -> School | None:
    """A school that one may book for: organisers also one that somebody typed."""
    return NOT_CLOSED.one(pk=pk) if access.roles_of(user).organises_any else BOOKABLE.one(pk=pk, user=user.pk)

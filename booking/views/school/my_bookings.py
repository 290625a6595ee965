"""What a teacher or a school office has booked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import Actor
from accounts.audience import for_signed_in
from accounts.models import User
from booking.access import roles_of
from booking.models import LIVE, Booking, Feed
from booking.models.booking import BookingQuerySet
from booking.outlook import Outlook
from booking.states import ASKED
from booking.views.feedback import how_it_was
from booking.views.organise import missed_visits
from booking.views.school import another_date, certificates, one_booking, passing_on, still_on
from booking.views.school.one_booking import Desk, Page, Ways
from booking.visits import way_to

ON_A_PAGE = 20
MOST_ASKED = 5

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@for_signed_in
@require_safe
def bookings(request: HttpRequest) -> HttpResponse:
    """Own bookings, and all of the school for its office: the next visit large, then what comes, or what was."""
    assert isinstance(request.user, User)
    now = timezone.now()
    mine = Booking.objects.of_owner(request.user).with_facts()
    past = request.GET.get("show") == "past"
    visit = None if past else next_visit(mine, now)
    rows = earlier(mine, now) if past else upcoming(mine, now).exclude(pk=visit.pk if visit else 0)
    page = Paginator(with_places(rows), ON_A_PAGE).get_page(request.GET.get("page"))
    is_office = bool(roles_of(request.user).offices)
    context = {
        "nav": "bookings",
        "page": page,
        "past": past,
        "visit": visit,
        "asked": [] if past else asked(mine, now),
        "look": Outlook(visit, Actor.person(request.user), now) if visit else None,
        "calendar_url": Ways(visit.reference).calendar if visit else "",
        "way": way_to(visit.slot, visit) if visit else "",
        "is_office": is_office,
        "kind": Feed.Kind.SCHOOL if is_office else Feed.Kind.TEACHER,
        "counts": counts(mine, now),
    }
    return render(request, "booking/bookings.html", context)


def upcoming(mine: BookingQuerySet, now: datetime) -> BookingQuerySet:
    return mine.live().filter(slot__ends_at__gt=now).order_by("slot__starts_at", "pk")


def earlier(mine: BookingQuerySet, now: datetime) -> BookingQuerySet:
    """Visits that are over and bookings that have ended, the newest first."""
    return mine.exclude(state__in=LIVE, slot__ends_at__gt=now).order_by("-slot__starts_at", "-pk")


def next_visit(mine: BookingQuerySet, now: datetime) -> Booking | None:
    return upcoming(mine, now).filter(state=Booking.State.CONFIRMED).first()


def asked(mine: BookingQuerySet, now: datetime) -> list[Booking]:
    """Those that need an answer by a deadline: a place that became free, or whether the visit is still on."""
    offered = Q(state=Booking.State.OFFERED, offer_expires_at__gt=now)
    still_on = Q(state=Booking.State.CONFIRMED, reconfirm_step__in=ASKED)
    return list(upcoming(mine, now).filter(offered | still_on)[:MOST_ASKED])


def counts(mine: BookingQuerySet, now: datetime) -> dict[str, int]:
    coming = Q(state__in=LIVE, slot__ends_at__gt=now)
    return mine.aggregate(upcoming=Count("pk", filter=coming), earlier=Count("pk", filter=~coming))


def with_places(rows: BookingQuerySet) -> BookingQuerySet:
    """Each row that waits knows its `place` on the list; 1 is the next."""
    sooner = Q(waiting_since__lt=OuterRef("waiting_since")) | Q(
        waiting_since=OuterRef("waiting_since"), pk__lte=OuterRef("pk")
    )
    ahead = Booking.objects.filter(sooner, slot=OuterRef("slot"), state=Booking.State.WAITLISTED).order_by()
    number = Subquery(ahead.values("slot").annotate(number=Count("pk")).values("number"))
    waits = When(state=Booking.State.WAITLISTED, then=number)
    return rows.annotate(place=Case(waits, default=None, output_field=IntegerField()))


def desk_of(request: HttpRequest, reference: str) -> Desk:
    """The booking as this person sees it; 404 where it is not visible."""
    assert isinstance(request.user, User)
    visible = Booking.objects.visible_to(request.user).with_facts().filter(reference=reference.upper())
    found = get_object_or_404(visible.distinct())
    return Desk(found, Actor.person(request.user), timezone.now(), Ways(found.reference))


def of_mine(page: Page, methods: Callable[[Any], Any] = form_methods) -> Any:
    """The page of a booking that this person sees."""

    @for_signed_in
    @methods
    def view(request: HttpRequest, reference: str) -> HttpResponse:
        return page(request, desk_of(request, reference))

    return view


booking = of_mine(one_booking.show, require_safe)
sheet = of_mine(one_booking.sheet, require_safe)
calendar = of_mine(one_booking.calendar, require_safe)
change = of_mine(one_booking.change)
move = of_mine(another_date.move)
hand_over = of_mine(passing_on.hand_over)
reconfirm = of_mine(still_on.reconfirm)
missed = of_mine(missed_visits.explain)
cancel = of_mine(one_booking.cancel)
answer = of_mine(one_booking.answer)
undo = of_mine(one_booking.undo)
feedback = of_mine(how_it_was.feedback)
again = of_mine(another_date.again, require_safe)
certificate = of_mine(certificates.certificate, require_safe)
certificate_pdf = of_mine(certificates.certificate_pdf, require_safe)
service = of_mine(certificates.service, require_safe)
service_pdf = of_mine(certificates.service_pdf, require_safe)

"""One booking for who holds the link from the mail: no login, and never another booking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import Actor
from booking.access import for_link_holders
from booking.messages.links import open_link
from booking.views.feedback import how_it_was
from booking.views.headers import FORMS_MAY_SAY_WHERE, NOTHING_LEAKS, with_headers
from booking.views.organise import missed_visits
from booking.views.school import another_date, certificates, one_booking, passing_on, still_on
from booking.views.school.one_booking import Desk, Page, Ways

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def behind_link(page: Page, headers: dict[str, str], methods: Any = form_methods) -> Callable[..., HttpResponseBase]:
    """The page of the booking that the link opens; a friendly 404 where it opens none."""

    @for_link_holders
    @methods
    def view(request: HttpRequest, signed: str) -> HttpResponse:
        now = timezone.now()
        booking = open_link(signed, now)
        if booking is None:
            answer = render(request, "booking/link_ended.html", status=404)
        else:
            by = Actor.link(booking.pk, booking.link_version)
            answer = page(request, Desk(booking, by, now, Ways(signed, is_link=True)))
        return with_headers(answer, headers)

    return view


booking = behind_link(one_booking.show, NOTHING_LEAKS)
sheet = behind_link(one_booking.sheet, NOTHING_LEAKS)
calendar = behind_link(one_booking.calendar, NOTHING_LEAKS)
certificate = behind_link(certificates.certificate, NOTHING_LEAKS, require_safe)
certificate_pdf = behind_link(certificates.certificate_pdf, NOTHING_LEAKS, require_safe)
service = behind_link(certificates.service, NOTHING_LEAKS, require_safe)
service_pdf = behind_link(certificates.service_pdf, NOTHING_LEAKS, require_safe)
change = behind_link(one_booking.change, FORMS_MAY_SAY_WHERE)
move = behind_link(another_date.move, FORMS_MAY_SAY_WHERE)
hand_over = behind_link(passing_on.hand_over, FORMS_MAY_SAY_WHERE)
reconfirm = behind_link(still_on.reconfirm, FORMS_MAY_SAY_WHERE)
missed = behind_link(missed_visits.explain, FORMS_MAY_SAY_WHERE)
again = behind_link(another_date.again, FORMS_MAY_SAY_WHERE)
cancel = behind_link(one_booking.cancel, FORMS_MAY_SAY_WHERE)
answer = behind_link(one_booking.answer, FORMS_MAY_SAY_WHERE)
undo = behind_link(one_booking.undo, FORMS_MAY_SAY_WHERE)
feedback = behind_link(how_it_was.feedback, FORMS_MAY_SAY_WHERE)

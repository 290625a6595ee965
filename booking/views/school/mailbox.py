"""The school's mailbox answers whether somebody belongs to the school: by the link in the mail, without login."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from booking import belonging
from booking.access import for_link_holders
from booking.errors import AlreadyDecided
from booking.messages.links import open_membership
from booking.views.headers import FORMS_MAY_SAY_WHERE, with_headers
from schools.models import Membership

ANSWERS = {"yes": True, "no": False}


@for_link_holders
@require_http_methods(["GET", "HEAD", "POST"])
def membership(request: HttpRequest, signed: str) -> HttpResponse:
    """The question with two buttons; once it is answered, the answer. Looking changes nothing."""
    found = open_membership(signed, timezone.now())
    if found is None:
        response = render(request, "booking/membership_ended.html", status=404)
    elif request.POST.get("answer") in ANSWERS:
        answer(found, yes=ANSWERS[request.POST["answer"]])
        response = redirect("membership", signed)
    else:
        response = render(request, "booking/membership.html", {"membership": found})
    return with_headers(response, FORMS_MAY_SAY_WHERE)


def answer(membership: Membership, *, yes: bool) -> None:
    """The first answer counts; the page shows what holds."""
    mailbox = Actor("link", role="mailbox", link_to=membership.pk)
    try:
        belonging.decide(membership, yes=yes, by=mailbox, now=timezone.now())
    except AlreadyDecided:
        return

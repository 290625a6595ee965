"""The address in a mail that can be switched off: GET shows a page, POST changes it, without sign-in (RFC 8058)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from booking.access import for_link_holders
from booking.messages import mail_choices
from booking.views.headers import NOTHING_LEAKS, with_headers


@for_link_holders
@csrf_exempt  # mail programs post without having seen the page; the address is the key
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """Off by any POST, on again by its button. The answer is the page itself: one-click must not be redirected."""
    return with_headers(answer(request, mail_choices.open_address(signed)), NOTHING_LEAKS)


def answer(request: HttpRequest, choice: mail_choices.Choice | None) -> HttpResponse:
    if choice is None:
        return render(request, "booking/unsubscribe.html", {"ended": True}, status=404)
    if request.method == "POST":
        choice.keep(wanted=request.POST.get("wanted") == "yes")
    shown = {"what": mail_choices.LABELS[choice.code], "off": choice.is_off, "has_account": choice.has_account}
    return render(request, "booking/unsubscribe.html", shown)

"""What does not work for somebody: a form for everybody, without signing in, that becomes a mail to the admins."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, path, resolve
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audience import for_everyone
from booking.forms.fields import WorkEmailField
from booking.forms.fields import text as line
from booking.messages import barriers
from booking.messages.barriers import Barrier, TooManyReports
from booking.views.typed import posted

LONGEST = 200
WORDLESS = "/legal/accessibility/"  # who comes from here was elsewhere before


class BarrierForm(forms.Form):
    text = line(_("What does not work?"), longest=4000, rows=6, help_text=_("Also what you use to read, if you like."))
    page = line(
        _("On which page?"), longest=LONGEST, required=False, help_text=_("Its address or its title. May stay empty.")
    )
    email = WorkEmailField(
        label=_("E-mail address for our answer"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("May stay empty; then we repair it, but cannot answer. Deleted after 90 days."),
    )

    @property
    def barrier(self) -> Barrier:
        """Of a valid form."""
        return Barrier(**self.cleaned_data)


@for_everyone
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    form = BarrierForm(posted(request), initial=known(request))
    status = 200
    if form.is_valid():
        try:
            caller = get_adapter(request).get_client_ip(request)
            barriers.report(form.barrier, caller=caller, now=timezone.now())
            return redirect("barrier_thanks")
        except TooManyReports as refusal:
            form.add_error(None, str(refusal))
            status = 429
    return render(request, "legal/barrier.html", {"form": form}, status=status)


@for_everyone
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "legal/barrier_thanks.html")


def known(request: HttpRequest) -> dict[str, Any]:
    """The page that the statement's link names, else the one of ours that somebody comes from; and who signed in."""
    email = getattr(request.user, "email", "")
    return {"page": named(request) or came_from(request), "email": email}


def named(request: HttpRequest) -> str:
    wished = request.GET.get("page", "")[:LONGEST]
    return wished if wished.isprintable() and is_page(wished) else ""


def came_from(request: HttpRequest) -> str:
    """The path of the page of ours that led here; what was typed into its address stays there."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        return ""
    page = urlsplit(before).path
    return page if is_page(page) and not page.startswith(WORDLESS) else ""


def is_page(address: str) -> bool:
    try:
        return address.startswith("/") and bool(resolve(address))
    except Resolver404:
        return False


urlpatterns = [
    path("legal/accessibility/report/", report, name="barrier"),
    path("legal/accessibility/thanks/", thanks, name="barrier_thanks"),
]

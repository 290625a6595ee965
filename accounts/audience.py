"""Every view declares who may call it; a test walks the URL map and fails on one that does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.http import HttpResponseClientRedirect

from accounts.interrupted import interrupted

View = Callable[..., HttpResponseBase]
Test = Callable[[Any], bool]


def audience(name: str, test: Test | None = None) -> Callable[[View], View]:
    """Declare a view's audience by `name` and hold callers to `test`, a question about the user.

    Who is not signed in goes to the sign-in page and comes back; who is, but fails the test, gets 403.
    Without a test everybody may call: the view itself then asks, for example, for a key in the address.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if test is not None:
                if not request.user.is_authenticated:
                    return to_sign_in(request)
                if not test(request.user):
                    raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.audience = name  # type: ignore[attr-defined]  # read by the test of the URL map
        return guarded

    return declare


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; a fragment sends the whole page there. A form that was sent waits meanwhile."""
    htmx = getattr(request, "htmx", None)
    back = (htmx.current_url_abs_path or "/") if htmx else page_of(request)
    if request.method == "POST" and (form := interrupted(request, back)):
        form.keep(request, timezone.now())
        back = resolve_url("resend")
    if htmx:
        return HttpResponseClientRedirect(f"{resolve_url('sign_in')}?{urlencode({'next': back})}")
    return redirect_to_login(back, resolve_url("sign_in"))


def page_of(request: HttpRequest) -> str:
    """Where to come back to: the page itself, or the one on which a form's button was pressed."""
    pressed_on = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(pressed_on, {request.get_host()}, require_https=request.is_secure())
    if request.method != "POST" or not ours:
        return request.get_full_path()
    return urlsplit(pressed_on)._replace(scheme="", netloc="", fragment="").geturl() or "/"


for_everyone = audience("everyone")
for_signed_in = audience("signed in", lambda user: user.is_active)
for_network_admins = audience("network admin", lambda user: user.is_network_admin)

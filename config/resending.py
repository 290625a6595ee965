"""A form that came too late, because the sign-in had ended or the page was old: one button sends it as it was typed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.http import require_safe

from accounts.audience import for_signed_in
from accounts.interrupted import Interrupted, interrupted, kept

PRIVATE = {"Cache-Control": "no-store"}


@for_signed_in
@require_safe
def resend(request: HttpRequest) -> HttpResponse:
    """After signing in again."""
    form = kept(request)
    return HttpResponse(page(request, form, signed_in=True), headers=PRIVATE) if form else redirect("start")


def page(request: HttpRequest, form: Interrupted, *, signed_in: bool) -> str:
    """Asks no database: it also stands where a form had an old token."""
    who = str(request.user) if signed_in else ""
    context = {"form": form, "who": who, "csrf_token": get_token(request)}
    return render_to_string("resend.html", context)


def of_old_page(request: HttpRequest) -> str:
    """For a form of ours whose token is not valid any more; "" where it may be somebody else's."""
    came_from = request.headers.get("Origin")
    if request.method != "POST" or came_from != f"{request.scheme}://{request.get_host()}":
        return ""
    form = interrupted(request, request.path)
    return page(request, form, signed_in=False) if form else ""


urlpatterns = [path("start/resend/", resend, name="resend")]

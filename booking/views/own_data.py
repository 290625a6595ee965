"""What is stored of a person: to be seen, taken along, and deleted by themselves (GDPR Articles 15, 17 and 20)."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audience import for_signed_in
from booking.forms.leaving import LeavingForm
from booking.privacy.erasing import StillNeeded, erase, still_needed
from booking.privacy.exporting import export_of
from booking.views.headers import PRIVATE, with_headers
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted


def is_sent(request: HttpRequest) -> bool:
    return request.method == "POST"


@for_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(enabled=is_sent)  # of who has a second factor: a session left open deletes nobody
def own_data(request: SignedInRequest) -> HttpResponse:
    """What there is, and how to leave; what has to be settled before stands in place of the button."""
    now, form = timezone.now(), LeavingForm(posted(request))
    if form.is_valid():
        try:
            erase(request.user.email, now=now)
        except StillNeeded as refusal:
            return shown(request, form, refusal.reasons)
        logout(request)
        messages.success(request, _("Your account and your data are deleted. Thank you for having been here."))
        return redirect("catalogue")
    return shown(request, form, still_needed(request.user.email, now))


def shown(request: SignedInRequest, form: LeavingForm, reasons: list[str]) -> HttpResponse:
    context = {"nav": "profile", "form": form, "reasons": reasons}
    return with_headers(render(request, "booking/profile/own_data.html", context), PRIVATE)


@for_signed_in
@require_safe
def own_data_file(request: SignedInRequest) -> HttpResponse:
    """The same as a file of JSON."""
    found = export_of(request.user.email, timezone.now())
    answer = JsonResponse(found, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return with_headers(answer, PRIVATE)

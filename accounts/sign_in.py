"""The two steps of the sign-in, as pages and within another flow: ask for a code, and send it back."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from accounts.audience import for_everyone
from accounts.forms import RequestCodeForm

MINUTE = "60"


class SaysWhenTooOften:
    """A form that is sent too often: 429 on the same page, with everything typed."""

    def form_invalid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]  # of the view it is mixed into
        codes = {error.code for errors in form.errors.as_data().values() for error in errors}
        if response.status_code == HTTPStatus.OK and "too_many_login_attempts" in codes:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response.headers["Retry-After"] = MINUTE
        return response


class RequestCodeView(SaysWhenTooOften, RequestLoginCodeView):
    pass


class ConfirmCodeView(SaysWhenTooOften, ConfirmLoginCodeView):
    pass


request_code = for_everyone(RequestCodeView.as_view())
confirm_code = for_everyone(ConfirmCodeView.as_view())


def ask_for_code(request: HttpRequest, email: str) -> RequestCodeForm:
    """Send a code to `email` and begin the sign-in in this session.

    Returns the form; if it has errors (bad address, too many codes), nothing was sent.
    """
    form = RequestCodeForm({"email": email})
    if form.is_valid():
        LoginCodeVerificationProcess.initiate(request=request, user=form.user, email=form.cleaned_data["email"])
    return form

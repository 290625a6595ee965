"""The two steps of the sign-in, as pages and within another flow: ask for a code, and send it back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.audience import for_everyone
from accounts.forms import RequestCodeForm, SaysAgain

MINUTE = "60"
WRONG = "wrong_code"  # what was typed and why it is wrong, until the page has said it
LONGEST = 50


class SaysWhenTooOften:
    """A form that is sent too often: 429 on the same page, with everything typed."""

    def form_invalid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]  # of the view it is mixed into
        codes = {error.code for errors in form.errors.as_data().values() for error in errors}
        if response.status_code == HTTPStatus.OK and "too_many_login_attempts" in codes:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response.headers["Retry-After"] = MINUTE
        return response


class AsksAgain:
    """A wrong code leads back to the page, which says so once: whoever goes back later meets no form that was sent."""

    request: HttpRequest
    repeats = True  # what was typed, too

    def form_invalid(self, form: Form) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]  # of the view it is mixed into
        if answer.status_code != HTTPStatus.OK:
            return self.ended(answer)
        keep(self.request, form, form.data.get("code", "") if self.repeats else "")
        return redirect(self.passthrough_next_url(self.request.path))  # type: ignore[attr-defined]  # of the same

    def ended(self, answer: HttpResponse) -> HttpResponse:
        """Where it goes on when no further try is left."""
        return answer

    def get_form(self, form_class: type[Form] | None = None) -> Form:
        form: Any = super().get_form(form_class)  # type: ignore[misc]  # of the same
        if self.request.method == "GET" and isinstance(form, SaysAgain):
            say_once(self.request, form)
        return form  # type: ignore[no-any-return]  # what the view makes


def keep(request: HttpRequest, form: Form, typed: str = "") -> None:
    """Why the code was wrong, for the page that follows."""
    errors = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    request.session[WRONG] = {"path": request.path, "typed": typed[:LONGEST], "errors": errors}


def say_once(request: HttpRequest, form: SaysAgain) -> None:
    wrong = request.session.pop(WRONG, {})
    if wrong.get("path") == request.path:
        form.say_again(wrong["typed"], wrong["errors"])


class RequestCodeView(SaysWhenTooOften, RequestLoginCodeView):
    pass


class ConfirmCodeView(AsksAgain, SaysWhenTooOften, ConfirmLoginCodeView):
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

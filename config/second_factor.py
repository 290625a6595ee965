"""A second factor: network admins set one up before all else, and who has one is asked for it after the code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.audience import for_everyone, for_signed_in
from accounts.forms import SaysAgain
from accounts.sign_in import AsksAgain, keep, say_once

# What it takes to get a second factor, and to leave.
OPEN = ("/sign-in/", "/sign-out/", "/static/", "/language/", "/legal/", "/health/")


class SecondFactorMiddleware:
    """A network admin sees nothing before a passkey or an app protects the account (not so in the demo).

    Reads the second factors once a request, for network admins only.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN) or not lacks_second_factor(request):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            raise PermissionDenied
        return redirect("mfa_index")


def lacks_second_factor(request: HttpRequest) -> bool:
    if not settings.ADMIN_NEEDS_SECOND_FACTOR:
        return False
    user = request.user
    return user.is_authenticated and user.is_network_admin and not is_mfa_enabled(user)


class Proving:
    """Who sets up an app or a passkey has just shown that it is theirs, and is not asked for it again at once: the
    next page shows the recovery codes, and the app has no second code before half a minute is over."""

    def clean(self) -> Any:
        said = super().clean()  # type: ignore[misc]  # of the form beside it
        if not self.errors:  # type: ignore[attr-defined]  # same
            record_authentication(context.request, self.user, "mfa", reauthenticated=True)  # type: ignore[attr-defined]  # same
        return said


class FromTheApp:
    """The code is called as on the page: the summary of errors names it."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from the app")


class AppForm(Proving, FromTheApp, ActivateTOTPForm):
    pass


@contextmanager
def unreadable_is_wrong() -> Iterator[None]:
    """What no browser sends is a wrong passkey like any other; the library breaks at some of it."""
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class PasskeyForm(Proving, AddWebAuthnForm):
    def clean(self) -> Any:
        with unreadable_is_wrong():
            return super().clean()


class Readable:
    """A form to which a browser sends what a passkey answered."""

    def clean_credential(self) -> Any:
        with unreadable_is_wrong():
            return super().clean_credential()  # type: ignore[misc]  # of the form beside it


class PasskeyLoginForm(Readable, LoginWebAuthnForm):
    pass


class PasskeyProofForm(Readable, AuthenticateWebAuthnForm):
    pass


class SecondPasskeyProofForm(Readable, ReauthenticateWebAuthnForm):
    pass


class ProofForm(FromTheApp, SaysAgain, AuthenticateForm):
    pass


class SecondProofForm(FromTheApp, SaysAgain, ReauthenticateForm):
    pass


class ProofView(AuthenticateView):
    """A wrong code or passkey leads back to the page, as at the first one (accounts.sign_in.AsksAgain)."""

    form_class = ProofForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        say_once(request, self.auth_form)
        page: HttpResponse = super().get(request, *args, **kwargs)
        return page

    def form_invalid(self, form: Form) -> HttpResponse:
        if isinstance(form, ProofForm):
            keep(self.request, form)
        else:
            say_refused(self.request)
        return redirect(self.request.path)


class SecondProofView(AsksAgain, ReauthenticateView):
    """The same before the second factor is changed, or the account deleted; no page repeats the code, which may be a
    slip in one that opens."""

    form_class = SecondProofForm
    repeats = False


class SecondProofByPasskeyView(ReauthenticateWebAuthnView):
    def form_invalid(self, form: Form) -> HttpResponse:
        say_refused(self.request)
        return redirect(self.passthrough_next_url(self.request.path))


def say_refused(request: HttpRequest) -> None:
    """That the passkey does not open, on the page that follows: it has no field beside which that could stand."""
    messages.error(
        request, _("The passkey was not found, or its window was closed. Please try again, or use another way.")
    )


authenticate = for_everyone(ProofView.as_view())
reauthenticate = for_signed_in(SecondProofView.as_view())
reauthenticate_by_passkey = for_signed_in(SecondProofByPasskeyView.as_view())

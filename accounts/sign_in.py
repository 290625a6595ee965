"""Sign-in within another flow: ask for a code without leaving what somebody is doing."""

from __future__ import annotations

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.http import HttpRequest

from accounts.forms import RequestCodeForm


def ask_for_code(request: HttpRequest, email: str) -> RequestCodeForm:
    """Send a code to `email` and begin the sign-in in this session.

    Returns the form; if it has errors (bad address, too many codes), nothing was sent.
    """
    form = RequestCodeForm({"email": email})
    if form.is_valid():
        LoginCodeVerificationProcess.initiate(request=request, user=form.user, email=form.cleaned_data["email"])
    return form

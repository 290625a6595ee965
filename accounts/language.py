"""The language of the pages is a cookie; the language of mails is on the account."""

from django.conf import settings
from django.http import HttpResponse

ONE_YEAR = 60 * 60 * 24 * 365


def speak(response: HttpResponse, code: str) -> None:
    """Let the browser ask for `code` from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=ONE_YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )

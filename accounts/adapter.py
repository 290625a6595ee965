from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language


class AccountAdapter(DefaultAccountAdapter):
    """Hands sign-in codes to the sender, and who has signed in to who knows them, both as the settings name them: so
    accounts need not know who sends mails and who leads workshops."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Codes only: nothing else of allauth's mails concerns people without passwords."""
        if code := context.get("code"):
            send = import_string(settings.SIGN_IN_MAIL_SENDER)
            send(email=email, code=code, language=get_language() or settings.LANGUAGE_CODE, now=timezone.now())

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Unknown people come in by the code form, which makes their account; there is no other way in."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        recognise = import_string(settings.SIGNED_IN_RECOGNISER)
        recognise(user)

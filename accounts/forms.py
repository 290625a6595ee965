"""Sign-in by code. Known and unknown addresses go the same way, so that nobody learns who has an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import EmailInput, TextInput
from django.forms.utils import ErrorDict, ErrorList
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.limits import tries
from accounts.models import User
from accounts.text import CleanEmailField

MOST_TRIES = 5


class RequestCodeForm(RequestLoginCodeForm):
    """Asks for an address; an unknown one becomes an account that can do nothing until its code comes back."""

    email = CleanEmailField(
        label=_("Work e-mail"),
        help_text=_("We send you a code. No password."),
        max_length=254,
        widget=EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )

    _user: User | None = None

    def clean_email(self) -> str:
        """Counts first: who asks too often makes no accounts."""
        email = str(super().clean_email())
        if self._user is None:
            known = remember(email)
            self._user = known if known.is_active else None
        return email

    @property
    def user(self) -> User | None:
        """Whose code it is, or None for somebody who was shut out; only after is_valid()."""
        return self._user


def remember(email: str, **new: Any) -> User:
    """The account of this address; when it is new, made with the facts `new`, also when a twin makes it meanwhile."""
    new = {"language": get_language() or settings.LANGUAGE_CODE} | new
    try:
        with transaction.atomic():
            return User.objects.get(email__iexact=email)
    except User.DoesNotExist:
        pass
    try:
        with transaction.atomic():
            return User.objects.create_user(email, **new)
    except IntegrityError:
        return User.objects.get(email__iexact=email)


class SaysAgain:
    """A form with a code that was checked and counted before, and now says once more what was wrong with it."""

    def say_again(self, typed: str, errors: dict[str, list[str]]) -> None:
        self.data, self.is_bound = {"code": typed}, True
        texts_of: type[ErrorList] = self.error_class  # type: ignore[attr-defined]  # of the form it is mixed into
        self._errors = ErrorDict({name: texts_of(texts) for name, texts in errors.items()})


class ConfirmCodeForm(SaysAgain, ConfirmLoginCodeForm):
    """Takes the code; spaces between the digits do no harm, and five tries are five, however many arrive at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from the e-mail")
        self.fields["code"].help_text = _("Six digits, valid for 10 minutes.")
        self.fields["code"].max_length = 20
        self.fields["code"].widget = TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})

    def clean_code(self) -> str:
        session = context.request.session
        counted = tries(
            f"code:{session.session_key}:{self.expected_code}", window=timedelta(hours=1), now=timezone.now()
        )
        if counted > MOST_TRIES:
            raise ValidationError(_("Too many tries. Please ask for a new code."), code="too_many_login_attempts")
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())
        return str(super().clean_code())

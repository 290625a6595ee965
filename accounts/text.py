"""What people type, made safe to store: one normal form, no characters that no keyboard has."""

from __future__ import annotations

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ALLOWED_CONTROLS = frozenset("\n\t")


def clean_text(text: str) -> str:
    """The text in NFC with `\\n` line ends, without spaces around it.

    Raises ValidationError for control characters (NUL among them) and lone surrogates: PostgreSQL and calendars
    cannot hold them.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(is_unprintable(char) for char in text):
        raise ValidationError(_("This text contains characters that cannot be stored."), code="unprintable")
    return text


def is_unprintable(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs"} and char not in ALLOWED_CONTROLS


class CleanCharField(forms.CharField):
    """A form field whose text is clean (see clean_text); every text of a form goes through it."""

    def to_python(self, value: object) -> str:
        text = value if isinstance(value, str) else ("" if value in self.empty_values else str(value))
        text = clean_text(text)
        return text if text else str(self.empty_value)


class CleanEmailField(forms.EmailField):
    """An e-mail address without characters that no mail server takes."""

    def to_python(self, value: object) -> str:
        return clean_text(str(value)) if value not in self.empty_values else ""

"""What people type, made safe to store: one normal form, no characters that no keyboard has."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ALLOWED_CONTROLS = frozenset("\n\t")
LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")  # the last two end lines for mails, though no keyboard has them
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # no key types them; they come along with what is pasted
DEEPEST = 20
STRINGS_AND_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def clean_text(text: str) -> str:
    """The text in NFC with `\\n` line ends, without spaces around it and without hidden signs of direction, which turn
    around whatever stands behind them in a line of a mail or a list.

    Raises ValidationError for control characters (NUL among them) and lone surrogates: PostgreSQL and calendars
    cannot hold them.
    """
    text = unicodedata.normalize("NFC", TURNING.sub("", LINE_ENDS.sub("\n", text))).strip()
    if any(is_unprintable(char) for char in text):
        raise ValidationError(_("This text contains characters that cannot be stored."), code="unprintable")
    return text


def one_line(text: object) -> str:
    """Without line breaks and tabs, whoever typed them."""
    return " ".join(str(text).split())


def is_unprintable(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs"} and char not in ALLOWED_CONTROLS


def must_be_shallow(text: str) -> None:
    """Counts the brackets of JSON outside strings, before anything recurses. Raises ValueError."""
    depth = 0
    for found in STRINGS_AND_BRACKETS.finditer(text):
        sign = found[0]
        depth += (sign in "[{") - (sign in "]}") if len(sign) == 1 else 0
        if depth > DEEPEST:
            raise ValueError(f"nested deeper than {DEEPEST} levels")


class CleanCharField(forms.CharField):
    """A form field whose text is clean (see clean_text); every text of a form goes through it.

    One line, as a browser's line sends it, unless it is drawn as a Textarea or `several_lines` says so.
    """

    def __init__(self, *, several_lines: bool | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.several_lines = isinstance(self.widget, forms.Textarea) if several_lines is None else several_lines

    def to_python(self, value: object) -> str:
        text = value if isinstance(value, str) else ("" if value in self.empty_values else str(value))
        text = clean_text(text)
        text = text if self.several_lines else one_line(text)
        return text if text else str(self.empty_value)


class CleanEmailField(forms.EmailField):
    """An e-mail address without characters that no mail server takes."""

    default_error_messages = {"invalid": _("Please type a whole address, for example “name@school.example”.")}

    def to_python(self, value: object) -> str:
        return clean_text(str(value)) if value not in self.empty_values else ""

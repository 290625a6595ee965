"""What people type, made safe to store and to put into one line of a mail, a calendar or a table."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

import accounts
import booking
import schools
import workshops
from accounts.text import CleanCharField, CleanEmailField, clean_text, one_line

BREAKS = ["\n", "\r\n", "\r", "\t", "\u2028", "\u2029", "\n \n"]


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_line_stays_one_line_whatever_was_pasted_into_it(line_break: str):
    """A subject of a mail, a name in a calendar: nobody adds a header or a row by a line break."""
    typed = f"7b{line_break}Bcc: all@school.example"

    assert CleanCharField().clean(typed) == "7b Bcc: all@school.example"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
def test_several_lines_end_alike(line_break: str):
    field = CleanCharField(widget=forms.Textarea)

    assert field.clean(f"by bus{line_break}at eight") == "by bus\nat eight"


def test_a_form_may_say_how_many_lines_a_field_has():
    assert CleanCharField(several_lines=True).clean("a\nb") == "a\nb"
    assert CleanCharField(several_lines=False, widget=forms.Textarea).clean("a\nb") == "a b"


@pytest.mark.parametrize(
    "pasted", ["\u202a0170 12345\u202c", "\u202e0170 12345", "0170\u2066 12345\u2069", "\u202c 0170 12345"]
)
def test_hidden_signs_that_turn_a_line_around_stay_outside(pasted: str):
    """They come along with a telephone number that somebody copies."""
    assert CleanCharField().clean(pasted) == "0170 12345"


@pytest.mark.parametrize("sign", ["\0", "\x0b", "\x1e", "\x85", "\ud800"])
def test_what_cannot_be_stored_is_refused(sign: str):
    with pytest.raises(ValidationError):
        clean_text(f"a{sign}b")
    with pytest.raises(ValidationError):
        CleanCharField().clean(f"a{sign}b")


@pytest.mark.parametrize("address", ["ada@school.example\nBcc: b@c.example", "ada\r\n@school.example", "a\t@b.example"])
def test_an_address_has_no_line_breaks(address: str):
    with pytest.raises(ValidationError):
        CleanEmailField().clean(address)


def test_a_wrong_address_is_answered_in_our_own_words():
    """Django's German says "du" here."""
    with pytest.raises(ValidationError) as refused, translation.override("de"):
        CleanEmailField().clean("no address")

    assert "Bitte tippen Sie" in str(refused.value.messages)


def test_spaces_around_breaks_go_with_them():
    assert one_line(" a \n\n b\tc\u2028") == "a b c"


def fields_of_all_forms() -> Iterator[tuple[str, forms.Field]]:
    for package in (accounts, booking, schools, workshops):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "forms" in module.name or module.name.endswith(".views"):
                importlib.import_module(module.name)
    for form in every(forms.BaseForm):
        if form.__module__.partition(".")[0] in {"accounts", "booking", "schools", "workshops"}:
            yield from (
                (f"{form.__module__}.{form.__name__}.{name}", field) for name, field in form.base_fields.items()
            )


def every(kind: type[forms.BaseForm]) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from every(child)


def test_every_text_of_a_form_is_clean():
    """A hidden key is compared, not shown; allauth's code is counted and thrown away."""
    raw = [
        name
        for name, field in fields_of_all_forms()
        if type(field) in {forms.CharField, forms.EmailField, forms.URLField}
        and not isinstance(field.widget, forms.HiddenInput)
        and not name.endswith(".code")
    ]

    assert raw == []

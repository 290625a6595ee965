"""Two people edit the same thing: nobody's words are lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _

from booking.errors import Stale
from workshops.texts import Texts


def compare(form: forms.Form, stored: dict[str, Any]) -> None:
    """If somebody has saved since the form was shown, let each field say what is stored now where that differs from
    what was typed, which stays; sending the form again then overwrites. Only after validation. Where a field is wrong
    the rules were not asked, so it is said here that somebody saved.

    `stored` holds the present values by field, `version` among them.
    """
    typed = form.cleaned_data
    if typed.get("version") == stored["version"]:
        return
    assert isinstance(form.data, QueryDict)
    data = form.data.copy()
    data["version"] = str(stored["version"])
    form.data = data
    if not form.non_field_errors():
        form.add_error(None, Stale.text)
    for name, value in stored.items():
        field = form.fields.get(name)
        if field and name != "version" and name in typed and plain(typed[name]) != plain(value):
            form[name].help_text = format_html(_("Stored now: {}"), shown(field, value))


def plain(value: Any) -> Any:
    """Comparable: rows as keys, lists without order, nothing as nothing."""
    if isinstance(value, Texts | dict):
        return {code: text for code, text in value.items() if text}
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return sorted(str(getattr(one, "pk", one)) for one in value)
    return value or ""


def shown(field: forms.Field, value: Any) -> str:
    if isinstance(value, dict):
        return " · ".join(f"{code}: {text}" for code, text in value.items() if text) or "–"
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        wanted = {str(one) for one in value}
        choices: Any = field.choices
        chosen = [str(label) for key, label in choices if str(key) in wanted]
        return ", ".join(chosen) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value not in {None, ""} else "–"

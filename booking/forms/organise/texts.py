"""A text in the five languages of the region, as one field: German in sight, the others folded up beside it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.text import CleanCharField
from workshops.texts import FALLBACK, LANGUAGES, Texts
from workshops.vocabulary import SpokenLanguage


class TextsWidget(forms.MultiWidget):
    """Boxes `name_de`, `name_en` …; marks the languages that lack what another one has."""

    template_name = "parts/texts.html"
    use_fieldset = True

    def __init__(self, rows: int) -> None:
        make = forms.Textarea if rows else forms.TextInput
        size = {"rows": str(rows)} if rows else {}
        super().__init__({code: make(attrs=size | {"lang": code}) for code in LANGUAGES})

    def decompress(self, value: Any) -> list[str]:
        return [(value or {}).get(code, "") for code in LANGUAGES]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        boxes = context["widget"]["subwidgets"]
        for code, box in zip(LANGUAGES, boxes, strict=True):
            box["language"] = SpokenLanguage(code).label
            box["missing"] = not box["value"]
        any_text = any(box["value"] for box in boxes)
        context["missing"] = [box["language"] for box in boxes if box["missing"]] if any_text else []
        if not boxes[0]["value"]:  # then German is what is wrong, and the others need no second look
            for box in boxes[1:]:
                box["attrs"].pop("aria-invalid", None)
        context["wrong"] = "aria-invalid" in boxes[1]["attrs"]
        return context


class TextsField(forms.MultiValueField):
    """A form field whose value is Texts. A required one wants German, to which every reader falls back.

    `rows` 0 is a line. Draw it by `as_field_group`.
    """

    def __init__(self, *, longest: int, rows: int = 0, required: bool = False, **options: Any) -> None:
        kind: dict[str, Any] = {"max_length": longest, "several_lines": rows > 0}
        boxes = [CleanCharField(required=required and code == FALLBACK, **kind) for code in LANGUAGES]
        super().__init__(
            boxes,
            widget=TextsWidget(rows),
            require_all_fields=False,
            required=required,
            error_messages={"incomplete": _("The German text is missing.")},
            **options,
        )
        self.template_name = "parts/field_texts.html"

    def compress(self, data_list: list[str]) -> Texts:
        return Texts({code: text for code, text in zip(LANGUAGES, data_list, strict=False) if text})

"""Fields of bodies that programs send: clean text, sane numbers, nothing unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.text import clean_text

LARGEST_ID = 2**63 - 1


class Body(serializers.Serializer[Any]):
    """A body whose every key is known: a misspelt one is told, with all else that is wrong, not swallowed."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        text = _("This field does not exist.")
        wrong = {name[:60]: [serializers.ErrorDetail(text, "unknown")] for name in unknown}
        try:
            clean = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError(cast("dict[str, Any]", error.detail) | wrong) from error
        if wrong:
            raise serializers.ValidationError(wrong)
        return clean


class Text(serializers.CharField):
    """Clean text of several lines; may be empty unless it is required."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        options.setdefault("allow_blank", "default" in options or not options.get("required", True))
        super().__init__(max_length=max_length, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return cleaned(super().to_internal_value(data))


class Line(Text):
    """Clean text of one line: it stands in subjects of mails."""

    default_error_messages = {"several_lines": gettext_lazy("Please write this in one line.")}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if "\n" in text or "\t" in text:
            self.fail("several_lines")
        return text


class Email(serializers.EmailField):
    default_error_messages = {"invalid": gettext_lazy("Please check the address.")}

    def to_internal_value(self, data: Any) -> str:
        return cleaned(super().to_internal_value(data))


class Id(serializers.IntegerField):
    """The number of a row. The view looks for it, for what may be seen depends on who asks."""

    default_error_messages = {"unknown": gettext_lazy("This does not exist, or is not yours to name.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **options)


def cleaned(text: str) -> str:
    try:
        return clean_text(text)
    except ValidationError as error:
        raise serializers.ValidationError(error.messages, code=error.code) from error


def nothing_here(field: str) -> serializers.ValidationError:
    """What a body names but the caller may not see looks like what does not exist."""
    text = Id.default_error_messages["unknown"]
    return serializers.ValidationError({field: [serializers.ErrorDetail(str(text), "unknown")]})

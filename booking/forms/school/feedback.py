"""Five questions with a scale of faces, and one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from booking.feedback.codes import tidy
from booking.feedback.giving import Said
from booking.feedback.questions import FACES, Face, questions_for
from booking.forms.fields import text
from booking.models import Feedback
from booking.models.feedback import LONGEST_TEXT


class Option(NamedTuple):
    face: Face
    tag: Any  # the radio button


class FeedbackForm(forms.Form):
    """`side` chooses the questions and how people are addressed. Each must be answered: what is missing says so."""

    text = text("", longest=LONGEST_TEXT, rows=3, required=False)

    def __init__(self, side: str, data: Any = None, *, former: Feedback | None = None) -> None:
        self.questions = questions_for(side)
        super().__init__(data, initial=said_before(self.questions, former))
        pupil = side == Feedback.Side.PUPIL
        missing = _("Please choose a face.") if pupil else _("Please choose an answer.")
        for question in self.questions:
            self.fields[question.key] = forms.TypedChoiceField(
                label=str(question.label),
                choices=[(face.value, face.word) for face in FACES],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": missing, "invalid_choice": missing},
            )
        self.fields["text"].label = _("Do you want to tell us something?") if pupil else _("Anything else?")
        self.fields["text"].help_text = (
            _("Only if you like. Please write no names.")
            if pupil
            else _("Up to 300 characters, please without names of pupils.")
        )
        self.order_fields([*(question.key for question in self.questions), "text"])

    @property
    def scales(self) -> Iterator[tuple[BoundField, list[Option]]]:
        """Each question with its radio buttons and their faces."""
        for question in self.questions:
            field = self[question.key]
            yield field, [Option(face, radio.tag) for face, radio in zip(FACES, field, strict=True)]

    @property
    def said(self) -> Said:
        """Only of a valid form."""
        levels = tuple(self.cleaned_data[question.key] for question in self.questions)
        return Said(levels, self.cleaned_data["text"])


def said_before(questions: Any, former: Feedback | None) -> dict[str, Any]:
    if former is None:
        return {}
    levels = zip(questions, former.answers, strict=True)
    return {"text": former.text, **{question.key: level for question, level in levels}}


class CodeForm(forms.Form):
    """The code, typed from the wall."""

    code = text(
        pgettext_lazy("pupil", "Your code"),
        longest=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        return tidy(self.cleaned_data["code"]) or "0"  # leads to the page that says what to do

"""The five questions of each side, and the four faces that answer them. `docs/feedback.md` says why these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise


class Question(NamedTuple):
    """`label` asks, `topic` names it in results."""

    key: str
    label: Words
    topic: Words


class Face(NamedTuple):
    """A value that is stored, its word, and its drawing in faces.svg."""

    value: int
    word: Words
    drawing: str


OF_PUPILS = (
    Question("interest", _("Was it exciting?"), _("exciting")),
    Question("understood", _("Did you understand it well?"), _("understood")),
    Question("tried", _("Could you try things out yourself?"), _("tried out")),
    Question("welcome", _("Did you feel well with us?"), _("felt well")),
    Question("again", _("Would you come again?"), _("come again")),
)
OF_TEACHERS = (
    Question("fit", _("Did the visit fit your lessons?"), _("fits the lessons")),
    Question("organisation", _("Was everything well organised, from booking to the end?"), _("organisation")),
    Question("level", _("Was the level right for your group?"), _("level")),
    Question("team", _("Did the team accompany your group well?"), _("team")),
    Question("again", _("Would you book again?"), _("book again")),
)
# From left to right as people read a scale; the best comes first.
FACES = (
    Face(4, pgettext_lazy("feedback", "Yes"), "yes"),
    Face(3, pgettext_lazy("feedback", "Rather yes"), "rather-yes"),
    Face(2, pgettext_lazy("feedback", "Rather no"), "rather-no"),
    Face(1, pgettext_lazy("feedback", "No"), "no"),
)


def questions_for(side: str) -> Sequence[Question]:
    return OF_TEACHERS if side == "teacher" else OF_PUPILS

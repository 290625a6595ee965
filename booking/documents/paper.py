"""What a paper is made of: plain data, the same for the PDF and for the page.

Each part has a template of its kind in `typst/parts.typ` and in `booking/documents/parts/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.utils.translation import get_language

from booking.qr import code_of

PARTS = "booking/documents/parts"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path stroke="#000" d="{path}"/></svg>'


class OfKind:
    """Knows by its kind how it looks on a page."""

    kind: str

    @property
    def template(self) -> str:
        return f"{PARTS}/{self.kind}.html"


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    lines: Sequence[str]
    language: str = ""  # where it is not that of the paper


@dataclass(frozen=True)
class Facts(OfKind):
    """What is so, each with its label."""

    rows: Sequence[Row]
    kind: str = "facts"


@dataclass(frozen=True)
class Title(OfKind):
    text: str
    level: int = 2
    language: str = ""  # where it is not that of the paper
    kind: str = "title"


@dataclass(frozen=True)
class Paragraph(OfKind):
    text: str
    soft: bool = False
    leads: bool = False  # on the same sheet as what follows
    kind: str = "paragraph"


@dataclass(frozen=True)
class Note(OfKind):
    lead: str
    text: str
    kind: str = "note"


@dataclass(frozen=True, slots=True)
class Column:
    """To be filled in with a pen; `mm` wide."""

    label: str
    mm: int


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    detail: str


@dataclass(frozen=True)
class Counts(OfKind):
    """A table with room for numbers: a line for each group."""

    first: str
    columns: Sequence[Column]
    rows: Sequence[Line]
    kind: str = "counts"


@dataclass(frozen=True)
class Signatures(OfKind):
    labels: Sequence[str]
    kind: str = "signatures"


@dataclass(frozen=True)
class Code(OfKind):
    """An address for the camera of a phone; `alt` says it to who cannot see, `text` what it is good for."""

    svg: str
    size: int
    path: str
    alt: str
    text: str
    kind: str = "code"

    @classmethod
    def of(cls, address: str, *, alt: str, text: str) -> Code:
        code = code_of(address)
        return cls(SVG.format(size=code.size, path=code.path), code.size, code.path, alt, text)


@dataclass(frozen=True)
class Poster(OfKind):
    """A code that is held up to a class: large, with the letters for who cannot scan it."""

    svg: str
    size: int
    path: str
    alt: str
    whose: str
    title: str
    text: str
    typed: str
    kind: str = "poster"

    @classmethod
    def of(cls, address: str, *, alt: str, **words: str) -> Poster:
        code = code_of(address)
        return cls(SVG.format(size=code.size, path=code.path), code.size, code.path, alt, **words)


@dataclass(frozen=True, slots=True)
class AwardLine:
    text: str
    large: bool = False


@dataclass(frozen=True)
class Award(OfKind):
    """What is certified, as lines in the middle; the large ones are the facts."""

    lines: Sequence[AwardLine]
    kind: str = "award"


Part = Facts | Title | Paragraph | Note | Counts | Signatures | Code | Poster | Award


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. `form` names its source in typst/, `at` is the moment that the file bears."""

    form: str
    title: str  # of the file and of the window
    heading: str
    at: datetime
    house: str
    subtitle: str = ""
    aside: str = ""  # at the top of each page
    foot: str = ""
    parts: Sequence[Part] = ()
    lang: str = field(default_factory=lambda: get_language() or "de")


def facts(rows: Iterable[Row | tuple[str, str | Sequence[str]]]) -> Facts:
    """Only those that say something."""
    read = (row if isinstance(row, Row) else row_of(*row) for row in rows)
    return Facts([row for row in read if any(row.lines)])


def row_of(label: str, value: str | Sequence[str]) -> Row:
    return Row(label, [value] if isinstance(value, str) else list(value))


big = partial(AwardLine, large=True)

"""What a register's file says, as every importer hands it on: schools, and rows that could not be used."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.text import clean_text
from schools.models import School

LAT, LON = (47.0, 56.0), (5.0, 25.0)  # Germany, Czechia, Poland
LONGEST = {
    field.name: field.max_length
    for field in School._meta.concrete_fields  # noqa: SLF001 (Django's own door to the columns)
    if field.max_length
}
PERSONAL = re.compile(r"schulleit|rektor|direktor|dyrektor|reditel", re.IGNORECASE)
PHONE = re.compile(r"[+\d][\d /()-]{2,39}")


class UnusableError(Exception):
    """A row that is no school of ours, or cannot be read; says why, without what stands there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One school. `values` has only the columns that the file speaks of; a `provisional` key was made up by us."""

    source_id: str
    values: dict[str, Any]
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    row: int
    why: str


@dataclass(slots=True)
class Reading:
    """`present` are keys of rows that we could not use: their schools are not gone."""

    entries: dict[str, Entry] = field(default_factory=dict)
    skipped: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    present: set[str] = field(default_factory=set)

    def add(self, row: int, entry: Entry) -> None:
        if entry.source_id in self.entries:
            self.skip(row, _("This school stood there before."))
        else:
            self.entries[entry.source_id] = entry

    def skip(self, row: int, why: str) -> None:
        self.skipped.append(Remark(row, why))

    def note(self, row: int, why: str) -> None:
        self.remarks.append(Remark(row, why))


def text_of(value: object, column: str) -> str:
    """A cell as clean text; None, "" and what is no text are empty. Raises UnusableError if it does not fit."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    try:
        text = " ".join(clean_text(str(value)).split())
    except ValidationError as error:
        raise UnusableError(_("A text contains characters that cannot be stored.")) from error
    if len(text) > LONGEST[column]:
        raise UnusableError(_("A text is too long for “%(column)s”.") % {"column": column})
    return text


def coordinates(lat: object, lon: object) -> tuple[float, float] | None:
    """Both numbers, if they lie in our countries. Raises ValueError if something else stands there."""
    if any(value in {None, ""} for value in (lat, lon)):
        return None
    place = float(str(lat).replace(",", ".")), float(str(lon).replace(",", "."))
    if not (LAT[0] <= place[0] <= LAT[1] and LON[0] <= place[1] <= LON[1]):
        raise ValueError("outside")
    return place


def office_mail(value: object, *persons: object) -> str:
    """An address of the house; one of a person, whose name the row has or who is called head, is nobody's business."""
    address = text_of(value, "office_mail")
    local = address.rpartition("@")[0].casefold()
    names = [name.strip().casefold() for name in persons if isinstance(name, str) and len(name.strip()) > 2]
    if PERSONAL.search(local) or any(name in local for name in names):
        return ""
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address


def phone(*parts: object) -> str:
    """Figures and their signs; free text beside them may be a person."""
    typed = " ".join(filter(None, (text_of(part, "phone") for part in parts)))
    return typed if PHONE.fullmatch(typed) else ""

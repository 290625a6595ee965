"""iCalendar as text (RFC 5545 §3.1). Written by hand, for a library builds objects first and takes a hundred times
as long; the tests hold it to the bytes that icalendar writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.timezone import get_default_timezone

LONGEST = 74  # octets of a line: with the space that continues one, 75
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
UNQUOTED = str.maketrans("", "", '"^')
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def escape(text: str) -> str:
    """A TEXT value: nothing that a user typed can begin a new property."""
    return FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).translate(ESCAPES)


def parameter(text: str) -> str:
    """The value of a parameter, as a name that old clients show too: without quotes and the sign with which RFC 6868
    would encode them, for new ones read "^n" as a line break."""
    plain = " ".join(FORBIDDEN.sub("", text).translate(UNQUOTED).split())
    return f'"{plain}"' if re.search("[,;:]", plain) else plain


def local(moment: datetime) -> str:
    """`;TZID=…:…`, to stand behind the name of a property."""
    zone = get_default_timezone()
    return f";TZID={zone}:{moment.astimezone(zone):%Y%m%dT%H%M%S}"


def utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def fold(line: str) -> bytes:
    """One content line with its end; long ones go on after a space, never within a character or an escape."""
    octets = line.encode()
    pieces, start = [], 0
    while len(octets) - start > LONGEST:
        end = start + LONGEST
        while octets[end] & 0xC0 == 0x80:  # the second or later octet of a character
            end -= 1
        end -= octets[end - 1] in b"\\^"
        pieces.append(octets[start:end])
        start = end
    return b"\r\n ".join([*pieces, octets[start:]]) + b"\r\n"


def write(lines: Iterable[str]) -> bytes:
    return b"".join(map(fold, lines))

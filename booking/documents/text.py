"""What can be printed: the letters that the fonts of the house have."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# PDF/UA refuses a sign that no font can draw (ISO 14289-1 §7.21.4.1): one emoji would cost the whole document. These
# the three faces of Source Sans Pro draw, alone and one after the other; the tests try each.
LETTERS = "\u00a0-\u00ac\u00ae-\u017e\u0192\u01cd-\u01dc\u01e6-\u01e9\u0218-\u021b\u1e80-\u1e85\u1e9e\u1ea0-\u1ef9"
GREEK_AND_CYRILLIC = "\u0384-\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u0490-\u0493"
SIGNS = "\u2012-\u2015\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u202f\u2030\u2032\u2033\u2039\u203a"
NUMBERS = "\u2070\u2074-\u2079\u2080-\u2089\u20ac\u2116\u2122\u2190-\u2193\u2212\u2248\u2260\u2264\u2265"
KNOWN = re.compile(f"[\n -~{LETTERS}{GREEK_AND_CYRILLIC}{SIGNS}{NUMBERS}]")
UNKNOWN = re.compile(f"[^{KNOWN.pattern[1:]}")


def printable(text: str) -> str:
    """The text in letters that can be drawn, accents composed; what has no letter leaves its nearest, or nothing."""
    return UNKNOWN.sub(nearest, unicodedata.normalize("NFC", text))


def nearest(sign: re.Match[str]) -> str:
    """x for a bold x of mathematics, a space for a tabulator, nothing for an emoji."""
    return " " if sign[0].isspace() else UNKNOWN.sub("", unicodedata.normalize("NFKD", sign[0]))


def named(text: Any, otherwise: str) -> str:
    """A name as it is typed, or other words where nothing of it could be printed."""
    typed = str(text)
    return typed if printable(typed).strip() else otherwise


def printed(value: Any) -> Any:
    """Plain data with only what can be printed."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: printed(each) for key, each in value.items()}
    return [printed(each) for each in value] if isinstance(value, list | tuple) else value

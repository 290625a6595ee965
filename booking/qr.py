"""Addresses for the camera of a phone."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import qrcode

QUIET = 4  # modules of white around the code (ISO/IEC 18004 §6.3.8)


class Code(NamedTuple):
    """The dark parts of a QR code as strokes, one wide, in a drawing that is `size` by `size` with its white edge."""

    size: int
    path: str


@lru_cache(maxsize=256)
def code_of(text: str) -> Code:
    """The QR code of `text`, as small as can be (level L): a screen is neither torn nor stained."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.ERROR_CORRECT_L)
    code.add_data(text)
    rows = code.get_matrix()
    return Code(len(rows), "".join(strokes(y, row) for y, row in enumerate(rows)))


def strokes(y: int, row: list[bool]) -> str:
    """The dark runs of a row, through the middle of it: where it begins, then so far on, so far dark."""
    path, gap = "", 0
    for dark, run in groupby(row):
        width = len(list(run))
        if dark:
            path += f"m{gap} 0h{width}" if path else f"M{gap} {y}.5h{width}"
        gap = width
    return path

"""Addresses for the camera of a phone."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import qrcode

QUIET = 4  # modules of white around the code (ISO/IEC 18004 §6.3.8)


class Code(NamedTuple):
    """The dark parts of a QR code as the path of a drawing that is `size` by `size`, its white edge included."""

    size: int
    path: str


@lru_cache(maxsize=256)
def code_of(text: str) -> Code:
    """The QR code of `text`; up to 15 per cent of it may be damaged (level M)."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    return Code(len(rows), "".join(strokes(y, row) for y, row in enumerate(rows)))


def strokes(y: int, row: list[bool]) -> str:
    """The dark runs of a row, each as a box one module high."""
    path, x = "", 0
    for dark, run in groupby(row):
        width = len(list(run))
        if dark:
            path += f"M{x} {y}h{width}v1h-{width}z"
        x += width
    return path

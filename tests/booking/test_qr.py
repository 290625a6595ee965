"""The drawing of a QR code says what the code says."""

from __future__ import annotations

import re

import pytest
import qrcode

from booking.qr import QUIET, code_of


@pytest.mark.parametrize("text", ["a", "webcal://lernort.example/calendars/trainer/" + "x" * 43 + ".ics"])
def test_the_path_draws_the_modules_of_the_code(text):
    expected = qrcode.QRCode(border=QUIET, error_correction=qrcode.ERROR_CORRECT_M)
    expected.add_data(text)

    code = code_of(text)

    drawn = [[False] * code.size for _ in range(code.size)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", code.path):
        drawn[int(y)][int(x) : int(x) + int(width)] = [True] * int(width)
    assert drawn == expected.get_matrix()
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", code.path)

"""The drawing of a QR code says what the code says."""

from __future__ import annotations

import re

import pytest
import qrcode

from booking.qr import QUIET, code_of


@pytest.mark.parametrize("text", ["a", "webcal://lernort.example/calendars/trainer/" + "x" * 43 + ".ics"])
def test_the_path_draws_the_modules_of_the_code(text):
    expected = qrcode.QRCode(border=QUIET, error_correction=qrcode.ERROR_CORRECT_L)
    expected.add_data(text)

    code = code_of(text)

    drawn = [[False] * code.size for _ in range(code.size)]
    for x, y, row in re.findall(r"M(\d+) (\d+)\.5(h[^M]+)", code.path):
        at = int(x)
        for width, gap in re.findall(r"h(\d+)(?:m(\d+) 0)?", row):
            drawn[int(y)][at : at + int(width)] = [True] * int(width)
            at += int(width) + int(gap or 0)
    assert drawn == expected.get_matrix()
    assert re.fullmatch(r"(M\d+ \d+\.5h\d+(m\d+ 0h\d+)*)+", code.path)


def test_a_page_of_codes_stays_light():
    """A person with several roles has a dozen addresses; a page weighs 150 KB at most, sheets and scripts included."""
    address = "webcal://lernort-der-oberlausitz.example/calendars/trainer/" + "x" * 43 + ".ics"

    assert len(code_of(address).path) < 4_000

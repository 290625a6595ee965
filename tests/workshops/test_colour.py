"""A house's colour can be read: as text on every ground, and under the text that stands on it."""

from __future__ import annotations

import re
from math import degrees, radians
from pathlib import Path

import pytest
from django.conf import settings

from workshops.colour import DARK, LEAST, LIGHT, Colour, contrast, nearest, parsed, scheme, worst, written

TOKENS = Path(settings.BASE_DIR, "config/static/site.css")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ffffff", 4.0), ("#29406b", "#29406b", 1)],
)
def test_contrast_is_the_ratio_of_the_guidelines(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_the_grounds_are_those_of_the_stylesheet():
    css = TOKENS.read_text()
    for place, name in enumerate(("sheet", "cotton", "sunk")):
        numbers = [float(one) for one in re.findall(r"[\d.]+", re.search(rf"--{name}: (.*);", css)[1])]
        light, dark = numbers[:3], numbers[3:]
        assert written(Colour(light[0], light[1], radians(light[2]))) == LIGHT[place]
        assert written(Colour(dark[0], dark[1], radians(dark[2]))) in DARK


@pytest.mark.parametrize("colour", ["#29406b", "#0000ff", "#000000", "#006400"])
def test_a_colour_that_can_be_read_stays(colour):
    assert nearest(colour) == colour


@pytest.mark.parametrize("red", range(0, 256, 51))
@pytest.mark.parametrize("green", range(0, 256, 51))
@pytest.mark.parametrize("blue", range(0, 256, 51))
def test_what_is_proposed_can_be_read_everywhere(red, green, blue):
    proposed = scheme(nearest(f"#{red:02x}{green:02x}{blue:02x}"))

    assert worst(proposed.light, LIGHT) >= LEAST
    assert worst(proposed.dark, DARK) >= LEAST
    assert contrast(proposed.light, proposed.on_light) >= LEAST
    assert contrast(proposed.dark, proposed.on_dark) >= LEAST


@pytest.mark.parametrize("colour", ["#ff8800", "#00cccc", "#ff66cc", "#88cc00"])
def test_what_is_proposed_has_the_same_hue_and_is_no_darker_than_need_be(colour):
    proposed = nearest(colour)

    turn = abs(degrees(parsed(proposed).hue - parsed(colour).hue)) % 360
    assert min(turn, 360 - turn) < 6
    assert worst(proposed) < LEAST + 0.15

"""The colour of a house, held to what eyes need: arithmetic on sRGB and OKLCH, without a library.

A house names one colour, for light pages. It carries white text and stands as text on each light ground; what stands
on dark pages is the same hue, lifted until it is as easy to read there.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import atan2, cos, hypot, sin
from typing import NamedTuple

LEAST = 4.5  # contrast that WCAG 2.2 wants of text (AA)
HEX = re.compile(r"#[0-9a-f]{6}")
STEPS = 400  # of lightness between black and white: finer than a screen shows

# The grounds of the stylesheet (sheet, cotton, sunk), as sRGB.
LIGHT = ("#ffffff", "#f5f8fc", "#eaeff6")
DARK = ("#0f1424", "#171d31", "#20283f")


class Colour(NamedTuple):
    """A colour by lightness (0–1), chroma and hue (radians)."""

    lightness: float
    chroma: float
    hue: float


class Scheme(NamedTuple):
    """How a house's colour is written on light and on dark pages, and the text on it."""

    light: str
    on_light: str
    dark: str
    on_dark: str


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2 between two colours: 1 (the same) to 21 (black on white)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def worst(colour: str, grounds: tuple[str, ...] = LIGHT) -> float:
    """The lowest contrast of `colour` with any of `grounds`."""
    return min(contrast(colour, ground) for ground in grounds)


@lru_cache(maxsize=256)
def nearest(colour: str, grounds: tuple[str, ...] = LIGHT) -> str:
    """The colour of the same hue that can be read on all `grounds` and is nearest in lightness: itself if it can."""
    start = parsed(colour)
    for step in range(STEPS + 1):
        for lightness in (start.lightness - step / STEPS, start.lightness + step / STEPS):
            found = written(start._replace(lightness=lightness)) if step else colour
            if 0 <= lightness <= 1 and worst(found, grounds) >= LEAST:
                return found
    raise AssertionError("black or white can be read on every ground")


def scheme(colour: str) -> Scheme:
    """What a valid `colour` becomes on light and on dark pages."""
    dark = nearest(colour, DARK)
    return Scheme(light=colour, on_light=LIGHT[0], dark=dark, on_dark=DARK[0])


def parsed(colour: str) -> Colour:
    red, green, blue = linear(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    return Colour(lightness, hypot(a, b), atan2(b, a))


def written(colour: Colour) -> str:
    """As #rrggbb; chroma that no screen shows at this lightness is taken back, the hue stays."""
    chroma = colour.chroma
    while chroma > 0.001 and not shows(channels(colour._replace(chroma=chroma))):
        chroma *= 0.97
    values = channels(colour._replace(chroma=chroma))
    return "#" + "".join(f"{round(255 * gamma(min(1, max(0, value)))):02x}" for value in values)


def shows(values: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= value <= 1.0005 for value in values)


def channels(colour: Colour) -> tuple[float, float, float]:
    """Linear red, green and blue; out of 0…1 where a screen cannot show it."""
    a, b = colour.chroma * cos(colour.hue), colour.chroma * sin(colour.hue)
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return ungamma(red), ungamma(green), ungamma(blue)


def ungamma(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def gamma(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)

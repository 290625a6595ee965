"""Names with the town they are in."""

from __future__ import annotations

import pytest

from schools.names import with_city


@pytest.mark.parametrize(
    ("name", "city", "said"),
    [
        ("Oberschule Am Markt", "Zittau", "Oberschule Am Markt, Zittau"),
        ("Weinau-Schule Zittau", "Zittau", "Weinau-Schule Zittau"),
        ("GRUNDSCHULE ZITTAU", "Zittau", "GRUNDSCHULE ZITTAU"),
        ("Zittauer Schule", "Zittau", "Zittauer Schule, Zittau"),
        ("Freie Schule", "", "Freie Schule"),
    ],
)
def test_a_town_is_named_once(name, city, said):
    assert with_city(name, city) == said

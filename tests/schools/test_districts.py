"""Districts have names, whatever country they are in; a key that nobody knows stays itself."""

from __future__ import annotations

from collections import Counter

import pytest

from schools.districts import NAMES, district_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("0210", "powiat lubański"),
        ("0225", "powiat zgorzelecki"),
        ("0811", "powiat żarski"),
        ("0264", "Wrocław"),
        ("CZ0421", "okres Děčín"),
        ("CZ0427", "okres Ústí nad Labem"),
        ("CZ0513", "okres Liberec"),
        ("CZ020C", "okres Rakovník"),
        ("CZ0100", "Praha"),
        ("14628", "Landkreis Sächsische Schweiz-Osterzgebirge"),
        ("12071", "Landkreis Spree-Neiße"),
        ("3201", "3201"),
        ("", ""),
    ],
)
def test_the_name_of_a_district(code: str, name: str):
    assert district_name(code) == name


def test_the_lists_are_whole():
    """As many as there are: 13 and 18 of the Länder, 30 and 14 of the voivodeships, 76 okresy and the capital."""
    assert Counter(code[:2] for code in NAMES) == {"14": 13, "12": 18, "02": 30, "08": 14, "CZ": 77}
    assert len(set(NAMES.values())) == len(NAMES)

"""Invented schools in real towns, and where visits take place."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from accounts.models import User
from booking.demo.people import invite_teacher
from schools.models import Membership, School
from workshops.models import Partner, Venue

HERE = Path(__file__).parent
SCHOOLS: list[dict[str, Any]] = tomllib.loads((HERE / "schools.toml").read_text(encoding="utf-8"))["school"]

VENUES: dict[str, dict[str, Any]] = {
    "makerspace": {
        "partner": "zuklos-demo", "name": "Makerspace Zittau", "street": "Musterstraße 1", "postcode": "02763",
        "city": "Zittau", "lat": 50.8975, "lon": 14.8087, "step_free": True,
        "directions": "Bushaltestelle 4 min, stufenlos. Bitte 15 Minuten vorher am Haupteingang sein.",
    },
    "schuelerlabor": {
        "partner": "zuklos-demo", "name": "Schülerlabor Zittau", "street": "Beispielhof 3", "postcode": "02763",
        "city": "Zittau", "lat": 50.8932, "lon": 14.8043, "step_free": True,
        "directions": "Vom Bahnhof 12 min zu Fuß, Aufzug am Hofeingang.",
    },
    "experimentierhaus": {
        "partner": "zuklos-demo", "name": "Experimentierhaus Görlitz", "street": "Beispielgasse 9", "postcode": "02826",
        "city": "Görlitz", "lat": 51.1489, "lon": 14.9910, "step_free": False,
        "directions": "Straßenbahn bis Beispielplatz, 3 min. Eine Stufe, Rampe auf Klingeln.",
    },
    "werkstatt": {
        "partner": "makerspace-demo", "name": "Werkstatt am Musterkai", "street": "Musterkai 2", "postcode": "02763",
        "city": "Zittau", "lat": 50.8991, "lon": 14.8121, "step_free": True,
        "directions": "Bushaltestelle vor der Tür, Eingang im Hof.",
    },
    "museum": {
        "partner": "museum-demo", "name": "Museum Beispielmühle", "street": "Mühlweg 5", "postcode": "02625",
        "city": "Bautzen", "lat": 51.1823, "lon": 14.4205, "step_free": True,
        "directions": "Bus bis Mühlweg, 6 min an der Spree entlang.",
    },
}  # fmt: skip
DISTRICTS = {"Zittau": "14626", "Görlitz": "14626", "Bautzen": "14625"}


def found_schools(cast: dict[str, User]) -> tuple[dict[str, School], dict[str, User]]:
    """The schools by key, and who books for each: named teachers where the cast has them."""
    named = {"beispielstadt": cast["teacher"], "musterberg": cast["teacher2"]}
    schools = {row["key"]: found(row) for row in SCHOOLS}
    teachers = {
        row["key"]: named.get(row["key"]) or invite_teacher(row["teacher"], row["key"], row.get("language", "de"))
        for row in SCHOOLS
    }
    for key, teacher in teachers.items():
        belong(teacher, schools[key], "teacher")
    belong(cast["office"], schools["beispielstadt"], "office")
    return schools, teachers


def found(row: dict[str, Any]) -> School:
    values = {name: value for name, value in row.items() if name not in {"key", "grades", "teacher", "language"}}
    key = row["key"]
    return School.objects.create(source="demo", source_id=key, office_mail=f"sekretariat@{key}.example", **values)


def belong(user: User, school: School, role: str) -> None:
    Membership.objects.create(user=user, school=school, role=role, state=Membership.State.CONFIRMED, how="demo")


def build_venues(partners: dict[str, Partner]) -> dict[str, Venue]:
    return {
        key: Venue.objects.create(**{**row, "partner": partners[row["partner"]]}, district_code=DISTRICTS[row["city"]])
        for key, row in VENUES.items()
    }

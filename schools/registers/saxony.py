"""Sächsische Schuldatenbank: JSON of its API v1, the older JSON of 2021, and its CSV with a line for each building.

Traps of the real data: the institution key is not unique, so `id` is the key; type keys may be empty or doubled;
"" and null both mean missing. Only what is named here is read: nobody's name comes in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from schools.districts import SAXONY
from schools.models import School
from schools.registers.files import Row, rows_of
from schools.registers.reading import Entry, Reading, UnusableError, coordinates, office_mail, phone, text_of

SOURCE = "sn"
NEEDED = {"institution_key", "name"}
MAIN_BUILDING = "01"
LEGAL = {"01": "public", "02": "private"}
SCHOOLS = {"10", "20", "40"}  # categories: general, vocational, second chance
Kind = School.Kind


class Type(NamedTuple):
    name: str
    kind: str


TYPES = {
    "11": Type("Grundschule", Kind.PRIMARY),
    "12": Type("Oberschule", Kind.LOWER_SEC),
    "13": Type("Gymnasium", Kind.UPPER_SEC),
    "14": Type("Gemeinschaftsschule", Kind.MIXED),
    "15": Type("Oberschule+", Kind.MIXED),
    "16": Type("Schule nach §63d SächsSchulG", Kind.MIXED),
    "21": Type("Berufsschule", Kind.VOCATIONAL),
    "22": Type("Berufsfachschule", Kind.VOCATIONAL),
    "23": Type("Fachschule", Kind.VOCATIONAL),
    "24": Type("Fachoberschule", Kind.VOCATIONAL),
    "25": Type("Berufliches Gymnasium", Kind.VOCATIONAL),
    "28": Type("Berufsbildende Förderschule", Kind.SPECIAL),
    "31": Type("Förderschule: Sehen", Kind.SPECIAL),
    "32": Type("Förderschule: Hören", Kind.SPECIAL),
    "33": Type("Förderschule: geistige Entwicklung", Kind.SPECIAL),
    "34": Type("Förderschule: körperliche und motorische Entwicklung", Kind.SPECIAL),
    "35": Type("Förderschule: Lernen", Kind.SPECIAL),
    "36": Type("Förderschule: Sprache", Kind.SPECIAL),
    "37": Type("Förderschule: emotionale und soziale Entwicklung", Kind.SPECIAL),
    "39": Type("Klinik- und Krankenhausschule", Kind.SPECIAL),
    "42": Type("Abendoberschule", Kind.OTHER),
    "43": Type("Abendgymnasium", Kind.OTHER),
    "44": Type("Kolleg", Kind.OTHER),
}
GENERAL = {Kind.PRIMARY, Kind.LOWER_SEC, Kind.UPPER_SEC, Kind.MIXED}


def read(data: bytes) -> Reading:
    """The schools of a file, and why other rows are none. Raises UnreadableError."""
    reading = Reading()
    for number, record in institutions(rows_of(data, NEEDED)):
        try:
            reading.add(number, entry_of(number, record, reading))
        except UnusableError as why:
            reading.skip(number, str(why))
    return reading


def institutions(rows: Iterable[Row]) -> Iterator[Row]:
    """Records with their buildings; lines of CSV, one a building, are joined to the institution they belong to."""
    joined: dict[tuple[str, ...], dict[str, Any]] = {}
    for number, row in rows:
        if not isinstance(row, dict) or "buildings" in row:
            yield number, row
            continue
        key = tuple(str(row.get(column)) for column in ("id", "institution_key", "name"))
        first = joined.setdefault(key, {**row, "row": number, "buildings": []})
        first["buildings"].append(row)
    for record in joined.values():
        yield record["row"], record


def entry_of(number: int, record: Any, reading: Reading) -> Entry:
    """One school. Raises UnusableError for a row that is none or cannot be read; if it has a key, that is present."""
    if not isinstance(record, dict):
        raise UnusableError(_("The row cannot be read."))
    key, provisional = key_of(record)
    category = text_of(record.get("school_category_key"), "source_id")
    buildings = sorted(buildings_of(record), key=lambda one: one.get("building_type_key") not in {MAIN_BUILDING, None})
    types = types_of(buildings)
    if category not in SCHOOLS and (category or (types and not types & TYPES.keys())):
        raise UnusableError(_("Not a school (category %(key)s).") % {"key": category or "–"})
    reading.present.add(key)
    for unknown in sorted(types.keys() - TYPES.keys()):
        reading.note(number, _("Type key “%(key)s” is unknown and was left out.") % {"key": unknown[:10]})
    values = about_school(record, buildings, [TYPES[key] for key in types if key in TYPES])
    if buildings:
        values |= about_building(number, record, buildings[0], reading)
    return Entry(key, values, provisional)


def key_of(record: dict[str, Any]) -> tuple[str, bool]:
    """The register's own number; a file without it gets one of institution and first building, which is ours."""
    number = text_of(record.get("id"), "source_id")
    institution = text_of(record.get("institution_key"), "institution_key")
    if number:
        return f"SN-{number}", False
    if not institution:
        raise UnusableError(_("The row has no key."))
    building = next((text_of(one.get("building_id"), "source_id") for one in buildings_of(record)), "")
    return f"{institution}/{building}"[:60], True


def buildings_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    buildings = record.get("buildings")
    return [one for one in buildings if isinstance(one, dict)] if isinstance(buildings, list) else []


def types_of(buildings: Iterable[dict[str, Any]]) -> dict[str, None]:
    """Type keys of all buildings in their order, each once; JSON has a list, CSV a text such as "21, 22"."""
    keys: dict[str, None] = {}
    for building in buildings:
        typed = building.get("school_type_keys")
        for key in typed if isinstance(typed, list) else str(typed or "").split(","):
            if isinstance(key, str | int) and (name := str(key).strip()):
                keys[name] = None
    return keys


def about_school(record: dict[str, Any], buildings: list[dict[str, Any]], types: list[Type]) -> dict[str, Any]:
    name = name_of(record, buildings)
    values: dict[str, Any] = {
        "name": name,
        "kind": kind_of(types) if types else kind_by_name(name),
        "local_types": [one.name for one in types],
        "institution_key": text_of(record.get("institution_key"), "institution_key"),
        "country": "DE",
    }
    if "legal_status_key" in record:
        values["legal"] = LEGAL.get(text_of(record["legal_status_key"], "legal"), "")
    return values


def name_of(record: dict[str, Any], buildings: list[dict[str, Any]]) -> str:
    """The name; in 2021 the main building had it, whole or in five lines."""
    lines = [one.get(f"name{line}") for one in buildings[:1] for line in range(1, 6)]
    whole = [record.get("name"), *(one.get("name") for one in buildings[:1])]
    found = next((name for raw in whole if (name := text_of(raw, "name"))), "")
    if name := found or text_of(" ".join(line for line in lines if isinstance(line, str)), "name"):
        return name
    raise UnusableError(_("The school has no name."))


def kind_of(types: list[Type]) -> str:
    """One kind for several types: two of general schools make a school of all grades, else the first one decides."""
    kinds = [one.kind for one in types if one.kind != Kind.OTHER]
    if len(GENERAL.intersection(kinds)) > 1:
        return Kind.MIXED
    return kinds[0] if kinds else Kind.OTHER


def kind_by_name(name: str) -> str:
    """For a school without types, which happens; the longest word first, for "Abendoberschule" is no Oberschule."""
    known = sorted(TYPES.values(), key=lambda one: -len(one.name))
    return next((one.kind for one in known if one.name.casefold() in name.casefold()), Kind.OTHER)


def about_building(number: int, record: dict[str, Any], building: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """Where the school is, and how its office is reached."""
    region = text_of(building.get("community_key"), "source_id")
    if not (len(region) == 8 and region.isdigit() and region[:5] in SAXONY):
        reading.note(number, _("The key of the community is not one of Saxony and was left out."))
        region = ""
    head = (record.get("headmaster_lastname"), record.get("headmaster_firstname"))
    mails = (office_mail(one, *head) for one in (building.get("mail"), record.get("school_portal_mail")))
    return {
        "street": text_of(building.get("street"), "street"),
        "postcode": text_of(building.get("postcode"), "postcode"),
        "city": text_of(building.get("community"), "city"),
        "region_code": region,
        "district_code": region[:5],
        "office_mail": next(filter(None, mails), ""),
        "phone": phone(building.get("phone_code_1"), building.get("phone_number_1")),
        **place_of(number, building, reading),
    }


def place_of(number: int, building: dict[str, Any], reading: Reading) -> dict[str, float]:
    """The coordinates, if there are any: a file without them does not take away those that we have."""
    try:
        place = coordinates(building.get("latitude"), building.get("longitude"))
    except ValueError:
        reading.note(number, _("The coordinates are not in our countries and were left out."))
        return {}
    return {"lat": place[0], "lon": place[1]} if place else {}

"""Partners, funders and workshops. The texts of each workshop stand in a file of its own under `workshops/`."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import User
from workshops.models import (
    Cooperation,
    Funder,
    FundingPot,
    Partner,
    PartnerRole,
    PotReader,
    Venue,
    Workshop,
    WorkshopPot,
)

FOR_EVER = DateRange(None, None)
HERE = Path(__file__).parent
TEXTS = ("title", "summary", "description", "course", "bring", "kit", "cost", "accessibility", "curriculum")
OURS = ("partner", "venue", "pots", "charged_to", "helped_by", "dates", "from_day", "stays_free")  # not of Workshop

PARTNERS: dict[str, dict[str, Any]] = {
    "zuklos-demo": {
        "name": "HSZG ZukLOS (Demo)",
        "organiser": "organiser",
        "about": "Schülerlabor, Makerspace und Rollendes Labor einer Hochschule, zum Ausprobieren.",
        "house_rules": "Essen und Trinken bitte nicht im Labor. Die Aufsicht bleibt bei der Schule.",
    },
    "makerspace-demo": {
        "name": "Makerspace am Musterkai (Demo)",
        "organiser": "organiser2",
        "about": "Eine offene Werkstatt, getragen von einem Verein.",
        "house_rules": "An die Geräte nur mit Einweisung. Lange Haare zusammenbinden.",
    },
    "museum-demo": {
        "name": "Museum Beispielmühle (Demo)",
        "organiser": "organiser3",
        "about": "Ein Museum für Handwerk und Technik der Lausitz.",
        "house_rules": "Taschen bitte in die Schließfächer.",
    },
}

TERMS = (
    "Die Teilnahme ist kostenfrei, wo nichts anderes steht. Wer nicht kommen kann, sagt so früh wie möglich ab, damit "
    "eine andere Klasse den Platz bekommt. Während des Besuchs gelten die Weisungen der Kursleitung."
)

# code: (funder, kind, name, first year, last year relative to this one, acknowledgement)
POTS = {
    "mint-topf": ("MINT-Topf Beispiel", "Land", "MINT-Topf Beispiel", -1, 1),
    "regionalfonds": ("Regionalfonds Beispiel", "Landkreis", "Regionalfonds Beispiel", -1, 2),
    "stiftung": ("Stiftung Beispiel", "Material", "Stiftung Beispiel", 0, 3),
    "aufbau": ("Aufbauprogramm Beispiel", "Bund", "Aufbauprogramm Beispiel", -5, -1),
}


def invite_partners(cast: dict[str, User]) -> dict[str, Partner]:
    partners = {slug: invite(slug, row) for slug, row in PARTNERS.items()}
    for slug, row in PARTNERS.items():
        PartnerRole.objects.create(user=cast[row["organiser"]], partner=partners[slug])
    return partners


def invite(slug: str, row: dict[str, Any]) -> Partner:
    return Partner.objects.create(
        slug=slug,
        name=row["name"],
        mailbox=f"{slug.removesuffix('-demo')}@demo.example",
        phone="03583 000 000",
        about={"de": row["about"]},
        house_rules={"de": row["house_rules"]},
        terms={"de": TERMS},
        imprint={"de": f"{row['name']}, Musterstraße 1, 02763 Zittau. Alle Angaben sind erfunden."},
        prep_minutes=30,
        travel_minutes=75,
    )


def find_money(today: date, reader: User) -> dict[str, FundingPot]:
    """Four pots, one of them expired; `reader` may read the reports of the regional one."""
    pots = {code: endow(code, today) for code in POTS}
    PotReader.objects.create(user=reader, pot=pots["regionalfonds"])
    return pots


def endow(code: str, today: date) -> FundingPot:
    name, kind, title, first, last = POTS[code]
    valid = DateRange(date(today.year + first, 1, 1), date(today.year + last + 1, 1, 1))
    words = {"de": f"Gefördert durch {title} (Demo).", "en": f"Funded by {title} (demo)."}
    funder = Funder.objects.create(name=name, kind=kind)
    return FundingPot.objects.create(funder=funder, code=code, name=title, valid=valid, acknowledgement=words)


@lru_cache
def offers() -> dict[str, dict[str, Any]]:
    """What the files say, by slug."""
    paths = sorted((HERE / "workshops").glob("*.toml"))
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}


def publish(slug: str, partners: dict[str, Partner], venues: dict[str, Venue], pots: dict[str, FundingPot]) -> Workshop:
    offer = offers()[slug]
    values = {name: value for name, value in offer.items() if name not in OURS}
    for name in TEXTS:
        values[name] = {language: text.strip() for language, text in offer.get(name, {}).items()}
    workshop = Workshop.objects.create(
        slug=slug, partner=partners[offer["partner"]], venue=venues.get(offer.get("venue", "")),
        state=Workshop.State.PUBLISHED, **values,
    )  # fmt: skip
    WorkshopPot.objects.bulk_create(
        [WorkshopPot(workshop=workshop, pot=pots[code], valid=pots[code].valid) for code in offer["pots"]]
    )
    if "helped_by" in offer:
        Cooperation.objects.create(workshop=workshop, partner=partners[offer["helped_by"]], valid=FOR_EVER)
    return workshop

"""Who is there in a whole region: schools with their teachers, houses with their teams and offers. All invented."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import User
from schools.models import SPOKEN, Membership, School
from workshops.models import (
    Partner,
    PartnerRole,
    Qualification,
    Trainer,
    TrainerPartner,
    Venue,
    Workshop,
    WorkshopPot,
)

CROWD: dict[str, Any] = tomllib.loads((Path(__file__).parent / "crowd.toml").read_text(encoding="utf-8"))
WORDS = CROWD["words"]
REGIONS = {"DE": "", "PL": "02", "CZ": "CZ05"}
FAIR = "offenes-labor"  # the offer of the small demo that action days are made after
HALL = 180
MANY_GROUPS = 30
MODELS = ("3d-druck", "energiespeicher", "fluoreszenz", "lasercutter", "rollendes-labor", "waermepumpe", "blaudruck")
OFFERS_EACH = 2  # besides the action day


@dataclass(frozen=True, slots=True)
class Guest:
    """A school that sends classes: the rows' keys, and what is needed of them a million times."""

    school: int
    teacher: int
    name: str
    email: str
    country: str
    grades: range

    @property
    def language(self) -> str:
        return SPOKEN[self.country]


@dataclass(frozen=True, slots=True)
class House:
    """A partner with its organiser, team and offers; the first offer is the action day."""

    partner: Partner
    organiser: User
    team: list[Trainer]
    offers: list[Workshop]


def names(rng: Random) -> list[str]:
    """Names of people, each once."""
    pairs = [f"{given} {family}" for given, family in product(WORDS["given"], WORDS["family"])]
    rng.shuffle(pairs)
    return pairs


def found_schools(prefix: str, count: int, people: list[str]) -> list[Guest]:
    """So many schools, spread over the towns, each with a teacher who books."""
    rows = [school_row(prefix, number) for number in range(1, count + 1)]
    schools = School.objects.bulk_create([row for row, _grades in rows])
    teachers = invite([(f"lehrkraft@{school.source_id}.example", people.pop(), school.country) for school in schools])
    pairs = list(zip(schools, teachers, strict=True))
    confirmed = {"role": Membership.Role.TEACHER, "state": Membership.State.CONFIRMED, "how": "demo"}
    Membership.objects.bulk_create([Membership(user=user, school=school, **confirmed) for school, user in pairs])
    return [
        Guest(school.pk, user.pk, user.name, user.email, school.country, grades)
        for (school, user), (_row, grades) in zip(pairs, rows, strict=True)
    ]


def school_row(prefix: str, number: int) -> tuple[School, range]:
    towns = CROWD["towns"]
    city, postcode, country, district, lat, lon = towns[number % len(towns)]
    lap = number // len(towns)
    kinds = CROWD["kinds"][country]
    called, kind, first, last = kinds[(number + lap) % len(kinds)]
    key = f"{prefix}-{number:04}"
    school = School(
        source="demo", source_id=key, name=f"{called} {invented(country, number, lap)}", kind=kind, city=city,
        postcode=postcode, country=country, region_code=REGIONS[country], district_code=district,
        street=f"Musterweg {number}", lat=lat + number % 7 * 0.002, lon=lon + number % 5 * 0.003,
        office_mail=f"sekretariat@{key}.example",
    )  # fmt: skip
    return school, range(first, last + 1)


def invented(country: str, number: int, lap: int) -> str:
    """What follows the type: a word that no school has, or a number where names are numbered."""
    if country != "DE":
        return str(lap + 1)
    first, second = WORDS["first"], WORDS["second"]
    word = f"{first[number % len(first)]}{second[(number + lap) % len(second)]}"
    return word if lap < len(second) else f"{word} {lap // len(second) + 1}"


def invite(people: list[tuple[str, str, str]]) -> list[User]:
    """People who sign in by code: (address, name, country)."""
    users = [User(email=email, name=name, language=SPOKEN[country]) for email, name, country in people]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users]
    )
    return users


def build_houses(prefix: str, partners: int, trainers: int, people: list[str]) -> list[House]:
    """The houses of the small demo and new ones, with a team each. The first partner has twice as many as others."""
    new = [open_house(prefix, number, people) for number in range(1, partners + 1)]
    known = Partner.objects.exclude(pk__in=[partner.pk for partner in new]).order_by("pk")
    rows = [*known, *new]
    teams: dict[int, list[Trainer]] = {partner.pk: [] for partner in rows}
    turns = [rows[0], *rows]
    team = Trainer.objects.bulk_create([trainer_row(prefix, number, people) for number in range(1, trainers + 1)])
    for number, trainer in enumerate(team):
        teams[turns[number % len(turns)].pk].append(trainer)
    return [settle_in(prefix, number, partner, teams[partner.pk]) for number, partner in enumerate(rows)]


def open_house(prefix: str, number: int, people: list[str]) -> Partner:
    """A partner, its place and its organiser."""
    town = CROWD["towns"][number * 3 % 40]
    house = WORDS["houses"][number % len(WORDS["houses"])]
    name = f"{house} Muster{WORDS['second'][number % len(WORDS['second'])]}"
    partner = Partner.objects.create(
        slug=f"{prefix}-{number:02}", name=f"{name}, {town[0]} (Demo)", mailbox=f"{prefix}-{number:02}@demo.example"
    )
    Venue.objects.create(
        partner=partner, name=name, street=f"Musterstraße {number}", postcode=town[1], city=town[0],
        district_code=town[3], lat=town[4], lon=town[5], step_free=number % 3 > 0,
    )  # fmt: skip
    organiser = User.objects.create_user(f"organiser@{partner.slug}.example", name=people.pop())
    PartnerRole.objects.create(user=organiser, partner=partner)
    return partner


def trainer_row(prefix: str, number: int, people: list[str]) -> Trainer:
    languages = ["de", *(["en"] if number % 2 else []), *(["pl"] if number % 5 == 0 else [])]
    return Trainer(name=people.pop(), email=f"kursleitung-{number}@{prefix}.example", languages=languages)


def settle_in(prefix: str, number: int, partner: Partner, team: list[Trainer]) -> House:
    """Give a partner its offers, and let the team lead them."""
    chosen = [FAIR, *(MODELS[(number + step * 3) % len(MODELS)] for step in range(OFFERS_EACH))]
    offers = [copy_offer(prefix, slug, partner) for slug in chosen]
    TrainerPartner.objects.bulk_create([TrainerPartner(trainer=trainer, partner=partner) for trainer in team])
    Qualification.objects.bulk_create(
        [Qualification(trainer=trainer, workshop=offer) for trainer in team for offer in offers]
    )
    return House(partner, PartnerRole.objects.filter(partner=partner).order_by("pk")[0].user, team, offers)


def copy_offer(prefix: str, slug: str, partner: Partner) -> Workshop:
    """An offer after one of the small demo: another house does the same in its own place."""
    offer = Workshop.objects.get(slug=slug)
    pots = list(WorkshopPot.objects.filter(workshop=offer))
    offer.pk, offer._state.adding = None, True
    offer.slug, offer.partner, offer.max_groups = f"{slug}-{prefix}-{partner.pk}", partner, 1
    offer.venue = None if offer.is_mobile else Venue.objects.filter(partner=partner).order_by("pk").first()
    if slug == FAIR:
        offer.capacity, offer.max_groups, offer.pupils_per_adult = HALL, MANY_GROUPS, None
        for name, texts in CROWD["fair"].items():
            setattr(offer, name, texts)
    offer.save()
    WorkshopPot.objects.bulk_create([WorkshopPot(workshop=offer, pot=one.pot, valid=one.valid) for one in pots])
    return offer

"""What every scene needs at hand, and the search for a date that nobody has used yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.actor import Actor
from accounts.models import User
from booking.demo.days import Days
from booking.demo.offers import PARTNERS, find_money, invite_partners, offers, publish
from booking.demo.people import TEAM, hire, invite_cast
from booking.demo.places import SCHOOLS, build_venues, found_schools
from booking.orders import Contact, Order
from schools.models import School
from workshops.models import FundingPot, Qualification, Slot, Trainer, TrainerPartner, Workshop


@dataclass
class Stage:
    days: Days
    rng: Random
    cast: dict[str, User]
    schools: dict[str, School]
    teachers: dict[str, User]
    workshops: dict[str, Workshop]
    trainers: dict[str, Trainer]
    pots: dict[str, FundingPot]
    slots: list[Slot] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    absent: set[int] = field(default_factory=set)  # schools that stayed away once
    counted: int = 0  # visits of which somebody said who came

    def organiser_of(self, workshop: Workshop) -> Actor:
        return Actor.person(self.cast[PARTNERS[workshop.partner.slug]["organiser"]])

    def qualified(self, workshop: Workshop) -> list[Trainer]:
        return [self.trainers[one.name] for one in TEAM if workshop.slug in one.leads]

    def take(self, slug: str, *, after: int) -> Slot:
        """The first unused date of a workshop that is `after` days away or more, now used; negative days look back."""
        moment = self.days.now + timedelta(days=after)
        fits = (slot for slot in self.dates_of(slug, backwards=after < 0) if slot.pk not in self.used)
        slot = next(slot for slot in fits if (slot.starts_at <= moment if after < 0 else slot.starts_at >= moment))
        self.used.add(slot.pk)
        return slot

    def dates_of(self, slug: str, *, backwards: bool) -> Iterator[Slot]:
        dates = [slot for slot in self.slots if slot.workshop.slug == slug and slot.listed]
        yield from sorted(dates, key=lambda slot: slot.starts_at, reverse=backwards)


@dataclass(frozen=True)
class Group:
    """A class of a school, and the teacher who books for it."""

    school: School
    teacher: User
    name: str
    grades: tuple[int, ...]
    pupils: int
    adults: int
    language: str = "de"

    def order(self, **extra: Any) -> Order:
        contact = Contact(self.teacher.name, self.teacher.email, self.teacher.phone, self.teacher.language)
        values: dict[str, Any] = {
            "school": self.school,
            "group_name": self.name,
            "grades": self.grades,
            "pupils": self.pupils,
        }
        values |= {"adults": self.adults, "language": self.language, "contact": contact, "consents": ("terms",)}
        return Order(**(values | extra))


def group_of(stage: Stage, key: str, name: str, grade: int, pupils: int, language: str = "de") -> Group:
    adults = max(2, -(-pupils // 15))
    return Group(stage.schools[key], stage.teachers[key], name, (grade,), pupils, adults, language)


def any_group(stage: Stage, slot: Slot, most: int, but: set[str]) -> Group | None:
    """A made-up class that the date is for, of a school that is not in `but`."""
    fits = [(row, grades) for row in SCHOOLS if row["key"] not in but and (grades := common_grades(row, slot.workshop))]
    if not fits:
        return None
    row, grades = stage.rng.choice(fits)
    grade = stage.rng.choice(grades)
    name = f"{grade}{stage.rng.choice('abc')}" if grade < 11 else f"Jahrgang {grade}"
    pupils = min(most, stage.rng.randint(*((4, 12) if slot.max_groups > 2 else (14, 28))))
    spoken = row.get("language", "de")
    return group_of(stage, row["key"], name, grade, pupils, spoken if spoken in slot.languages else slot.languages[0])


def common_grades(row: dict[str, Any], workshop: Workshop) -> list[int]:
    first, last = row["grades"]
    return [grade for grade in workshop.grades if first <= grade <= last]


def set_stage(now: datetime, rng: Random) -> Stage:
    """People, schools, partners, offers; no dates yet."""
    days = Days(now)
    cast = invite_cast(now)
    partners = invite_partners(cast)
    schools, teachers = found_schools(cast)
    venues, pots = build_venues(partners), find_money(days.today, cast["funder"])
    workshops = {slug: publish(slug, partners, venues, pots) for slug in offers()}
    trainers = {one.name: hire(one, cast) for one in TEAM}
    for one in TEAM:
        trainer = trainers[one.name]
        for slug in one.partners:
            TrainerPartner.objects.create(trainer=trainer, partner=partners[slug])
        for slug in one.leads:
            Qualification.objects.create(trainer=trainer, workshop=workshops[slug])
    return Stage(days, rng, cast, schools, teachers, workshops, trainers, pots)

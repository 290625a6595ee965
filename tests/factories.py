"""Arrange: rows with sensible defaults, and a fixed cast of people."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from booking import orders, rules
from booking.models import Booking
from schools.models import Membership, School
from workshops.models import (
    Assignment,
    Cooperation,
    Partner,
    PartnerRole,
    Slot,
    Trainer,
    TrainerPartner,
    Venue,
    Workshop,
)

number = count(1)


def make_user(name: str = "", **extra: Any) -> User:
    name = name or f"person{next(number)}"
    return User.objects.create_user(f"{name}@school.example", name=name.title(), **extra)


def make_school(name: str = "Oberschule Beispielstadt", city: str = "Löbau", **extra: Any) -> School:
    values = {"source": "test", "source_id": str(next(number)), "kind": "lower_sec", "district_code": "14626"}
    return School.objects.create(name=name, city=city, **(values | extra))


def make_partner(slug: str = "", **extra: Any) -> Partner:
    slug = slug or f"partner-{next(number)}"
    return Partner.objects.create(slug=slug, name=slug.title(), mailbox=f"{slug}@lab.example", **extra)


def make_organiser(partner: Partner, name: str = "") -> User:
    user = make_user(name)
    PartnerRole.objects.create(user=user, partner=partner)
    return user


def make_cooperation(workshop: Workshop, partner: Partner | None = None, **extra: Any) -> Cooperation:
    """Another house that helps, from always on; it sees no contacts."""
    values: dict[str, Any] = {"partner": partner or make_partner(), "valid": (None, None)}
    return Cooperation.objects.create(workshop=workshop, **(values | extra))


def make_trainer(partner: Partner, name: str = "", **extra: Any) -> Trainer:
    user = make_user(name)
    trainer = Trainer.objects.create(user=user, name=user.name, email=user.email, **extra)
    TrainerPartner.objects.create(trainer=trainer, partner=partner)
    return trainer


def make_venue(partner: Partner, city: str = "Zittau", name: str = "Schülerlabor", **extra: Any) -> Venue:
    return Venue.objects.create(partner=partner, name=name, city=city, district_code="14626", **extra)


def make_workshop(partner: Partner | None = None, **extra: Any) -> Workshop:
    title = extra.pop("title", f"Workshop {next(number)}")
    values: dict[str, Any] = {
        "slug": f"workshop-{next(number)}",
        "title": {"de": title},
        "grades": [7, 8, 9, 10],
        "languages": ["de"],
        "minutes": 180,
        "capacity": 24,
        "booking_mode": "instant",
        "state": "published",
    }
    return Workshop.objects.create(partner=partner or make_partner(), **(values | extra))


def make_slot(workshop: Workshop | None = None, **extra: Any) -> Slot:
    """A slot 40 days from now at 8:00, open for booking."""
    workshop = workshop or make_workshop()
    starts_at = extra.pop("starts_at", None) or in_days(40)
    values: dict[str, Any] = {
        "ends_at": starts_at + timedelta(minutes=workshop.minutes),
        "book_from": starts_at - timedelta(days=300),
        "book_until": starts_at - timedelta(days=5),
        "capacity": workshop.capacity,
        "max_groups": workshop.max_groups,
        "booking_mode": workshop.booking_mode,
        "languages": workshop.languages,
        "venue": workshop.venue,
    }
    return Slot.objects.create(workshop=workshop, starts_at=starts_at, **(values | extra))


def in_days(days: int, hour: int = 8) -> datetime:
    day = timezone.localtime() + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def make_order(school: School | None = None, **extra: Any) -> orders.Order:
    values: dict[str, Any] = {
        "group_name": "7b",
        "grades": (7,),
        "pupils": 24,
        "adults": 2,
        "contact": orders.Contact("Ada", "ada@school.example", "0170 0000000"),
    }
    return orders.Order(school=school or make_school(), **(values | extra))


def make_booking(slot: Slot | None = None, owner: User | None = None, **extra: Any) -> Booking:
    """A booking made through the door that everybody takes."""
    at = extra.pop("at", None) or timezone.now()
    owner = owner or make_user()
    return rules.place(slot or make_slot(), make_order(**extra), by=Actor.person(owner), now=at)


def make_assignment(slot: Slot, trainer: Trainer, **extra: Any) -> Assignment:
    return Assignment.objects.create(slot=slot, trainer=trainer, during=slot.during, **extra)


def make_office(school: School, name: str = "") -> User:
    user = make_user(name)
    Membership.objects.create(user=user, school=school, role="office", state="confirmed")
    return user

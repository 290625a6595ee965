"""Who plays a part: those whom one can sign in as, and a teacher for every other school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from workshops.models import Trainer

CAST = {
    "admin": "Andrea Winter",
    "organiser": "Katrin Lange",
    "organiser2": "Mirko Scholze",
    "organiser3": "Ruth Zschoche",
    "trainer": "Jana Krause",
    "trainer2": "Tomasz Zając",
    "funder": "Robert Albrecht",
    "teacher": "Petra Vogel",
    "teacher2": "Anna Nowak",
    "office": "Sabine Richter",
}
PHONES = {"teacher": "0171 3920010", "teacher2": "0171 3920011", "trainer": "0171 3920020", "trainer2": "0171 3920021"}


@dataclass(frozen=True)
class Colleague:
    """A trainer: `user` is the name in CAST, empty for one without an account; `leads` are slugs of workshops."""

    name: str
    user: str
    partners: tuple[str, ...]
    languages: tuple[str, ...]
    leads: tuple[str, ...]
    towing: bool = False


TEAM = (
    Colleague(
        "Jana Krause", "trainer", ("zuklos-demo", "makerspace-demo"), ("de", "en"),
        ("3d-druck", "stickstoff", "rollendes-labor", "fluoreszenz", "offenes-labor", "lasercutter"),
    ),
    Colleague(
        "Tomasz Zając", "trainer2", ("zuklos-demo",), ("de", "pl"),
        ("rollendes-labor", "3d-druck", "energiespeicher", "offenes-labor"), towing=True,
    ),
    Colleague(
        "Lea Hantke", "", ("zuklos-demo",), ("de", "en"),
        ("energiespeicher", "stickstoff", "waermepumpe", "offenes-labor"),
    ),
    Colleague(
        "Milan Kučera", "", ("zuklos-demo",), ("de", "cs"),
        ("fluoreszenz", "waermepumpe", "stickstoff", "offenes-labor"),
    ),
    Colleague("Nele Wobst", "", ("makerspace-demo",), ("de",), ("lasercutter", "roboterliga")),
    Colleague("Hanka Wićazec", "", ("museum-demo",), ("de", "hsb"), ("blaudruck",)),
)  # fmt: skip


def invite_cast(now: datetime) -> dict[str, User]:
    """The people by the local part of their address; each signs in by code, and did so within the last days."""
    return {
        part: User.objects.create_user(
            f"{part}@demo.example",
            name=name,
            phone=PHONES.get(part, ""),
            is_network_admin=part == "admin",
            last_login=now - timedelta(days=1 + place % 4),
        )
        for place, (part, name) in enumerate(CAST.items())
    }


def invite_teacher(name: str, school: str, language: str) -> User:
    return User.objects.create_user(f"lehrkraft@{school}.example", name=name, phone="0171 3920099", language=language)


def hire(colleague: Colleague, cast: dict[str, User]) -> Trainer:
    user = cast.get(colleague.user)
    first = colleague.name.split()[0].lower()
    return Trainer.objects.create(
        user=user,
        name=colleague.name,
        email=user.email if user else f"{first}@demo.example",
        languages=list(colleague.languages),
        towing=colleague.towing,
    )

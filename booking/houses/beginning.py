"""What a house, or a whole network, still lacks before a school can book: the first days of an installation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, QuerySet
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from schools.models import School
from workshops.models import Partner, PartnerRole, Slot, TrainerPartner, Venue, Workshop


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: `why` says what it is for, `done` whether it is there."""

    key: str
    icon: str
    title: Promise
    why: Promise
    url: Promise
    done: bool = False
    is_next: bool = False  # the first that is not done


STEPS = (
    Step(
        "partner", "home", _("Make the first house"), _("A house offers workshops and answers for them."),
        reverse_lazy("organise_new_house"),
    ),
    Step(
        "school", "book", _("Bring in the schools"), _("From their register; whoever is missing can be typed in."),
        reverse_lazy("organise_register"),
    ),
    Step(
        "organiser", "people", _("Invite an organiser"), _("They decide requests, open dates and invite others."),
        reverse_lazy("organise_invite"),
    ),
    Step("venue", "pin", _("Name the places"), _("Where classes come to; not needed if you go to the schools."),
         reverse_lazy("organise_venues")),
    Step("workshop", "tools", _("Describe a workshop"), _("What it is about, for whom, how long, for how many."),
         reverse_lazy("organise_workshops")),
    Step("leader", "person", _("Invite a trainer"), _("They see their dates and record who came."),
         reverse_lazy("organise_invite")),
    Step("slot", "calendar", _("Open dates"), _("Schools book dates; without one there is nothing to book."),
         reverse_lazy("organise_open")),
    Step("published", "globe", _("Publish the workshop"), _("From then on it stands in the catalogue."),
         reverse_lazy("organise_workshops")),
)  # fmt: skip


OF_THE_NETWORK = ("partner", "school")
QUESTIONS = (*(step.key for step in STEPS), "mobile")


def steps_for(user: User) -> list[Step]:
    """All steps in their order, those that are done marked so; nothing once all are. One query."""
    rows: Any = User.objects.filter(pk=user.pk).annotate(**questions(user))
    there: dict[str, bool] = rows.values(*QUESTIONS).get()
    done = there | {"venue": there["venue"] or there["mobile"]}
    own = [step for step in STEPS if step.key not in OF_THE_NETWORK or user.is_network_admin]
    first = next((step.key for step in own if not done[step.key]), None)
    return [replace(step, done=done[step.key], is_next=step.key == first) for step in own] if first else []


def questions(user: User) -> dict[str, Exists]:
    houses: QuerySet[Any] = Partner.objects.organised_by(user)
    offers = Workshop.objects.organised_by(user)
    rows: dict[str, QuerySet[Any]] = {
        "partner": houses,
        "school": School.objects.active(),
        "organiser": PartnerRole.objects.filter(partner__in=houses.values("pk")),
        "venue": Venue.objects.filter(partner__in=houses.values("pk")),
        "mobile": offers.exclude(format="visit"),
        "workshop": offers,
        "leader": TrainerPartner.objects.filter(partner__in=houses.values("pk")),
        "slot": Slot.objects.organised_by(user),
        "published": offers.exclude(state=Workshop.State.DRAFT),
    }
    return {name: Exists(found) for name, found in rows.items()}

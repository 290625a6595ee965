"""A small town in which everybody has a part: one booking, and twelve people who stand differently to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from booking import rules
from booking.calendars.addresses import addresses_of
from booking.feedback import codes, giving
from booking.messages import links, mail_choices
from booking.models import Booking, Broadcast, Feedback, Message, Note
from booking.orders import Contact
from booking.reports.freezing import freeze
from booking.reports.question import Question
from booking.wishes import inquiring, watching
from schools.models import Membership, School
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_cooperation,
    make_office,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_venue,
    make_workshop,
)
from workshops.models import Funder, FundingPot, PotReader, Slot, Trainer, Workshop


@dataclass(frozen=True)
class Town:
    """`people` by their part, None for who did not sign in; `things` by the name that addresses use for them."""

    people: dict[str, User | None] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def named(self, value: Any) -> Any:
        """A text with the names of things filled in; what is no text stays."""
        return value.format(**self.things) if isinstance(value, str) else value

    def client(self, who: str) -> Client:
        client = Client()
        if person := self.people[who]:
            client.force_login(person)
        return client


def build() -> Town:
    """A request for a date of `zuklos` in 40 days, a visit yesterday that nobody has recorded, and two of the days
    before: one that took place, and one to which nobody came; Tom leads all of them."""
    partner, elsewhere = make_partner("zuklos"), make_partner("elsewhere")
    school, other_school = make_school(), make_school("Gymnasium Zittau", "Zittau")
    venue = make_venue(partner)
    workshop = make_workshop(partner, slug="roboter", booking_mode="request", venue=venue)
    slot, other_slot = make_slot(workshop), make_slot(make_workshop(elsewhere))
    trainer, other_trainer = make_trainer(partner, "tom"), make_trainer(elsewhere, "tina")
    make_assignment(slot, trainer)
    question = make_assignment(slot, make_trainer(partner, "tilda"), state="asked")
    make_assignment(other_slot, other_trainer)
    owner, teacher = make_user("ada"), make_user("bea")
    booking = make_booking(slot, owner, school=school)
    past_slot = make_slot(make_workshop(partner), starts_at=in_days(-1))
    visited_slot = make_slot(make_workshop(partner), starts_at=in_days(-2))
    helper = make_partner("helper")
    for each in (workshop, past_slot.workshop, visited_slot.workshop):
        make_cooperation(each, helper)
    make_assignment(past_slot, trainer)
    make_assignment(visited_slot, trainer)
    past_booking = make_booking(past_slot, owner, school=school, at=in_days(-30))
    visited = make_booking(visited_slot, owner, school=school, at=in_days(-30))
    rules.attend(visited, rules.Counts(f=20, adults=2), by=Actor.person(trainer.user), now=timezone.now())
    missed_booking = missed_by(past_slot.workshop, trainer, owner, school)
    people = {
        "anonymous": None,
        "owner": owner,
        "teacher": teacher,
        "office": make_office(school, "olga"),
        "office_elsewhere": make_office(other_school, "olaf"),
        "trainer": trainer.user,
        "trainer_elsewhere": other_trainer.user,
        "organiser": make_organiser(partner, "otto"),
        "cooperating": make_organiser(helper, "holger"),
        "organiser_elsewhere": make_organiser(elsewhere, "oskar"),
        "admin": make_user("nora", is_network_admin=True),
        "funder": make_funder(),
    }
    things = {
        "partner": partner.slug,
        "house": partner.pk,
        "school": school.pk,
        "membership": Membership.objects.get(user=owner).pk,
        "venue": venue.pk,
        "workshop": workshop.slug,
        "slot": slot.pk,
        "trainer": trainer.pk,
        "question": links.sign_assignment(question, slot),
        "asked_trainer": make_trainer(partner, "timo").pk,
        **funding_of(people["funder"]),
        "booking": booking.pk,
        "reference": booking.reference,
        "past_slot": past_slot.pk,
        "past_booking": past_booking.pk,
        "past_reference": past_booking.reference,
        "visited_reference": visited.reference,
        "visited_link": links.sign(visited),
        "day": timezone.localdate(slot.starts_at).isoformat(),
        "missed_reference": missed_booking.reference,
        "missed_link": links.sign(missed_booking),
        "past_link": links.sign(past_booking),
        **heard_of(past_booking),
        "message": Message.objects.filter(booking=booking)[0].pk,
        "link": links.sign(booking),
        "colleague": asked_colleague(booking),
        "wish": mail_choices.sign(owner, "reminder"),
        "mailbox": links.sign_membership(Membership.objects.get(user=owner), in_days(30)),
        **wished_by(owner, workshop, school),
        "feed": addresses_of(owner)[0].token,
    }
    kept = {"frozen": frozen_by(people["organiser"], partner.pk)}
    return Town(people, things | written_by(people["organiser"], slot, booking) | kept)


def frozen_by(organiser: User, house: int) -> int:
    """A report of the last two years, for the funder."""
    today = timezone.localdate()
    question = Question(today - timedelta(days=700), today, funding_pot="fund")
    return freeze(question, frozenset({house}), by=Actor.person(organiser), now=timezone.now(), note="Fund").pk


def missed_by(workshop: Workshop, trainer: Trainer, owner: User, school: School) -> Booking:
    """A visit to which nobody came, and why."""
    slot = make_slot(workshop, starts_at=in_days(-3))
    make_assignment(slot, trainer)
    booking = make_booking(slot, owner, school=school, at=in_days(-30))
    assert trainer.user
    rules.attend(booking, rules.Counts(no_show=True), by=Actor.person(trainer.user), now=slot.ends_at)
    rules.explain_missed(booking, "Der Bus kam nicht.", by=Actor.person(owner), now=slot.ends_at)
    return booking


def wished_by(person: User, workshop: Workshop, school: School) -> dict[str, Any]:
    """A wish without a date, and a date that the person waits for."""
    by, now = Actor.person(person), timezone.now()
    question = inquiring.Question(workshop, school, 24, (7,), "dienstags im Mai", "", Contact("Ada", person.email))
    watch = watching.watch(workshop, grade=7, month="", language="de", by=by, now=now)
    stop = mail_choices.WATCH.sign(str(watch.pk))
    return {"inquiry": inquiring.ask(question, by=by, now=now).pk, "watch": watch.pk, "stop": stop}


def written_by(organiser: User | None, slot: Slot, booking: Booking) -> dict[str, Any]:
    """A note on the booking and a letter to the groups of the date."""
    at, partner = timezone.now(), slot.workshop.partner
    note = Note.objects.create(partner=partner, booking=booking, text="Ruft freitags an.", by=organiser, at=at)
    letter = Broadcast.objects.create(partner=partner, slot=slot, subject="Tor 2", text="Hinten.", by=organiser, at=at)
    return {"note": note.pk, "letter": letter.pk}


def heard_of(visit: Booking) -> dict[str, Any]:
    """What six pupils of a visit said; it is still open."""
    code, now = codes.code_of(visit), timezone.now()
    for _pupil in range(6):
        giving.take(code, uuid4(), giving.Said((4, 3, 4, 2, 4), "Mehr davon"), now=now)
    said = Feedback.objects.filter(booking=visit)[0]
    return {"code": code.code, "heard": visit.slot.workshop.slug, "said": said.pk}


def asked_colleague(booking: Booking) -> str:
    """What the mail to a colleague holds who is asked to take over."""
    rules.hand_over(booking, "cem@school.example", by=Actor.person(booking.owner), now=timezone.now())
    return Message.objects.get(kind="hand_over_asked").sealed


def funding_of(reader: User | None) -> dict[str, Any]:
    """The pot that a funder reads."""
    reading = PotReader.objects.select_related("pot").get(user=reader)
    return {"reader": reading.pk, "pot": reading.pot.code, "funder": reading.pot.funder_id}


def make_funder() -> User:
    """Who may read the reports of a pot of this year."""
    reader, year = make_user("frida"), timezone.localdate().year
    funder, valid = Funder.objects.create(name="Fund"), (date(year, 1, 1), date(year + 1, 1, 1))
    pot = FundingPot.objects.create(funder=funder, code="fund", name="Fund", valid=valid)
    PotReader.objects.create(user=reader, pot=pot)
    return reader

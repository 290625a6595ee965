"""Classes that book, come, stay away, cancel or wait, by the thousand: rows as the rules would leave them.

The rules lock, look and tell for each booking, which takes too long for a whole state; `audit` finds no difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings

from booking.demo.copying import Table
from booking.demo.crowd import Guest, House
from booking.demo.promises import Promises
from booking.messages.catalogue import KINDS
from booking.models import LIVE, Attendance, Booking, Change, Message
from booking.models.booking import REFERENCE_LETTERS
from workshops.models import Assignment, Slot, Trainer, Workshop
from workshops.vocabulary import BookingMode

DAY = timedelta(days=1)
PLANNED = timedelta(days=45)
SOON = timedelta(days=10)
RECENT = timedelta(days=6)
REASONS = ("Klassenfahrt", "Der Bus fällt aus", "Prüfung verlegt", "Zwei Lehrkräfte sind krank", "")
ILLNESS = "Die Kursleitung ist krank. Wir melden uns mit neuen Terminen."
REFERENCES, STRIDE = 1 << 35, 0x2F0B4C4A7  # an odd stride visits every reference once

Step = tuple[datetime, str, int | None, str, str, dict[str, Any]]  # when, what, who, in which role, why, facts


@dataclass(frozen=True, slots=True)
class Plan:
    """A date that will be."""

    house: House
    trainer: Trainer
    workshop: Workshop
    starts_at: datetime


@dataclass(slots=True)
class Story:
    """One group in one date: its row, what happened to it, and who came."""

    guest: Guest
    row: dict[str, Any]
    steps: list[Step] = field(default_factory=list)
    counted: dict[str, Any] | None = None


class Groups:
    def __init__(self, guests: list[Guest], promises: Promises, rng: Random, now: datetime) -> None:
        self.guests, self.promises, self.rng, self.now = guests, promises, rng, now
        self.slots, self.assignments, self.bookings = Table(Slot), Table(Assignment), Table(Booking)
        self.changes, self.attendances, self.messages = Table(Change), Table(Attendance), Table(Message)
        self.fitting: dict[int, list[Guest]] = {}
        self.reference = rng.randrange(REFERENCES)

    def flush(self) -> None:
        for table in (
            self.slots, self.assignments, self.bookings, self.changes, self.attendances, self.messages
        ):  # fmt: skip
            table.flush()
        self.promises.agreed.clear()

    def single(self, plan: Plan, slot: Slot) -> int:
        """A date for one class: it comes or came; some wait, gave up before, or were declined. Returns how many."""
        rng = self.rng
        stories: list[Story | None] = []
        near = max(0.0, 1 - max(timedelta(), slot.starts_at - self.now) / timedelta(days=150))
        guests = iter(rng.sample(self.who_fits(slot), 5))
        called_off = slot.starts_at < self.now and rng.random() < 0.015
        if rng.random() < 0.12:
            stories.append(self.cancelled(plan, slot, next(guests)))
        if slot.booking_mode == BookingMode.REQUEST and rng.random() < 0.08:
            stories.append(self.declined(plan, slot, next(guests)))
        if called_off:
            stories.append(self.called_off(plan, slot, next(guests)))
        elif rng.random() < 0.94 * near and (at := self.moment(slot)):
            first = self.comes(plan, slot, next(guests), at)
            stories.append(first)
            if rng.random() < 0.12 and first.row["places_held"]:
                stories.append(self.waits(slot, next(guests), at))
        return self.write(plan, slot, [story for story in stories if story], called_off=called_off)

    def shared(self, plan: Plan, slot: Slot, wanted: int) -> int:
        """A date of many small groups: most come, some cancel before. Returns how many bookings there are."""
        left = slot.capacity
        stories: list[Story] = []
        for guest in self.rng.sample(self.who_fits(slot), wanted):
            at = self.moment(slot)
            coming = len(stories) - sum(one.row["state"] == "cancelled" for one in stories)
            if not at or coming >= slot.max_groups or left < 3 or self.rng.random() < 0.05:
                story = self.cancelled(plan, slot, guest)
            else:
                story = self.comes(plan, slot, guest, at, most=left)
                left -= story.row["places_held"]
            if story:
                stories.append(story)
        return self.write(plan, slot, stories, called_off=False)

    def who_fits(self, slot: Slot) -> list[Guest]:
        """Schools with a grade that the offer is for."""
        offer = slot.workshop
        if offer.pk not in self.fitting:
            wanted = set(offer.grades)
            self.fitting[offer.pk] = [guest for guest in self.guests if wanted.intersection(guest.grades)]
        return self.fitting[offer.pk]

    def moment(self, slot: Slot) -> datetime | None:
        """When a class books: in working hours after opening, before closing, not after now; None if it cannot yet."""
        end = min(slot.book_until, self.now) - DAY
        days = (end - slot.book_from).days - 1
        if days < 1:
            return None
        return slot.book_from + DAY * self.rng.randint(1, days) + timedelta(minutes=self.rng.randint(-180, 370))

    def draft(self, slot: Slot, guest: Guest, at: datetime, most: int) -> Story:
        """The booking as it was made: what the class is, and what was promised."""
        rng, offer = self.rng, slot.workshop
        grade = rng.choice([grade for grade in offer.grades if grade in guest.grades])
        small, large = (3, 9) if offer.max_groups > 1 else (14, 28)
        pupils = min(most, offer.capacity, rng.randint(small, large))
        self.reference = (self.reference + STRIDE) % REFERENCES
        spoken = guest.language if guest.language in slot.languages else slot.languages[0]
        return Story(guest, {
            "uuid": UUID(int=rng.getrandbits(128), version=4), "reference": reference(self.reference),
            "school_id": guest.school, "owner_id": guest.teacher, "grades": [grade], "pupils": pupils,
            "group_name": f"{grade}{rng.choice('abc')}" if grade < 11 else f"Jahrgang {grade}",
            "adults": max(1, -(-pupils // 15)), "language": spoken, "state": "confirmed", "places_held": pupils,
            "terms": self.promises.terms(slot, guest.country, at), "created_at": at, "updated_at": at,
            "consents": [{"what": "terms", "version": "1", "at": at.isoformat()}],
            "contact_name": guest.name, "contact_email": guest.email, "contact_phone": "0171 3920099",
            "contact_language": guest.language,
        })  # fmt: skip

    def comes(self, plan: Plan, slot: Slot, guest: Guest, at: datetime, most: int = 1000) -> Story:
        """A class that is expected, was there, stayed away, or whose request is still open."""
        story = self.draft(slot, guest, at, most)
        row, owner = story.row, guest.teacher
        if slot.booking_mode == BookingMode.REQUEST:
            story.steps.append((at, "requested", owner, "owner", "", {}))
            if slot.book_until > self.now and at > self.now - RECENT:
                row["state"] = "requested"
                return story
            row["confirmed_at"] = min(at + timedelta(days=1, minutes=37), self.now - timedelta(minutes=4))
            story.steps.append((row["confirmed_at"], "confirmed", plan.house.organiser.pk, "organiser", "", {}))
        else:
            row["confirmed_at"] = at
            story.steps.append((at, "confirmed", owner, "owner", "", {}))
        if slot.ends_at < self.now - timedelta(hours=2):
            self.record(plan, slot, story)
        return story

    def record(self, plan: Plan, slot: Slot, story: Story) -> None:
        """Who came, in the evening of the day; a few of the last days are still open."""
        rng, row = self.rng, story.row
        if slot.ends_at > self.now - RECENT and rng.random() < 0.1:
            return
        at = min(slot.ends_at + timedelta(minutes=20 + rng.randint(0, 90)), self.now - timedelta(minutes=3))
        here = 0 if rng.random() < 0.025 else max(1, row["pupils"] - rng.choice((0, 0, 1, 1, 2)))
        girls, other = round(here * rng.uniform(0.35, 0.6)), int(rng.random() < 0.03)
        counts = {"f": min(girls, here), "d": other if here > girls else 0}
        counts["m"] = here - counts["f"] - counts["d"]
        row["state"] = "attended" if here else "no_show"
        minutes, adults = (slot.workshop.minutes, row["adults"]) if here else (0, 0)
        organiser = plan.house.organiser.pk
        story.counted = {
            **counts,
            "adults": adults,
            "minutes": minutes,
            "no_show": not here,
            "by_id": organiser,
            "at": at,
        }
        story.steps.append((at, row["state"], organiser, "organiser", "", {"present": here, "revision": 1}))

    def ended(self, plan: Plan, slot: Slot, guest: Guest, at: datetime, *, requested: bool) -> Story:
        """A class that holds nothing any more; the caller says why."""
        story = self.draft(slot, guest, at, 1000)
        story.row["places_held"] = 0
        kind = "requested" if requested else "confirmed"
        if requested or slot.booking_mode == BookingMode.INSTANT:
            story.steps.append((at, kind, guest.teacher, "owner", "", {}))
        else:
            yes = at + timedelta(hours=20)
            story.steps.append((at, "requested", guest.teacher, "owner", "", {}))
            story.steps.append((yes, "confirmed", plan.house.organiser.pk, "organiser", "", {}))
        if not requested:
            story.row["confirmed_at"] = story.steps[-1][0]
        return story

    def cancelled(self, plan: Plan, slot: Slot, guest: Guest) -> Story | None:
        """A class that gave up in time, before anybody waited."""
        if not (at := self.moment(slot)):
            return None
        story = self.ended(plan, slot, guest, at, requested=False)
        until, reason = at + timedelta(hours=self.rng.randint(21, 23)), self.rng.choice(REASONS)
        story.row |= {"state": "cancelled", "ended_by": "school", "end_reason": reason}
        facts = {"late": False, "former": {"state": "confirmed"}}
        story.steps.append((until, "cancelled", guest.teacher, "owner", reason, facts))
        return story

    def declined(self, plan: Plan, slot: Slot, guest: Guest) -> Story | None:
        if not (at := self.moment(slot)):
            return None
        story = self.ended(plan, slot, guest, at, requested=True)
        reason = "An dem Tag ist der Raum nicht frei."
        story.row |= {"state": "declined", "ended_by": "provider", "end_reason": reason}
        story.steps.append((at + timedelta(hours=20), "declined", plan.house.organiser.pk, "organiser", reason, {}))
        return story

    def called_off(self, plan: Plan, slot: Slot, guest: Guest) -> Story | None:
        """The class of a date that the house called off in the morning."""
        if not (at := self.moment(slot)):
            return None
        story, morning = self.ended(plan, slot, guest, at, requested=False), slot.starts_at - timedelta(hours=1)
        story.row |= {"state": "cancelled", "ended_by": "provider", "end_reason": ILLNESS}
        facts = {"late": False, "former": {"state": "confirmed"}}
        story.steps.append((morning, "cancelled", plan.house.organiser.pk, "organiser", ILLNESS, facts))
        return story

    def waits(self, slot: Slot, guest: Guest, after: datetime) -> Story | None:
        """A class that came too late: it waits while booking is open, then its wish ended."""
        at = min(after + timedelta(days=2, minutes=self.rng.randint(0, 300)), self.now - timedelta(hours=1))
        if at >= slot.book_until or at <= after:
            return None
        story = self.draft(slot, guest, at, 1000)
        story.row |= {"state": "waitlisted", "places_held": 0, "waiting_since": at}
        story.steps.append((at, "waitlisted", guest.teacher, "owner", "", {}))
        if slot.book_until <= self.now:
            story.row["state"] = "expired"
            story.steps.append((slot.book_until, "expired", None, "system", "", {}))
        return story

    def write(self, plan: Plan, slot: Slot, stories: list[Story], *, called_off: bool) -> int:
        """Add the date with the sums over its groups, and each group with its history."""
        rows = [story.row for story in stories]
        state = Slot.State.CANCELLED if called_off else Slot.State.OPEN
        opened = min(slot.book_from, self.now)
        key = self.slots.add(
            uuid=UUID(int=self.rng.getrandbits(128), version=4), workshop_id=slot.workshop_id, venue_id=slot.venue_id,
            starts_at=slot.starts_at, ends_at=slot.ends_at, book_from=slot.book_from, book_until=slot.book_until,
            capacity=slot.capacity, max_groups=slot.max_groups, booking_mode=slot.booking_mode,
            languages=slot.languages, state=state, cancel_reason=ILLNESS if called_off else "",
            link_key=f"{self.rng.getrandbits(128):x}", version=1 + len(rows), sequence=int(called_off),
            places_taken=sum(row["places_held"] for row in rows),
            groups_taken=sum(row["places_held"] > 0 for row in rows),
            groups_waiting=sum(row["state"] == "waitlisted" for row in rows),
            created_at=opened, updated_at=max([opened, *(story.steps[-1][0] for story in stories)]),
        )  # fmt: skip
        self.plan_team(plan, slot, key, called_off=called_off)
        for story in stories:
            self.tell(slot, key, story)
        return len(stories)

    def plan_team(self, plan: Plan, slot: Slot, key: int, *, called_off: bool) -> None:
        """Who leads, for what is over or near; of those in some weeks each fifth has nobody yet."""
        steps = [(slot.book_from, "opened", "")]
        staffed = max(slot.starts_at - timedelta(days=40), slot.book_from + DAY)
        soon = slot.starts_at < self.now + SOON
        near = slot.starts_at < self.now + PLANNED and self.rng.random() > (0.02 if soon else 0.2)
        if staffed < self.now and (near or slot.starts_at < self.now):
            during = f'["{slot.starts_at.isoformat()}","{slot.ends_at.isoformat()}")'
            row = {"slot_id": key, "trainer_id": plan.trainer.pk, "during": during}
            ended = {"state": "withdrawn", "ended_at": slot.starts_at - timedelta(hours=1)} if called_off else {}
            self.assignments.add(**row, **ended)
            steps.append((staffed, "assigned", ""))
        if called_off:
            steps.append((slot.starts_at - timedelta(hours=1), "slot_cancelled", ILLNESS))
        for at, kind, reason in steps:
            self.change((at, kind, plan.house.organiser.pk, "organiser", reason, {}), slot_id=key)

    def tell(self, slot: Slot, key: int, story: Story) -> None:
        """Add one group: its booking, history, numbers and the reminders still to come."""
        changes = len(story.steps)
        story.row |= {"slot_id": key, "version": changes, "sequence": changes - 1, "updated_at": story.steps[-1][0]}
        booking = self.bookings.add(**story.row)
        for step in story.steps:
            self.change(step, booking_id=booking)
        if story.counted:
            self.attendances.add(booking_id=booking, **story.counted)
        elif story.row["state"] == "confirmed" and slot.starts_at > self.now:
            self.remind(slot, story, booking)
        if story.row["state"] in LIVE and slot.starts_at > self.now:
            self.heard(story, booking)

    def change(self, step: Step, **thing: int) -> None:
        at, kind, actor, role, reason, facts = step
        self.changes.add(
            at=at, kind=kind, actor_id=actor, actor_kind="person" if actor else "system", role=role, reason=reason,
            facts=facts, **thing,
        )  # fmt: skip

    def remind(self, slot: Slot, story: Story, booking: int) -> None:
        """The reminders that are still to come, as the outbox writes them."""
        row, kind = story.row, KINDS["reminder"]
        for days, due in self.promises.reminders(slot, story.guest.country).items():
            if due > max(self.now, row["confirmed_at"]):
                key = f"reminder:{days}:booking:{booking}:{row['sequence']}"
                self.mail(
                    kind.code, story, booking, due, useful_until=slot.starts_at, priority=kind.priority,
                    dedupe_key=key, created_at=row["confirmed_at"],
                )  # fmt: skip

    def heard(self, story: Story, booking: int) -> None:
        """The mail that told the contact how things stand; it went out long ago."""
        at, state = story.steps[-1][0], story.row["state"]
        invited = {"calendar": "REQUEST"} if state == "confirmed" else {}
        self.mail(f"booking_{state}", story, booking, at, state="sent", sent_at=at, created_at=at, context=invited)

    def mail(self, kind: str, story: Story, booking: int, due: datetime, **more: Any) -> None:
        row = story.row
        self.messages.add(
            kind=kind, to_user_id=row["owner_id"], to_address=row["contact_email"], to_name=row["contact_name"],
            language=row["contact_language"], booking_id=booking, due_at=due, next_try_at=due,
            message_id=f"<{self.rng.getrandbits(128):x}@{settings.UID_HOST}>", **more,
        )  # fmt: skip


def reference(number: int) -> str:
    """The number in the 32 letters of references: K7F-4M2X."""
    signs = "".join(REFERENCE_LETTERS[number >> (5 * place) & 31] for place in range(7))
    return f"{signs[:3]}-{signs[3:]}"

"""What the people of the demo find when they sign in: a visit today, an inbox, a waiting list, unfinished things."""

from __future__ import annotations

from datetime import time, timedelta

from accounts.actor import Actor
from booking import planning, rules
from booking.demo.life import book, book_for_sure, cancel, open_date, post, resize, staff
from booking.demo.stage import Stage, group_of
from booking.models import Booking
from booking.wishes import inquiring, watching
from booking.wishes.inquiring import Question
from schools.models import Closure
from schools.schooldays import at_local
from workshops.models import Assignment, Slot

WEEKS = timedelta(weeks=1)


def open_special_dates(stage: Stage) -> None:
    """Dates outside every rhythm: today's visits, and one that only whoever has its link can book."""
    days, offer = stage.days, stage.workshops
    day, next_day = days.visit_day, days.ahead(2 if days.visit_day != days.today else 1)
    for slug, at, setup, teardown in (
        ("3d-druck", at_local(day, time(8)), 30, 15),
        ("rollendes-labor", at_local(day, time(13)), 45, 30),
        ("stickstoff", at_local(next_day, time(10)), 30, 15),
    ):
        slot = open_date(stage, offer[slug], at, setup_minutes=setup, teardown_minutes=teardown)
        staff(stage, slot)
        lead(stage, slot)
        stage.used.add(slot.pk)
    open_date(stage, offer["fluoreszenz"], at_local(days.ahead(30), time(14)), listed=False)


def lead(stage: Stage, slot: Slot) -> None:
    """The first trainer leads it, whoever would be next."""
    jana = stage.trainers["Jana Krause"]
    if not Assignment.objects.filter(slot=slot, trainer=jana).exists():
        by = stage.organiser_of(slot.workshop)
        planning.assign(slot, [(jana, "lead")], by=by, now=slot.starts_at - 4 * WEEKS)


def play(stage: Stage) -> None:
    visits_of_today(stage)
    bookings_of_the_teacher(stage)
    inbox_of_the_organiser(stage)
    waiting_lists(stage)
    things_that_went_wrong(stage)


def visits_of_today(stage: Stage) -> None:
    """Three visits for the first trainer, with a phone to call and something to prepare."""
    printing, robots, cold = stage.slots[:3]
    note = "Wir kommen mit dem Bus, Ankunft 7:45 am Haupteingang."
    at = printing.starts_at - 6 * WEEKS + timedelta(hours=1, minutes=51)
    class_7b = group_of(stage, "beispielstadt", "7b", 7, 22)
    booking = book(stage, printing, class_7b, at, needs_list=("step_free",), note=note)
    booking = rules.confirm(booking, by=stage.organiser_of(printing.workshop), now=at + timedelta(days=3))
    resize(stage, booking, 24, at + timedelta(days=4))
    book_for_sure(stage, robots, group_of(stage, "musterdorf", "8c", 8, 24), at - timedelta(days=5))
    book_for_sure(stage, cold, group_of(stage, "hradek", "5a", 5, 26, "cs"), at - timedelta(days=9))


def bookings_of_the_teacher(stage: Stage) -> None:
    """One class comes, others were there, one was cancelled in time."""
    days = stage.days
    coming = stage.take("energiespeicher", after=24)
    book_for_sure(stage, coming, group_of(stage, "beispielstadt", "9a", 9, 23), days.past(days.back(9), time(14, 5)))
    were_there = (("stickstoff", "6b", 6, -25), ("rollendes-labor", "8a", 8, -20), ("3d-druck", "7c", 7, -40))
    for slug, name, grade, after in were_there:
        past = stage.take(slug, after=after)
        book_for_sure(stage, past, group_of(stage, "beispielstadt", name, grade, 22), past.starts_at - 6 * WEEKS)
    given_up = stage.take("waermepumpe", after=20)
    at = days.past(days.back(6), time(13, 40))
    booking = book_for_sure(stage, given_up, group_of(stage, "beispielstadt", "10a", 10, 19), at)
    cancel(stage, booking, at + timedelta(days=1), "Praktikumswoche verlegt")
    stage.used.discard(given_up.pk)


def inbox_of_the_organiser(stage: Stage) -> None:
    """Requests of different age, language and fit; the oldest is due today."""
    days = stage.days
    printing, second, third = (stage.take("3d-druck", after=after) for after in (18, 25, 25))
    ours, at = group_of(stage, "beispielstadt", "7a", 7, 24), days.past(days.back(3), time(9, 51))
    book(stage, printing, ours, at, alternatives=(second, third))
    for key, name, grade, pupils, slug, language, age, clock in (
        ("przyklad", "7a", 7, 22, "rollendes-labor", "pl", 2, time(11, 20)),
        ("musterberg", "Jahrgang 11", 11, 16, "fluoreszenz", "de", 2, time(15, 2)),
        ("mustertal", "9", 9, 18, "energiespeicher", "de", 1, time(8, 15)),
        ("beispielsee", "8b", 8, 21, "rollendes-labor", "de", 1, time(12, 48)),
        ("beispielturm", "10c", 10, 24, "energiespeicher", "de", 0, time(7, 34)),
    ):
        slot = stage.take(slug, after=30)
        book(stage, slot, group_of(stage, key, name, grade, pupils, language), days.past(days.back(age), clock))
    ask_the_makerspace(stage)


def ask_the_makerspace(stage: Stage) -> None:
    days = stage.days
    slot, group = stage.take("lasercutter", after=20), group_of(stage, "musterlinde", "7", 7, 12)
    book(stage, slot, group, days.past(days.back(2), time(10, 5)), note="Zwei Kinder brauchen Gehörschutz.")


def wishes_without_a_date(stage: Stage) -> None:
    """Two schools that found no date, and the teacher who waits for one."""
    days = stage.days
    for key, slug, grade, pupils, period, words, age in (
        ("beispielstadt", "stickstoff", 6, 24, "dienstags im Mai, am Vormittag", "Wir kommen mit dem Bus um 8:20.", 2),
        ("musterdorf", "rollendes-labor", 8, 21, "in der letzten Schulwoche", "Geht es auch auf dem Sportplatz?", 1),
    ):
        group = group_of(stage, key, "", grade, pupils)
        wanted = stage.workshops[slug], group.school, pupils, (grade,)
        question = Question(*wanted, period, words, group.order().contact)
        inquiring.ask(question, by=Actor.person(group.teacher), now=days.past(days.back(age), time(10, 40)))
    by = Actor.person(stage.teachers["beispielstadt"])
    watching.watch(stage.workshops["fluoreszenz"], grade=11, month="", language="de", by=by, now=days.now)


def waiting_lists(stage: Stage) -> None:
    """Full dates with one to three classes that wait; at one of them a class cancelled, and the next has an offer."""
    for slug, name, grade, size, schools in (
        ("fluoreszenz", "Biologie 11", 11, 16, ("beispielheide", "musterwald", "beispielberg")),
        ("fluoreszenz", "Biologie 11", 11, 16, ("beispielwerk", "musterberg")),
        ("stickstoff", "6a", 6, 26, ("musterquelle", "musterdorf", "beispielstadt", "liberec")),
    ):
        queue(stage, slug, name, grade, size, schools)
    first = queue(stage, "stickstoff", "5b", 5, 27, ("beispielufer", "beispielstadt", "mustertal", "hradek"))
    cancel(stage, first, stage.days.past(stage.days.back(1), time(10, 30)), "Die Klasse ist im Schullandheim")


def queue(stage: Stage, slug: str, name: str, grade: int, size: int, schools: tuple[str, ...]) -> Booking:
    """The first of the schools has the date, the others wait in this order."""
    slot, days = stage.take(slug, after=17), stage.days
    bookings = [
        book_for_sure(
            stage,
            slot,
            group_of(stage, key, name, grade, size - number),
            days.past(days.back(12 - 2 * number), time(9, 5)),
        )
        for number, key in enumerate(schools)
    ]
    return bookings[0]


def things_that_went_wrong(stage: Stage) -> None:
    """A trainer fell ill, a school cancelled late, somebody waited in vain; and a school has a day of its own off."""
    ill_trainer(stage)
    late_cancellation(stage)
    waited_in_vain(stage)
    day = stage.days.ahead(28)
    Closure.objects.create(school=stage.schools["beispielstadt"], first=day, last=day, name="Beweglicher Ferientag")


def ill_trainer(stage: Stage) -> None:
    slot = stage.take("waermepumpe", after=-30)
    book_for_sure(stage, slot, group_of(stage, "beispielwerk", "Jahrgang 11", 11, 20), slot.starts_at - 5 * WEEKS)
    at = slot.starts_at - timedelta(hours=2)
    post(slot, at)
    reason = "Die Kursleitung ist krank. Wir melden uns mit neuen Terminen."
    planning.cancel_slot(slot, by=stage.organiser_of(slot.workshop), now=at, reason=reason)


def late_cancellation(stage: Stage) -> None:
    slot = stage.take("3d-druck", after=-55)
    booking = book_for_sure(stage, slot, group_of(stage, "musterstein", "8a", 8, 21), slot.starts_at - 6 * WEEKS)
    cancel(stage, booking, slot.starts_at - timedelta(days=1, hours=1), "Zwei Lehrkräfte sind krank")


def waited_in_vain(stage: Stage) -> None:
    slot = stage.take("fluoreszenz", after=-20)
    at = slot.starts_at - 7 * WEEKS
    book_for_sure(stage, slot, group_of(stage, "beispielheide", "Jahrgang 12", 12, 15), at)
    waiting = book(stage, slot, group_of(stage, "musterberg", "Jahrgang 12", 12, 14), at + timedelta(days=6))
    post(slot, slot.book_until)
    rules.expire(waiting, now=slot.book_until)

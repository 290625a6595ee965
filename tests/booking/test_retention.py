"""What the house forgets by itself: the promise at the telephone number, kept by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from icalendar import Calendar

from accounts.actor import Actor
from booking import rules, tasks
from booking.audit import breaches
from booking.clock import due
from booking.clock.retention import BATCH, erase_expired, expired
from booking.desk import noting
from booking.messages import outbox, sending
from booking.models import Booking, Change, Feed, Message, Note
from booking.models.vocabulary import State
from tests.factories import (
    make_assignment,
    make_booking,
    make_office,
    make_organiser,
    make_slot,
    make_trainer,
    make_user,
)
from tests.together import together
from workshops.models import Slot

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
BOOKED = datetime(2027, 4, 1, 8, tzinfo=BERLIN)
OVER = datetime(2027, 5, 11, 11, tzinfo=BERLIN)
WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)
WORDS = {"needs": "Rampe", "needs_list": ("step_free",), "note": "Wir kommen zu Fuß"}
PHONE = "0170 0000000"


@pytest.fixture(autouse=True)
def before_all(time_machine) -> None:
    time_machine.move_to(BOOKED)


def make_visit(slot: Slot | None = None, **extra) -> Booking:
    """A class that told us everything about its visit, which ends at OVER."""
    slot = slot or make_slot(starts_at=OVER - timedelta(hours=3))
    return make_booking(slot, at=BOOKED, **(WORDS | extra))


def told(booking: Booking) -> list[object]:
    booking.refresh_from_db()
    return [booking.contact_phone, booking.needs, booking.needs_list, booking.note]


def end_as(booking: Booking, state: str) -> None:
    places = 0 if state in {State.CANCELLED, State.DECLINED, State.EXPIRED} else booking.pupils
    Booking.objects.filter(pk=booking.pk).update(state=state, places_held=places)


@pytest.mark.parametrize("state", ["confirmed", "attended", "no_show", "cancelled", "declined", "expired"])
def test_a_telephone_number_is_kept_for_seven_days_and_words_for_fourteen(state):
    booking = make_visit()
    end_as(booking, state)

    erase_expired(OVER + WEEK - SECOND)
    assert told(booking) == [PHONE, "Rampe", ["step_free"], "Wir kommen zu Fuß"]
    erase_expired(OVER + WEEK)
    assert told(booking) == ["", "Rampe", ["step_free"], "Wir kommen zu Fuß"]
    erase_expired(OVER + 2 * WEEK - SECOND)
    assert told(booking) == ["", "Rampe", ["step_free"], "Wir kommen zu Fuß"]
    erase_expired(OVER + 2 * WEEK)
    assert told(booking) == ["", "", [], ""]


def test_who_read_along_is_forgotten_with_the_words():
    booking = make_visit()
    Booking.objects.filter(pk=booking.pk).update(further_email="ben@school.example", needs="", needs_list=[], note="")

    erase_expired(OVER + 2 * WEEK - SECOND)
    assert Booking.objects.get().further_email == "ben@school.example"
    assert expired(OVER + 2 * WEEK)["needs and notes of schools"] == 1
    erase_expired(OVER + 2 * WEEK)
    assert Booking.objects.get().further_email == ""


def test_who_came_with_how_many_and_under_which_promises_stays():
    booking = make_visit()
    names = ("contact_name", "contact_email", "pupils", "state", "terms", "school_id", "group_name", "sequence")
    before = [getattr(booking, name) for name in names]
    versions = Booking.objects.values_list("version", "slot__version").get()

    erase_expired(OVER + 2 * WEEK)
    booking = Booking.objects.select_related("slot").get()

    assert [getattr(booking, name) for name in names] == before
    assert [booking.version, booking.slot.version] == [versions[0] + 2, versions[1] + 2]
    assert list(breaches(BOOKED)) == []


def test_a_month_without_the_clock_is_made_up_in_one_run():
    booking = make_visit()

    done = erase_expired(OVER + timedelta(days=40))

    assert told(booking) == ["", "", [], ""]
    assert [done["telephone numbers"], done["needs and notes of schools"]] == [1, 1]


def test_a_second_run_finds_nothing_and_changes_nothing():
    make_visit()
    erase_expired(OVER + 2 * WEEK)
    before = Booking.objects.values().get(), Slot.objects.values().get()

    assert erase_expired(OVER + 2 * WEEK + timedelta(hours=1)).total() == 0
    assert (Booking.objects.values().get(), Slot.objects.values().get()) == before


def test_a_dry_run_counts_and_changes_nothing(capsys, time_machine):
    booking = make_visit()
    before = Booking.objects.values().get(), Slot.objects.values().get()
    time_machine.move_to(OVER + WEEK)

    call_command("erase_expired", "--dry-run")
    printed = capsys.readouterr().out
    assert "telephone numbers: 1\nneeds and notes of schools: 0\n" in printed
    assert "Nothing was changed." in printed
    assert (Booking.objects.values().get(), Slot.objects.values().get()) == before

    call_command("erase_expired")
    assert "telephone numbers: 1\n" in capsys.readouterr().out
    assert told(booking)[0] == ""


def test_what_is_printed_names_nobody(capsys, time_machine):
    booking = make_visit()
    time_machine.move_to(OVER + 2 * WEEK)

    call_command("erase_expired")

    printed = capsys.readouterr().out
    for word in (PHONE, "Ada", "Rampe", booking.reference, booking.group_name, str(booking.school)):
        assert word not in printed


def test_beat_has_it_done_each_hour(settings, time_machine):
    booking = make_visit()
    time_machine.move_to(OVER + WEEK)

    scheduled = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    tasks.erase_expired()

    assert scheduled["booking.tasks.erase_expired"] == 3600
    assert told(booking)[0] == ""


@pytest.mark.parametrize("dates", [1, 3])
def test_many_dates_ask_as_often_as_one(dates, django_assert_num_queries):
    for _ in range(dates):
        make_visit()
    # of each rule: a look, the lock, bookings, slots, another look; then notes, colleagues, explanations, barriers,
    # marks, watches, sessions, notes of trainers, feedback, wishes, cache
    with django_assert_num_queries(21):
        erase_expired(OVER + 2 * WEEK)

    with django_assert_num_queries(13):
        assert expired(OVER + 2 * WEEK).total() == 0


def test_more_dates_than_one_batch_are_all_done():
    one = make_visit()
    slots = [make_slot(one.slot.workshop, starts_at=one.slot.starts_at) for _ in range(BATCH + 1)]
    row = Booking.objects.values().get()
    for name in ("id", "uuid", "group_key", "reference"):
        del row[name]
    Booking.objects.bulk_create(Booking(**(row | {"slot_id": slot.pk})) for slot in slots)

    assert erase_expired(OVER + WEEK)["telephone numbers"] == BATCH + 2
    assert not Booking.objects.exclude(contact_phone="").exists()


@pytest.fixture
def team():
    """Trainer and organiser of a visit, and the visit."""
    slot = make_slot(starts_at=OVER - timedelta(hours=3))
    trainer = make_trainer(slot.workshop.partner, "tom")
    make_assignment(slot, trainer)
    return trainer.user, make_organiser(slot.workshop.partner, "olga"), make_visit(slot)


def fetch(client, feed, **headers):
    return client.get(f"/calendars/{feed.kind}/{feed.token}.ics", headers=headers)


@pytest.mark.parametrize("kind", ["trainer", "partner"])
def test_calendars_are_fetched_again_and_show_no_number(kind, team, client, time_machine):
    tom, olga, booking = team
    scope = {"partner": booking.slot.workshop.partner} if kind == "partner" else {}
    feed = Feed.objects.create(user=olga if kind == "partner" else tom, kind=kind, **scope)
    time_machine.move_to(OVER + WEEK, tick=False)
    first = fetch(client, feed)
    former = Calendar.from_ical(first.content).walk("VEVENT")[0]
    assert PHONE in former["DESCRIPTION"]
    assert fetch(client, feed, if_none_match=first["ETag"]).status_code == 304

    time_machine.shift(60)
    erase_expired(OVER + WEEK + timedelta(minutes=1))

    again = fetch(client, feed, if_none_match=first["ETag"])
    event = Calendar.from_ical(again.content).walk("VEVENT")[0]
    assert again.status_code == 200
    assert PHONE not in str(event["DESCRIPTION"])
    assert "Rampe" in event["DESCRIPTION"]
    assert event["LAST-MODIFIED"].dt > former["LAST-MODIFIED"].dt
    assert fetch(client, feed, if_modified_since=first["Last-Modified"]).status_code == 200


@pytest.mark.parametrize("kind", ["teacher", "school"])
def test_schools_calendars_hear_of_it_too(kind, client, time_machine):
    booking = make_visit()
    office = make_office(booking.school)
    scope = {"school": booking.school} if kind == "school" else {}
    feed = Feed.objects.create(user=office if scope else booking.owner, kind=kind, **scope)
    time_machine.move_to(OVER + WEEK)
    first = fetch(client, feed)

    erase_expired(OVER + WEEK)

    assert fetch(client, feed, if_none_match=first["ETag"]).status_code == 200


def test_a_visit_called_off_long_ago_does_not_come_back_to_calendars(client, time_machine):
    booking = make_visit()
    rules.cancel(booking, by=Actor.person(booking.owner), now=BOOKED)
    feed = Feed.objects.create(user=booking.owner, kind="teacher")
    time_machine.move_to(OVER + WEEK)

    erase_expired(OVER + WEEK)

    assert told(booking)[0] == ""
    assert str(booking.uuid) not in fetch(client, feed).content.decode()


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("tom", "/trainer/slots/{slot}/?nobody={reference}"),
        ("olga", "/organise/bookings/{reference}/"),
        ("olga", "/organise/slots/{slot}/"),
    ],
)
def test_pages_show_the_number_for_a_week_and_then_no_more(who, page, team, client, time_machine):
    tom, olga, booking = team
    address = page.format(slot=booking.slot_id, reference=booking.reference)
    time_machine.move_to(OVER + WEEK - SECOND)
    client.force_login({"tom": tom, "olga": olga}[who])
    assert "tel:01700000000" in client.get(address).content.decode()

    erase_expired(OVER + WEEK)

    after = client.get(address)
    assert after.status_code == 200
    assert "tel:" not in after.content.decode()


def test_mails_that_are_still_owed_go_out_without_what_is_forgotten(team, smtp):
    late = OVER + 2 * WEEK
    Message.objects.all().delete()
    due.decide_due(OVER + timedelta(days=13))
    outbox.announce("class_cancelled", team[2], now=late)
    erase_expired(late)

    assert sending.send_due(late + timedelta(minutes=2)) == {"sent": 3, "dropped": 1}
    sent = {row.kind for row in Message.objects.filter(state="sent")}
    assert sent == {"attendance_missing", "attendance_open", "class_cancelled"}
    words = "".join(mail.get_body(("plain",)).get_content() for mail in smtp.mails)
    assert "7b" in words
    assert not any(word in words for word in (PHONE, "Rampe", "zu Fuß"))


def test_who_corrects_the_numbers_later_is_not_stopped(team):
    booking = team[2]
    erase_expired(OVER + 2 * WEEK)

    rules.attend(booking, rules.Counts(unknown=20), by=Actor.person(team[0]), now=OVER + 2 * WEEK)

    booking.refresh_from_db()
    assert booking.state == "attended"
    assert list(breaches(BOOKED)) == []


def test_it_leaves_no_line_in_the_history(team):
    before = Change.objects.count()

    erase_expired(OVER + 2 * WEEK)

    assert Change.objects.count() == before


def test_what_organisers_noted_stays_for_the_school_year_after_the_visit(team):
    _tom, olga, booking = team
    actor, house = Actor.person(olga), booking.slot.workshop.partner
    noting.write_note("Kommt gern früher", partner=house, by=actor, now=OVER, booking=booking)
    noting.write_note("Parken im Hof", partner=house, by=actor, now=OVER, school=booking.school)

    erase_expired(datetime(2028, 7, 31, 23, 59, tzinfo=BERLIN))
    assert Note.objects.count() == 2
    assert erase_expired(datetime(2028, 8, 1, tzinfo=BERLIN))["notes of organisers"] == 1
    assert [note.text for note in Note.objects.all()] == ["Parken im Hof"]


def test_sessions_and_copies_that_ended_are_thrown_away(time_machine):
    for name, end in (("old", OVER - SECOND), ("young", OVER + SECOND)):
        Session.objects.create(session_key=name, session_data="", expire_date=end)
    time_machine.move_to(OVER - timedelta(minutes=2), tick=False)
    cache.set("copy", "one", 60)
    cache.set("fresh", "two", 600)

    done = expired(OVER)
    assert erase_expired(OVER) == done
    assert [done["ended sessions"], done["old copies of calendars"]] == [1, 1]
    assert [one.session_key for one in Session.objects.all()] == ["young"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        assert cursor.fetchall() == [(":1:fresh",)]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_the_same_moment_do_it_once():
    bookings = [make_visit() for _ in range(5)]
    late = OVER + 2 * WEEK

    first, second = together(lambda: erase_expired(late), lambda: erase_expired(late))
    left = erase_expired(late)

    assert (first + second + left)["telephone numbers"] == 5
    for booking in bookings:
        version = booking.version
        assert told(booking) == ["", "", [], ""]
        assert booking.version == version + 2


@pytest.mark.django_db(transaction=True)
def test_a_date_on_which_somebody_works_waits_and_delays_nobody(team):
    busy, free = team[2], make_visit()
    late = OVER + WEEK

    with transaction.atomic():
        Slot.objects.lock(busy.slot_id)
        [done] = together(lambda: erase_expired(late))
    assert done["telephone numbers"] == 1
    assert [told(busy)[0], told(free)[0]] == [PHONE, ""]

    assert erase_expired(late)["telephone numbers"] == 1
    assert told(busy)[0] == ""


@pytest.mark.django_db(transaction=True)
def test_recording_and_forgetting_at_the_same_moment_lose_nothing(team):
    tom, _olga, booking = team
    late = OVER + 2 * WEEK

    def record():
        return rules.attend(booking, rules.Counts(unknown=20), by=Actor.person(tom), now=late)

    together(record, lambda: erase_expired(late))
    erase_expired(late)

    assert told(booking) == ["", "", [], ""]
    assert [booking.state, booking.attendance.unknown] == ["attended", 20]
    assert list(breaches(BOOKED)) == []


def test_a_class_that_is_still_to_come_keeps_everything():
    booking = make_visit(owner=make_user("ada"))

    assert erase_expired(booking.slot.starts_at).total() == 0
    assert told(booking)[0] == PHONE

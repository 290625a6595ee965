"""What a teacher, an office or the holder of a link sees of bookings, and what they may still change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from booking import rules
from booking.messages.links import sign
from booking.models import Booking, Message
from tests.factories import (
    in_days,
    make_booking,
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

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return response.content.decode()


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def changes(booking: Booking, **other: Any) -> dict[str, Any]:
    """The form as it stands, with something else."""
    return {
        "group_name": booking.group_name,
        "pupils": booking.pupils,
        "adults": booking.adults,
        "grades": booking.grades,
        "contact_name": booking.contact_name,
        "contact_email": booking.contact_email,
        "contact_phone": booking.contact_phone,
        **other,
    }


@pytest.fixture
def teacher() -> User:
    return make_user("petra")


@pytest.fixture
def booking(teacher: User) -> Booking:
    return make_booking(make_slot(make_workshop(title="3D-Druck", capacity=28)), owner=teacher, pupils=22)


def test_the_owner_sees_what_happens_next_and_what_may_be_done(teacher, booking):
    page = text_of(as_user(teacher).get(f"/bookings/{booking.reference}/"))

    assert "3D-Druck" in page
    assert f'href="/bookings/{booking.reference}/change/"' in page
    assert f'href="/bookings/{booking.reference}/cancel/"' in page
    assert f'href="/bookings/{booking.reference}/calendar.ics"' in page


def test_who_sees_a_booking_and_who_does_not_learn_that_it_exists(booking):
    partner = booking.slot.workshop.partner
    trainer = make_trainer(partner)
    booking.slot.assignments.create(trainer=trainer, during=booking.slot.during)
    seen = {
        "office": make_office(booking.school),
        "organiser": make_organiser(partner),
        "trainer": trainer.user,
        "somebody": make_user("bea"),
        "another office": make_office(make_school("Gymnasium Anderswo")),
        "another organiser": make_organiser(make_partner()),
    }

    answers = {who: as_user(user).get(f"/bookings/{booking.reference}/").status_code for who, user in seen.items()}

    assert answers == {
        "office": 200,
        "organiser": 200,
        "trainer": 200,
        "somebody": 404,
        "another office": 404,
        "another organiser": 404,
    }


def test_who_is_not_signed_in_signs_in_first(client, booking):
    response = client.get(f"/bookings/{booking.reference}/")

    assert response.url == f"/sign-in/?next=/bookings/{booking.reference}/"


def test_a_trainer_sees_a_booking_but_may_not_change_it(booking):
    trainer = make_trainer(booking.slot.workshop.partner)
    booking.slot.assignments.create(trainer=trainer, during=booking.slot.during)
    client = as_user(trainer.user)

    assert client.get(f"/bookings/{booking.reference}/change/").status_code == 403
    assert client.post(f"/bookings/{booking.reference}/cancel/").status_code == 403


def test_another_number_holds_at_once(teacher, booking):
    response = as_user(teacher).post(f"/bookings/{booking.reference}/change/", changes(booking, pupils=24))

    booking.refresh_from_db()
    assert response.url == f"/bookings/{booking.reference}/"
    assert (booking.pupils, booking.places_held) == (24, 24)


def test_how_the_class_comes_and_photos_can_be_said_later(teacher, booking):
    as_user(teacher).post(
        f"/bookings/{booking.reference}/change/", changes(booking, arrival="coach", photos="no_faces")
    )

    booking.refresh_from_db()
    assert (booking.arrival, booking.photos) == ("coach", "no_faces")
    assert '<option value="coach" selected>' in text_of(as_user(teacher).get(f"/bookings/{booking.reference}/change/"))


def test_nobody_asks_how_a_class_comes_that_stays_at_school(teacher):
    at_home = make_booking(make_slot(make_workshop(format="mobile"), venue=None), owner=teacher, arrival="walk")

    page = text_of(as_user(teacher).get(f"/bookings/{at_home.reference}/change/"))
    as_user(teacher).post(f"/bookings/{at_home.reference}/change/", changes(at_home, photos="consents"))

    at_home.refresh_from_db()
    assert 'name="arrival"' not in page
    assert (at_home.arrival, at_home.photos) == ("walk", "consents")


def test_a_rise_that_does_not_fit_names_what_would(teacher, booking):
    other = make_booking(make_slot(booking.slot.workshop, max_groups=2, capacity=28), owner=teacher, pupils=20)
    make_booking(other.slot, pupils=6)

    response = as_user(teacher).post(f"/bookings/{other.reference}/change/", changes(other, pupils=27))

    assert response.status_code == 200
    assert "22" in text_of(response)
    assert 'id="id_pupils_error"' in text_of(response)
    assert 'value="27"' in text_of(response)


def test_few_pupils_are_taken_with_a_word(teacher):
    workshop = make_workshop(min_pupils=12)
    booking = make_booking(make_slot(workshop), owner=teacher)

    client = as_user(teacher)
    response = client.post(f"/bookings/{booking.reference}/change/", changes(booking, pupils=8), follow=True)

    booking.refresh_from_db()
    assert booking.pupils == 8
    assert "note wait" in text_of(response)


def test_cancelling_says_what_follows_before_the_button(teacher, booking):
    client = as_user(teacher)

    page = text_of(client.get(f"/bookings/{booking.reference}/cancel/"))
    response = client.post(f"/bookings/{booking.reference}/cancel/", {"reason": ""})

    booking.refresh_from_db()
    assert "note" in page or "terms" in page
    assert response.url == f"/bookings/{booking.reference}/"
    assert (booking.state, booking.ended_by, booking.late) == ("cancelled", "school", False)


def test_a_second_click_on_cancel_shows_the_present_state(teacher, booking):
    client = as_user(teacher)
    client.post(f"/bookings/{booking.reference}/cancel/", {})

    response = client.post(f"/bookings/{booking.reference}/cancel/", {}, follow=True)

    assert response.status_code == 200
    assert booking.changes.filter(kind="cancelled").count() == 1


def test_an_offer_can_be_taken_or_left_to_the_next(teacher):
    slot = make_slot()
    first = make_booking(slot)
    mine = make_booking(slot, owner=teacher)
    rules.cancel(first, by=Actor.person(first.owner), now=timezone.now())
    mine.refresh_from_db()
    client = as_user(teacher)

    page = text_of(client.get(f"/bookings/{mine.reference}/"))
    assert f'href="/bookings/{mine.reference}/answer/"' in page
    assert page.count("button main") == 1  # to answer comes before the calendar
    assert client.get(f"/bookings/{mine.reference}/answer/").status_code == 200
    client.post(f"/bookings/{mine.reference}/answer/", {"answer": "accept"})

    mine.refresh_from_db()
    assert mine.state == "confirmed"


@pytest.mark.parametrize("state", Booking.State.values)
def test_each_state_has_a_page(teacher, state):
    slot = make_slot(make_workshop(booking_mode="request"))
    booking = make_booking(slot, owner=teacher)
    held = booking.pupils if state in {"confirmed", "offered", "attended", "no_show"} else 0
    now = timezone.now()
    Booking.objects.filter(pk=booking.pk).update(
        state=state,
        places_held=held,
        waiting_since=now,
        offer_expires_at=now + timedelta(days=2) if state == "offered" else None,
        confirmed_at=now,
        ended_by="provider" if state == "cancelled" else "",
    )

    response = as_user(teacher).get(f"/bookings/{booking.reference}/")

    assert response.status_code == 200
    assert "<h1>" in text_of(response)


def test_the_way_there_stands_on_the_ticket_until_the_visit_is_over(teacher):
    for days, said in ((30, 2), (-1, 0)):
        venue = make_venue(make_partner(f"lab{said}"), directions="Bus 4 bis zum Markt")
        slot = make_slot(starts_at=in_days(days, 8), venue=venue)
        visit = make_booking(slot, owner=teacher, at=slot.book_from + timedelta(days=1))

        assert text_of(as_user(teacher).get(f"/bookings/{visit.reference}/")).count("Bus 4 bis zum Markt") == said


def test_after_the_visit_the_ticket_says_who_came_not_who_was_booked(teacher):
    slot = make_slot(starts_at=in_days(-1, 8))
    visit = make_booking(slot, owner=teacher, at=slot.book_from + timedelta(days=1), pupils=22)
    page = f"/bookings/{visit.reference}/"
    assert "22 Lernende" in text_of(as_user(teacher).get(page))

    by = Actor.person(make_organiser(slot.workshop.partner))
    rules.attend(visit, rules.Counts(unknown=19, adults=2, minutes=90), by=by, now=timezone.now())

    shown = text_of(as_user(teacher).get(page))
    assert "19 Lernende, 2 Erwachsene, 90 min" in shown
    assert "22 Lernende" not in shown


def test_the_list_shows_the_next_visit_large_and_what_is_over_apart(teacher, booking):
    over = make_booking(make_slot(starts_at=in_days(30)), owner=teacher, group_name="5a")
    rules.cancel(over, by=Actor.person(teacher), now=timezone.now())
    client = as_user(teacher)

    coming, past = text_of(client.get("/bookings/")), text_of(client.get("/bookings/?show=past"))

    assert "ticket" in coming
    assert over.reference not in coming
    assert over.reference in past


def test_what_has_a_deadline_stands_first(teacher, booking):
    slot = make_slot()
    first = make_booking(slot)
    offered = make_booking(slot, owner=teacher, group_name="6a")
    rules.cancel(first, by=Actor.person(first.owner), now=timezone.now())
    Booking.objects.filter(pk=booking.pk).update(reconfirm_step="asked", reconfirm_until=in_days(3))
    client = as_user(teacher)

    page = text_of(client.get("/bookings/"))

    above, _ticket, _rest = page.partition('class="ticket')
    assert f'href="/bookings/{offered.reference}/answer/"' in above
    assert f'href="/bookings/{booking.reference}/reconfirm/"' in above
    assert "note wait" not in text_of(client.get("/bookings/?show=past"))


def test_the_office_sees_the_bookings_of_its_school_alone(booking):
    elsewhere = make_booking(make_slot())

    page = text_of(as_user(make_office(booking.school)).get("/bookings/"))

    assert booking.reference in page
    assert elsewhere.reference not in page


def test_the_next_visit_in_the_list_says_which_class_it_is_and_to_an_office_who_brings_it(booking, teacher):
    named = f"Klasse 7b · {booking.contact_name}</li>"
    for viewer, whose in ((teacher, "Klasse 7b</li>"), (make_office(booking.school), named)):
        _above, _, ticket = text_of(as_user(viewer).get("/bookings/")).partition('class="ticket')
        assert whose in ticket


def test_the_list_asks_as_few_questions_for_many_as_for_one(teacher):
    client = as_user(teacher)
    full = make_slot(make_workshop(most_unconfirmed=0))
    make_booking(full)
    make_booking(full, owner=teacher)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/bookings/")
    for name in ("5a", "5b", "5c"):
        make_booking(make_slot(full.workshop, starts_at=in_days(50)), owner=teacher, group_name=name)
        make_booking(full, owner=teacher, group_name=name)
    with CaptureQueriesContext(connection) as many:
        client.get("/bookings/")

    assert len(many) <= len(few) + 1
    assert len(many) < 25


def test_the_link_opens_its_booking_without_login_and_leaks_nothing(client, booking):
    response = client.get(f"/b/{sign(booking)}/")

    assert response.status_code == 200
    assert "3D-Druck" in text_of(response)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "/bookings/" not in text_of(response)


def test_the_holder_of_the_link_changes_the_number_and_cancels(client, booking):
    signed = sign(booking)

    client.post(f"/b/{signed}/change/", changes(booking, pupils=20))
    booking.refresh_from_db()
    assert booking.pupils == 20
    response = client.post(f"/b/{signed}/cancel/", {"reason": "Masern"})

    booking.refresh_from_db()
    assert response.url == f"/b/{signed}/"
    assert (booking.state, booking.changes.first().who) != ("confirmed", "")


def test_a_new_address_gets_a_new_link_and_the_old_one_ends(client, booking):
    signed = sign(booking)

    response = client.post(f"/b/{signed}/change/", changes(booking, contact_email="neu@school.example"), follow=True)

    assert response.status_code == 404
    assert "card empty" in text_of(response)
    assert Message.objects.filter(to_address="neu@school.example").exists()


@pytest.mark.parametrize("signed", ["x", "1.1~forged", "0.0~", "%00", "1.1~" + "a" * 2000])
def test_a_dead_link_is_a_friendly_page(client, signed):
    response = client.get(f"/b/{signed}/")

    assert response.status_code == 404
    assert "<h1>" in text_of(response)


def test_a_link_ends_two_weeks_after_the_visit(client, booking):
    at = timezone.now() - timedelta(days=20)
    type(booking.slot).objects.filter(pk=booking.slot.pk).update(
        starts_at=at, ends_at=at + timedelta(hours=3), book_until=at
    )

    assert client.get(f"/b/{sign(booking)}/").status_code == 404


def test_the_calendar_file_is_for_the_same_people(client, teacher, booking):
    mine = as_user(teacher).get(f"/bookings/{booking.reference}/calendar.ics")

    assert mine.headers["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in mine.content
    assert client.get(f"/b/{sign(booking)}/calendar.ics").status_code == 200
    assert as_user(make_user()).get(f"/bookings/{booking.reference}/calendar.ics").status_code == 404


def test_who_has_nothing_to_subscribe_to_is_led_to_the_workshops(db):
    page = text_of(as_user(make_user()).get("/profile/calendars/"))

    assert "Noch gibt es nichts zu abonnieren." in page
    assert '<a class="button main" href="/">' in page


def test_the_calendar_addresses_are_shown_and_renewed(teacher, booking):
    client = as_user(teacher)

    before = text_of(client.get("/profile/calendars/"))
    old = teacher.feeds.get(level="full").token
    client.post("/profile/calendars/", {"kind": "teacher"})
    after = text_of(client.get("/profile/calendars/"))

    assert f"/calendars/teacher/{old}.ics" in before
    assert before.count('<svg class="qr"') == 3, "one a level"
    assert "Noch von keinem Programm abgeholt." in before
    assert "webcal://" in before
    assert old not in after
    assert client.get(f"/calendars/teacher/{old}.ics").status_code == 404
    assert client.get(f"/calendars/teacher/{teacher.feeds.get(level='full').token}.ics").status_code == 200
    assert "Zuletzt abgeholt am" in text_of(client.get("/profile/calendars/"))

"""What an organiser does for a school on the telephone: another date, still on, the waiting list, a limit set aside."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, rules
from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.models import Booking, Change, Message
from tests.factories import in_days, make_booking, make_organiser, make_partner, make_school, make_slot, make_workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop():
    return make_workshop(capacity=24)


@pytest.fixture
def booking(workshop):
    return make_booking(make_slot(workshop, starts_at=in_days(90)))


@pytest.fixture
def olga(workshop):
    client = Client()
    client.force_login(make_organiser(workshop.partner, "olga"))
    return client


def text_of(response):
    return response.content.decode()


def test_a_full_date_needs_a_reason_and_grows_by_it(olga, booking, workshop):
    there, page = make_slot(workshop, starts_at=in_days(100)), f"/organise/bookings/{booking.reference}/move/"
    make_booking(there, school=make_school())
    assert "voll" in text_of(olga.get(page))

    refused = olga.post(page, {"slot": there.pk, "override_reason": ""})
    done = olga.post(page, {"slot": there.pk, "override_reason": "Zwei Räume"}, follow=True)

    there.refresh_from_db()
    assert "error-summary" in text_of(refused)
    assert "Verlegt." in text_of(done)
    assert (there.capacity, there.places_taken) == (48, 48)
    assert "Zwei Räume" in text_of(olga.get(f"/organise/slots/{there.pk}/"))


def test_all_dates_of_a_workshop_can_be_reached(olga, booking, workshop):
    last = [make_slot(workshop, starts_at=in_days(91 + number)) for number in range(30)][-1]
    page = f"/organise/bookings/{booking.reference}/move/"

    assert "?page=2" in text_of(olga.get(page))
    olga.post(f"{page}?page=2", {"slot": last.pk, "override_reason": ""})

    booking.refresh_from_db()
    assert booking.slot == last


def test_a_class_that_is_too_large_comes_with_a_reason(olga, booking):
    page = f"/organise/bookings/{booking.reference}/change/"
    typed = {
        "group_name": "7b", "pupils": "26", "adults": "2", "grades": ["7"], "language": "de", "photos": "no",
        "contact_name": "Ada", "contact_email": booking.contact_email,
    }  # fmt: skip

    refused = text_of(olga.post(page, typed))
    olga.post(page, typed | {"override_reason": "Der Raum fasst 26"})

    booking.refresh_from_db()
    assert 'value="26"' in refused
    assert (booking.pupils, booking.slot.capacity) == (26, 26)
    assert booking.changes.first().reason == "Der Raum fasst 26"
    assert Change.objects.filter(slot=booking.slot, facts={"capacity": [24, 26]}).exists()


def test_what_nobody_answered_is_a_task_until_the_school_says_yes(olga, booking):
    for _ in range(3):
        booking.refresh_from_db()
        rules.advance_reconfirmation(booking, now=booking.reconfirm_due_at)
    assert "fehlt die Antwort" in text_of(olga.get("/organise/"))
    assert "Bitte rufen Sie an" in text_of(olga.get(f"/organise/bookings/{booking.reference}/"))

    olga.post(f"/organise/bookings/{booking.reference}/still-on/")

    booking.refresh_from_db()
    assert booking.reconfirm_step == "done"
    assert "fehlt die Antwort" not in text_of(olga.get("/organise/"))


@pytest.fixture
def asked(olga, workshop):
    """A request that holds nothing, for a date that filled up meanwhile."""
    quiet = make_workshop(workshop.partner, booking_mode="request", requests_hold=False, capacity=24)
    slot = make_slot(quiet)
    request = make_booking(slot, school=make_school())
    other = make_booking(slot, school=make_school())
    rules.confirm(other, by=Actor.person(make_organiser(workshop.partner)), now=timezone.now())
    return request


@pytest.mark.parametrize("headers", [{}, {"HTTP_HX_REQUEST": "true"}], ids=["page", "in place"])
def test_a_request_without_room_goes_to_the_waiting_list(olga, asked, headers):
    assert "Auf die Warteliste" in text_of(olga.get("/organise/requests/"))

    answer = olga.post(f"/organise/requests/{asked.reference}/wait/", follow=True, **headers)

    asked.refresh_from_db()
    assert (asked.state, asked.waiting_since) == ("waitlisted", asked.created_at)
    assert "steht jetzt auf der Warteliste" in text_of(answer)


def test_who_comes_second_reads_that_it_was_decided(olga, asked):
    colleague = Actor.person(make_organiser(asked.slot.workshop.partner))
    rules.decline(asked, by=colleague, now=timezone.now(), reason="Nein")

    answer = olga.post(f"/organise/requests/{asked.reference}/wait/", follow=True)

    assert "Sie müssen nichts tun" in text_of(answer)
    asked.refresh_from_db()
    assert asked.state == "declined"


def test_a_date_that_is_called_off_suggests_others(olga, booking, workshop):
    others = [make_slot(workshop, starts_at=in_days(days)) for days in (95, 100, 105, 110)]
    page = f"/organise/slots/{booking.slot_id}/cancel/"
    assert text_of(olga.get(page)).count("checked") == 3

    olga.post(page, {"reason": "Sturm", "suggest": [others[1].pk]})

    told = Message.objects.get(booking=booking, kind="booking_cancelled")
    load_subjects([told])
    mail = delivery.compose(told).email.body
    assert "Unser Vorschlag" in mail
    assert "/again/" in mail
    client = Client()
    client.force_login(Booking.objects.get(pk=booking.pk).owner)
    school_page = text_of(client.get(f"/bookings/{booking.reference}/"))
    assert f"/slots/{others[1].pk}/book/?again=" in school_page
    assert f"/slots/{others[0].pk}/book/?again=" not in school_page


def test_a_suggestion_that_filled_up_is_not_in_the_mail(booking, workshop):
    other = make_slot(workshop, starts_at=in_days(100))
    by = Actor.person(make_organiser(workshop.partner))
    planning.cancel_slot(booking.slot, by=by, now=timezone.now(), reason="Sturm", suggest=[other])
    make_booking(other, school=make_school())

    told = Message.objects.get(booking=booking, kind="booking_cancelled")
    load_subjects([told])

    assert "Unser Vorschlag" not in delivery.compose(told).email.body


@pytest.mark.parametrize("page", ["bookings/{0}/move/", "bookings/{0}/still-on/", "requests/{0}/wait/"])
def test_other_houses_find_nothing(booking, page):
    client = Client()
    client.force_login(make_organiser(make_partner()))

    assert client.post("/organise/" + page.format(booking.reference)).status_code == 404


def test_a_school_that_cancelled_late_is_looked_at_by_hand(olga, booking, workshop):
    page = f"/organise/bookings/{booking.reference}/"
    assert "spät abgesagt" not in text_of(olga.get(page))
    soon = make_slot(workshop, starts_at=in_days(3), book_until=in_days(2))
    other = make_booking(soon, school=booking.school, group_name="8a")
    rules.cancel(other, by=Actor.person(other.owner), now=timezone.now())

    assert "spät abgesagt" in text_of(olga.get(page))
    assert "spät abgesagt" not in text_of(olga.get(f"/organise/bookings/{other.reference}/"))


def test_a_request_goes_to_another_date_from_the_inbox_and_is_answered_there(olga, workshop):
    workshop.booking_mode = "request"
    workshop.save()
    asked = make_booking(make_slot(workshop, starts_at=in_days(90)))
    there = make_slot(workshop, starts_at=in_days(100))
    page = f"/organise/bookings/{asked.reference}/move/"
    assert f'href="{page}"' in text_of(olga.get("/organise/requests/"))

    done = olga.post(page, {"slot": there.pk, "override_reason": ""})

    asked.refresh_from_db()
    assert (asked.state, asked.slot) == ("requested", there)
    assert done.url == f"/organise/requests/#request-{asked.reference}"

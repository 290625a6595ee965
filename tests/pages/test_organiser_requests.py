"""The inbox: deciding in place, in two steps, at the same time."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from booking.messages.links import sign
from booking.models import Booking, Message
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_workshop,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def olga(partner):
    return make_organiser(partner, "olga")


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, title="Robotik", booking_mode="request")


@pytest.fixture
def booking(workshop):
    return make_booking(make_slot(workshop))


def confirm(booking: Booking) -> str:
    return f"/organise/requests/{booking.reference}/confirm/"


def decline(booking: Booking) -> str:
    return f"/organise/requests/{booking.reference}/decline/"


def state_of(booking: Booking) -> str:
    return Booking.objects.values_list("state", flat=True).get(pk=booking.pk)


def inbox(client: Client) -> str:
    return client.get("/organise/requests/").content.decode()


def test_the_oldest_request_comes_first(client, olga, workshop):
    now = timezone.now()
    for days in (1, 9, 4):
        make_booking(make_slot(workshop), school=make_school(f"Schule {days}"), at=now - timedelta(days=days))
    client.force_login(olga)

    text = inbox(client)

    assert text.index("Schule 9") < text.index("Schule 4") < text.index("Schule 1")


def test_a_yes_is_one_click_and_one_mail(client, olga, booking):
    client.force_login(olga)

    answered = client.post(confirm(booking))

    assert answered["Location"] == "/organise/requests/"
    assert state_of(booking) == "confirmed"
    assert Message.objects.filter(booking=booking, kind="booking_confirmed").count() == 1
    assert booking.reference not in inbox(client)


def test_with_script_the_answer_stands_in_the_place_of_the_request(client, olga, booking):
    client.force_login(olga)

    answered = client.post(confirm(booking), headers=HTMX)

    text = answered.content.decode()
    assert answered.status_code == 200
    assert text.lstrip().startswith("<article")
    assert f'id="request-{booking.reference}"' in text
    assert "autofocus" in text
    assert 'id="inbox-line" hx-swap-oob="true"' in text


def test_a_double_click_confirms_once(client, olga, booking):
    client.force_login(olga)

    client.post(confirm(booking))
    again = client.post(confirm(booking), follow=True)

    assert again.status_code == 200
    assert Message.objects.filter(booking=booking, kind="booking_confirmed").count() == 1


def test_who_comes_second_reads_who_was_first(client, olga, partner, booking):
    client.force_login(olga)
    client.post(confirm(booking))
    client.force_login(make_organiser(partner, "konrad"))

    text = client.post(decline(booking), {"reason": "full"}, follow=True).content.decode()

    assert state_of(booking) == "confirmed"
    assert "Olga" in text
    assert "error-summary" not in text
    assert not Message.objects.filter(booking=booking, kind="booking_declined").exists()


def test_of_who_withdrew_by_the_link_of_the_mail_the_contact_is_named(client, olga, booking):
    client.post(f"/b/{sign(booking)}/cancel/")
    client.force_login(olga)

    answered = client.post(confirm(booking), headers=HTMX).content.decode()

    assert f"{booking.contact_name} hat um" in answered
    assert "über den Link" not in answered


def test_a_no_needs_a_reason(client, olga, booking):
    client.force_login(olga)

    for reason in ("", "   "):
        answered = client.post(decline(booking), {"reason": reason})
        assert answered.status_code == 200
        assert 'class="error"' in answered.content.decode()
    assert client.post(decline(booking), {"reason": ""}, headers=HTMX).status_code == 422
    assert state_of(booking) == "requested"


def test_a_no_with_its_reason_reaches_the_school(client, olga, booking):
    client.force_login(olga)

    client.post(decline(booking), {"reason": "Das Labor wird umgebaut."})

    assert state_of(booking) == "declined"
    assert booking.changes.filter(kind="declined").get().reason == "Das Labor wird umgebaut."
    assert Message.objects.filter(booking=booking, kind="booking_declined").exists()


def test_without_script_the_no_has_a_page_of_its_own(client, olga, booking):
    client.force_login(olga)

    text = client.get(decline(booking)).content.decode()

    assert "<textarea" in text
    assert state_of(booking) == "requested"


def test_one_of_the_further_wishes_can_be_confirmed(client, olga, workshop):
    first, second = make_slot(workshop), make_slot(workshop, starts_at=in_days(50))
    booking = make_booking(first, alternatives=(second,))
    client.force_login(olga)

    client.post(confirm(booking), {"slot": second.pk})

    booking.refresh_from_db()
    assert (booking.state, booking.slot) == ("confirmed", second)


def test_a_date_that_nobody_wished_is_refused(client, olga, booking, workshop):
    client.force_login(olga)

    for slot in (make_slot(workshop, starts_at=in_days(50)).pk, 0, "x"):
        assert client.post(confirm(booking), {"slot": slot}).status_code == 200
    assert state_of(booking) == "requested"


def test_a_wish_that_does_not_fit_says_why_and_cannot_be_chosen(client, olga, workshop):
    first, second = make_slot(workshop), make_slot(workshop, starts_at=in_days(50), booking_mode="instant")
    booking = make_booking(first, alternatives=(second,))
    make_booking(second, group_name="9a")
    client.force_login(olga)

    card = client.get("/organise/requests/").context["cards"][0]
    answered = client.post(confirm(booking), {"slot": second.pk}, headers=HTMX)

    assert [bool(wish.obstacle) for wish in card["asked"].wishes] == [False, True]
    assert answered.status_code == 422
    assert state_of(booking) == "requested"


@pytest.mark.usefixtures("term_time")
def test_warnings_name_what_to_mind(client, olga, workshop, partner):
    slot = make_slot(workshop)
    make_booking(slot, adults=1)
    client.force_login(olga)
    asked = client.get("/organise/requests/").context["cards"][0]["asked"]
    assert len(asked.warnings) == 2  # nobody leads, one adult for 24

    make_assignment(slot, make_trainer(partner))

    assert len(client.get("/organise/requests/").context["cards"][0]["asked"].warnings) == 1


@pytest.mark.parametrize(
    ("asked_at", "now", "school_days"),
    [
        ("2027-04-15 09:00+02:00", "2027-04-20 09:00+02:00", 3),  # Thursday to Tuesday: the weekend does not count
        ("2027-05-03 09:00+02:00", "2027-05-10 09:00+02:00", 3),  # Ascension and the Friday after it do not count
        ("2027-04-20 08:00+02:00", "2027-04-20 17:00+02:00", 0),
    ],
)
def test_age_is_counted_in_school_days(asked_at, now, school_days, client, olga, workshop, time_machine):
    time_machine.move_to(asked_at, tick=False)
    make_booking(make_slot(workshop))
    time_machine.move_to(now, tick=False)
    client.force_login(olga)

    assert client.get("/organise/requests/").context["cards"][0]["asked"].age == school_days


def test_a_request_that_is_due_stands_out(client, olga, workshop, time_machine):
    time_machine.move_to("2027-04-15 09:00+02:00", tick=False)
    make_booking(make_slot(workshop))
    client.force_login(olga)
    assert not client.get("/organise/requests/").context["cards"][0]["asked"].is_due

    time_machine.move_to("2027-04-20 09:00+02:00", tick=False)  # three school days later

    asked = client.get("/organise/requests/").context["cards"][0]["asked"]
    assert (asked.is_due, asked.is_over) == (True, False)


def test_the_waiting_list_says_who_waits_and_who_does_not_fit(client, olga, workshop):
    slot = make_slot(workshop, booking_mode="instant", capacity=24, max_groups=3)
    make_booking(slot, pupils=10)
    make_booking(slot, group_name="8a", pupils=20)
    client.force_login(olga)

    answered = client.get("/organise/requests/?tab=waiting")

    assert [booking.group_name for booking in answered.context["page"][0].queue] == ["8a"]


def test_what_was_decided_names_who_decided(client, olga, booking):
    client.force_login(olga)
    client.post(confirm(booking))

    text = client.get("/organise/requests/?tab=decided").content.decode()

    assert booking.reference in text
    assert "Olga" in text


def test_requests_of_other_partners_are_not_found(client, booking):
    client.force_login(make_organiser(make_partner(), "otto"))

    assert client.post(confirm(booking)).status_code == 404
    assert client.post(decline(booking), {"reason": "no"}).status_code == 404
    assert state_of(booking) == "requested"


@pytest.mark.django_db(transaction=True)
def test_two_organisers_at_once_make_one_decision():
    partner = make_partner("lab")
    booking = make_booking(make_slot(make_workshop(partner, booking_mode="request")))
    clients = [Client(), Client()]
    for client, name in zip(clients, ("olga", "konrad"), strict=True):
        client.force_login(make_organiser(partner, name))
    start, statuses = threading.Barrier(2), []

    def answer(client: Client, address: str, data: dict[str, str]) -> None:
        start.wait()
        statuses.append(client.post(address, data).status_code)
        connection.close()

    threads = [
        threading.Thread(target=answer, args=(clients[0], confirm(booking), {})),
        threading.Thread(target=answer, args=(clients[1], decline(booking), {"reason": "no room"})),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [302, 302]
    decisions = booking.changes.filter(kind__in=["confirmed", "declined"]).values_list("kind", flat=True)
    assert list(decisions) == [state_of(booking)]

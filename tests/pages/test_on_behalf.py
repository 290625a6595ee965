"""A class that the organiser books: for a teacher on the telephone, or because it stood at the door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from booking import audit
from booking.models import Booking, Message, VisitFact
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot(partner):
    return make_slot(make_workshop(partner))


@pytest.fixture
def begun(partner):
    """A date that began an hour ago."""
    at = timezone.now() - timedelta(hours=1)
    return make_slot(make_workshop(partner), starts_at=at, book_until=at - timedelta(days=5))


def typed(**more) -> dict[str, object]:
    values: dict[str, object] = {
        "key": "k1",
        "school": make_school().pk,
        "group_name": "7b",
        "pupils": 20,
        "adults": 2,
        "grades": [7],
        "language": "de",
        "contact_name": "Frau Krause",
        "contact_email": "krause@school.example",
    }
    return values | more


def page_of(slot: Slot) -> str:
    return f"/organise/slots/{slot.pk}/add/"


def mails(booking: Booking) -> list[str]:
    return sorted(Message.objects.filter(booking=booking).values_list("kind", flat=True))


def kinds_of(booking: Booking) -> list[str]:
    return [change.kind for change in booking.changes.order_by("pk")]


def test_a_teacher_on_the_telephone_gets_a_booking_and_the_mail_with_the_link(client, olga, slot):
    answered = client.post(page_of(slot), typed())

    booking = Booking.objects.get()
    assert answered["Location"] == f"/organise/bookings/{booking.reference}/"
    assert (booking.state, booking.owner, booking.contact_email) == ("confirmed", None, "krause@school.example")
    assert mails(booking) == ["booking_confirmed", "reminder", "reminder"]
    assert [change.who for change in booking.changes.all()] == ["Olga (Frau Krause)"]
    assert list(audit.breaches(timezone.now())) == []


def test_who_has_an_account_owns_the_booking(client, olga, slot):
    krause = make_user("krause")

    client.post(page_of(slot), typed(contact_email="Krause@School.example"))

    assert Booking.objects.get().owner == krause


def test_the_organiser_s_yes_is_part_of_it(client, olga, partner):
    client.post(page_of(make_slot(make_workshop(partner, booking_mode="request"))), typed())

    assert Booking.objects.get().state == "confirmed"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"grades": [3]}, "grades"),
        ({"language": "pl"}, "language"),
        ({"pupils": 40}, "pupils"),
        ({"school": ""}, "school_q"),
        ({"contact_email": ""}, "contact_email"),
        ({"contact_name": ""}, "contact_name"),
        ({"pupils": 0}, "pupils"),
        ({"group_name": "\x00"}, "group_name"),
        ({"override_reason": "x" * 501}, "override_reason"),
    ],
)
def test_what_stands_against_it_is_named_and_the_rest_kept(more, field, client, olga, slot):
    answered = client.post(page_of(slot), typed(needs="Beamer") | more)

    assert field in answered.context["form"].errors
    assert "Beamer" in answered.content.decode()
    assert not Booking.objects.exists()


@pytest.mark.parametrize("more", [{"grades": [3]}, {"language": "pl"}, {"pupils": 40}])
def test_a_reason_sets_limits_aside_and_the_date_grows(more, client, olga, slot):
    client.post(page_of(slot), typed(override_reason="Schulleitung hat gefragt") | more)

    booking = Booking.objects.get()
    slot.refresh_from_db()
    assert kinds_of(booking) == ["confirmed", "overridden"]
    assert slot.places_taken == booking.pupils <= slot.capacity
    assert "booking_confirmed" in mails(booking)


def test_a_full_date_refuses_waits_or_grows(client, olga, slot):
    make_booking(slot)

    refused = client.post(page_of(slot), typed())
    assert refused.context["form"].non_field_errors()
    client.post(page_of(slot), typed(waitlist="on"))
    assert Booking.objects.get(group_name="7b", contact_name="Frau Krause").state == "waitlisted"
    client.post(page_of(slot), typed(key="k2", group_name="9a", override_reason="Partnerschule"))

    assert Booking.objects.get(group_name="9a").state == "confirmed"
    slot.refresh_from_db()
    assert (slot.capacity, slot.places_taken, slot.groups_waiting) == (44, 44, 1)


@pytest.mark.parametrize("closed", [{"state": "closed"}, {"book_until": in_days(-1)}, {"booking_mode": "wish"}])
def test_what_is_not_open_wants_a_reason(closed, client, olga, slot):
    Slot.objects.filter(pk=slot.pk).update(**closed)

    assert client.post(page_of(slot), typed()).context["form"].non_field_errors()
    client.post(page_of(slot), typed(override_reason="Nachzügler"))

    assert Booking.objects.get().state == "confirmed"


def test_a_class_at_the_door_is_added_with_a_reason_and_without_mails(client, olga, begun, partner):
    make_assignment(begun, make_trainer(partner))
    without = client.post(page_of(begun), typed())
    assert "override_reason" in without.context["form"].errors

    client.post(page_of(begun), typed(override_reason="Stand vor der Tür", contact_name="", contact_email=""))

    booking = Booking.objects.get()
    assert kinds_of(booking) == ["confirmed", "added_later"]
    assert mails(booking) == []
    begun.refresh_from_db()
    assert begun.places_taken == 20


def test_it_counts_once_it_is_recorded(client, olga, begun):
    assert "In Berichten zählt sie, sobald ihre Zahlen erfasst sind." in client.get(page_of(begun)).content.decode()
    client.post(page_of(begun), typed(override_reason="Stand vor der Tür"))
    booking = Booking.objects.get()
    sheet = f"/bookings/{booking.reference}/sheet/"
    assert not VisitFact.objects.exists()

    answered = client.post(f"/trainer/slots/{begun.pk}/", {"booking": booking.reference, "how": "planned", "seen": 0})

    assert answered.status_code == 302
    assert Booking.objects.get().state == "attended"
    assert VisitFact.objects.get().unknown == 20
    assert "Nicht bestätigt." not in client.get(sheet).content.decode()  # it took place


def test_a_double_click_books_once(client, olga, slot):
    sent = typed()

    answers = [client.post(page_of(slot), sent)["Location"] for _click in range(2)]

    assert answers[0] == answers[1]
    assert Booking.objects.count() == 1


def test_the_school_is_searched_without_losing_what_was_typed(client, olga, slot):
    school = make_school("Gymnasium Musterdorf", "Zittau")

    asked = client.post(page_of(slot), typed(school="", school_q="muster", step="find_school"))
    assert [one.pk for one in asked.context["form"].school_choice.found] == [school.pk]
    assert "Frau Krause" in asked.content.decode()

    client.post(page_of(slot), typed(school=school.pk))
    assert Booking.objects.get().school == school


def test_a_date_that_was_called_off_takes_nobody(client, olga, slot):
    Slot.objects.filter(pk=slot.pk).update(state="cancelled")

    assert client.get(page_of(slot))["Location"] == f"/organise/slots/{slot.pk}/"
    assert client.post(page_of(slot), typed(override_reason="x")).status_code == 302
    assert not Booking.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("other", 404), ("teacher", 403), ("trainer", 403), ("nobody", 302)])
def test_others_add_nobody(who, status, client, slot, partner):
    trainer = make_trainer(partner)
    make_assignment(slot, trainer)
    people = {"other": make_organiser(make_partner()), "teacher": make_user(), "trainer": trainer.user}
    if who in people:
        client.force_login(people[who])

    assert client.get(page_of(slot)).status_code == status
    assert client.post(page_of(slot), typed()).status_code == status
    assert not Booking.objects.exists()

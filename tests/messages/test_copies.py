"""Who reads along: the school's office where it wishes so, and the further contact of a booking."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.messages import delivery, sending
from booking.messages.about import load_subjects
from booking.messages.relevance import why_not
from booking.models import Booking, Message
from booking.planning import change_slot
from schools.models import School
from tests.factories import in_days, make_booking, make_office, make_organiser, make_school, make_slot, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("term_time")]
OFFICE, BEN = "office@school.example", "ben@school.example"


@pytest.fixture
def school():
    return make_school(office_mail=OFFICE, office_copies=True)


@pytest.fixture
def booking(school):
    booking = make_booking(make_slot(), school=school)
    rules.amend(booking, {"further_email": BEN}, by=Actor.person(booking.owner), now=timezone.now())
    booking.refresh_from_db()
    return booking


def told(kind: str) -> set[str]:
    return set(Message.objects.filter(kind=kind).values_list("to_address", flat=True))


def copy_to(address: str, kind: str) -> Message:
    message = Message.objects.get(kind=kind, to_address=address)
    load_subjects([message])
    return message


def test_the_office_reads_along_where_it_wishes_so(school):
    make_booking(make_slot(), school=school)
    assert told("booking_confirmed") == {"ada@school.example", OFFICE}
    assert told("reminder") == {"ada@school.example", OFFICE}

    Message.objects.all().delete()
    make_booking(make_slot(), school=make_school(office_mail="other@school.example"))
    assert told("booking_confirmed") == {"ada@school.example"}


def test_a_school_with_a_long_name_books_like_any_other(school):
    School.objects.filter(pk=school.pk).update(name="Berufliches Schulzentrum für Technik und Wirtschaft " * 3)
    school.refresh_from_db()

    assert make_booking(make_slot(), school=school).state == "confirmed"
    assert OFFICE in told("booking_confirmed") & told("membership_asked")


def test_the_further_contact_hears_from_then_on_and_nobody_twice(booking, school):
    assert told("booking_changed") == {"ada@school.example", OFFICE, BEN}

    Message.objects.all().delete()
    Booking.objects.filter(pk=booking.pk).update(further_email=OFFICE.upper())
    rules.resize(booking, 20, by=Actor.person(booking.owner), now=timezone.now())
    assert Message.objects.filter(kind="booking_changed", to_address__iexact=OFFICE).count() == 1


def reminded(address: str) -> list[datetime]:
    owed = Message.objects.filter(kind="reminder", state="owed", to_address=address)
    return list(owed.order_by("due_at").values_list("due_at", flat=True))


def test_reminders_to_come_are_read_along_by_who_is_named_later_and_once(client):
    school = make_school(office_mail=OFFICE)
    booking, office = make_booking(make_slot(), school=school), make_office(school)
    client.force_login(office)
    for _once_more in range(2):
        client.post(f"/profile/schools/{office.memberships.get().pk}/copies/", {"wanted": "yes"})
    for address in (BEN, "", BEN):
        rules.amend(booking, {"further_email": address}, by=Actor.person(booking.owner), now=timezone.now())

    assert len(reminded("ada@school.example")) == 2
    assert reminded(OFFICE) == reminded(BEN) == reminded("ada@school.example")


def test_a_date_that_moves_brings_all_of_them_the_reminders_of_the_new_day(booking):
    before, start = reminded("ada@school.example"), in_days(50)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=3)}
    change_slot(booking.slot, times, by=Actor.person(make_organiser(booking.slot.workshop.partner)), now=timezone.now())

    assert reminded(OFFICE) == reminded(BEN) == reminded("ada@school.example") != before
    assert why_not(copy_to(OFFICE, "slot_moved"), timezone.now()) == ""


def test_a_reminder_that_is_read_along_says_so_and_invites_nobody(booking):
    message = Message.objects.filter(kind="reminder", to_address=OFFICE).earliest("due_at")
    load_subjects([message])

    mail = delivery.compose(message)

    assert mail.email.subject.startswith("Zur Kenntnis: Erinnerung")
    assert mail.method == ""
    assert why_not(message, message.due_at) == ""


def test_a_date_that_moves_is_told_to_all_of_them(booking):
    olga = make_organiser(booking.slot.workshop.partner)
    start = in_days(50)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=3)}
    change_slot(booking.slot, times, by=Actor.person(olga), now=timezone.now(), reason="Strom")

    assert told("slot_moved") == {"ada@school.example", OFFICE, BEN}


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_copy_says_so_and_opens_nothing(booking, language):
    message = copy_to(BEN, "booking_changed")
    message.language = language
    mail = delivery.compose(message)

    words = {"de": ("Zur Kenntnis", "Sie lesen mit"), "en": ("For your information", "You read along")}[language]
    assert mail.email.subject.startswith(words[0])
    assert words[1] in mail.email.body
    assert "/b/" not in mail.email.body
    assert {"de": "ist an Ada (", "en": "is written to Ada ("}[language] in mail.email.body, "what follows says 'you'"
    assert {"de": "nur der Mail an den Kontakt bei", "en": "the contact alone"}[language] in mail.email.body
    assert mail.method == ""
    assert "List-Unsubscribe" not in mail.email.extra_headers


def test_who_is_not_wished_any_more_reads_nothing(booking, school):
    Booking.objects.filter(pk=booking.pk).update(further_email="")
    School.objects.filter(pk=school.pk).update(office_copies=False)

    for address in (BEN, OFFICE):
        assert why_not(copy_to(address, "booking_changed"), timezone.now()) == "reads along no more"


def test_a_new_contact_takes_over_its_own_mails_and_not_the_copies(booking):
    changes = {"contact_email": "eve@school.example", "contact_name": "Eve"}
    rules.amend(booking, changes, by=Actor.person(booking.owner), now=timezone.now())

    assert {OFFICE, BEN, "eve@school.example"} <= told("booking_changed")
    assert "ada@school.example" not in told("booking_changed")


@pytest.mark.django_db(transaction=True)
def test_copies_go_out_with_the_others(school, smtp):
    make_booking(make_slot(), school=school)

    sending.send_due(timezone.now() + timedelta(seconds=1))

    copies = [mail for mail in smtp.to(OFFICE) if "Zur Kenntnis: Bestätigt" in mail["Subject"]]
    assert len(copies) == len(smtp.to("ada@school.example")) == 1


def test_the_office_says_whether_it_reads_along_and_nobody_else_does(client, school):
    office, ada = make_office(school), make_user()
    mine = office.memberships.get()
    client.force_login(ada)
    assert client.post(f"/profile/schools/{mine.pk}/copies/", {"wanted": "no"}).status_code == 404

    client.force_login(office)
    assert 'value="no"' in client.get("/profile/").content.decode()
    client.post(f"/profile/schools/{mine.pk}/copies/", {"wanted": "no"})
    school.refresh_from_db()
    assert school.office_copies is False
    assert 'value="yes"' in client.get("/profile/").content.decode()


def test_whoever_booked_names_who_reads_along(client, booking):
    client.force_login(booking.owner)
    page = client.get(f"/bookings/{booking.reference}/change/")

    form = page.context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    client.post(f"/bookings/{booking.reference}/change/", typed | {"further_email": "cem@school.example"})

    booking.refresh_from_db()
    assert booking.further_email == "cem@school.example"
    change = booking.changes.latest("pk")
    assert "cem" not in str(change.facts)

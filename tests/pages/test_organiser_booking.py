"""One booking on the organiser's desk: what it shows, what can be done, what can be taken back."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.messages import plainly
from booking.messages.links import sign
from booking.models import Booking, Change, Message, Note
from tests.factories import (
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
def booking(partner):
    slot = make_slot(make_workshop(partner, title="Robotik"), languages=["de", "pl"])
    return make_booking(slot, school=make_school(), note="Wir singen gern")


def page_of(booking: Booking, what: str = "") -> str:
    return f"/organise/bookings/{booking.reference}/{what}"


def changes(booking: Booking, **typed) -> dict[str, object]:
    values = {"group_name": booking.group_name, "pupils": booking.pupils, "adults": booking.adults, "language": "de"}
    contact = {"contact_name": "Ada", "contact_email": "ada@school.example", "contact_phone": "0170 0000000"}
    return values | contact | {"grades": booking.grades, **typed}


def test_the_page_tells_all_that_the_telephone_asks(client, olga, booking):
    booking.record("amended", by=Actor.person(olga).acting_as("organiser"), at=timezone.now(), reason="Anruf")

    text = client.get(page_of(booking)).content.decode()

    for told in ("Klasse 7b", "ada@school.example", "0170 0000000", "Wir singen gern", "Robotik", "Anruf", "Olga"):
        assert told in text
    assert "Bestätigung" in text  # the mail that went to the contact


def test_no_show_and_other_bookings_of_the_school_stand_there(client, olga, booking, partner):
    other = make_booking(make_slot(make_workshop(partner)), school=booking.school, group_name="9c")
    make_booking(make_slot(), school=booking.school, group_name="with others")
    missed = make_booking(make_slot(make_workshop(partner)), school=booking.school, group_name="8a")
    begun = timezone.now() - timedelta(days=30)
    ended = begun + timedelta(hours=2)
    Slot.objects.filter(pk=missed.slot_id).update(starts_at=begun, ends_at=ended, book_until=begun)
    Booking.objects.filter(pk=missed.pk).update(state="no_show")

    page = client.get(page_of(booking))

    assert [one.group_name for one in page.context["others"]] == [other.group_name, "8a"]
    assert page.context["missed"] == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_often_for_many_rows(rows, client, olga, booking, partner, django_assert_num_queries):
    for row in range(rows):
        make_booking(make_slot(make_workshop(partner)), school=booking.school, group_name=f"{row}x")
        Note.objects.create(partner=partner, booking=booking, text="x", by=olga, at=timezone.now())
    client.get(page_of(booking))

    with django_assert_num_queries(13):
        client.get(page_of(booking))


@pytest.mark.parametrize("what", ["", "change/", "cancel/"])
@pytest.mark.parametrize(("who", "status"), [("other", 404), ("teacher", 403), ("trainer", 403), ("nobody", 302)])
def test_others_do_not_learn_of_it(who, status, what, client, booking, partner):
    people = {"other": make_organiser(make_partner()), "teacher": booking.owner, "trainer": make_trainer(partner).user}
    if who in people:
        client.force_login(people[who])

    assert client.get(page_of(booking, what)).status_code == status


def test_a_change_on_the_telephone_reaches_the_school(client, olga, booking):
    answered = client.post(
        page_of(booking, "change/"), changes(booking, pupils=20, language="pl", contact_phone="", arrival="public")
    )

    booking.refresh_from_db()
    assert answered["Location"] == page_of(booking)
    assert (booking.pupils, booking.language, booking.contact_phone, booking.arrival) == (20, "pl", "", "public")
    assert Message.objects.filter(booking=booking, kind="booking_changed", state="owed").exists()


def test_a_number_that_does_not_fit_is_named_and_the_rest_kept(client, olga, booking):
    answered = client.post(page_of(booking, "change/"), changes(booking, pupils=99, needs="Beamer"))

    assert "pupils" in answered.context["form"].errors
    assert "Beamer" in answered.content.decode()


def test_a_visit_is_called_off_with_a_reason_and_taken_back(client, olga, booking):
    client.post(page_of(booking, "cancel/"), {"reason": ""})
    assert Booking.objects.get(pk=booking.pk).state == "confirmed"

    client.post(page_of(booking, "cancel/"), {"reason": "Rohrbruch"})
    assert Booking.objects.get(pk=booking.pk).state == "cancelled"
    page = client.get(page_of(booking))
    assert page_of(booking, "undo/") in page.content.decode()
    assert "Rohrbruch" in page.content.decode()

    assert client.post(page_of(booking, "undo/"))["Location"] == page_of(booking)
    assert Booking.objects.get(pk=booking.pk).state == "confirmed"
    assert page_of(booking, "undo/") not in client.get(page_of(booking)).content.decode()


def test_a_declined_request_comes_back_from_the_inbox(client, olga, partner):
    asked = make_booking(make_slot(make_workshop(partner, booking_mode="request")))
    client.post(f"/organise/requests/{asked.reference}/decline/", {"reason": "Umbau"})
    assert page_of(asked, "undo/") in client.get("/organise/requests/").content.decode()

    client.post(page_of(asked, "undo/"))

    assert Booking.objects.get(pk=asked.pk).state == "requested"
    assert page_of(asked, "undo/") not in client.get("/organise/requests/").content.decode()


def test_the_decline_in_place_shows_the_way_back(client, olga, partner):
    asked = make_booking(make_slot(make_workshop(partner, booking_mode="request")))

    answered = client.post(
        f"/organise/requests/{asked.reference}/decline/", {"reason": "Umbau"}, headers={"HX-Request": "true"}
    )

    assert page_of(asked, "undo/") in answered.content.decode()


def test_too_late_is_a_sentence_and_no_error(client, olga, booking):
    client.post(page_of(booking, "cancel/"), {"reason": "Rohrbruch"})
    Change.objects.filter(booking=booking, kind="cancelled").update(at=timezone.now() - timedelta(seconds=61))

    answered = client.post(page_of(booking, "undo/"), follow=True)

    assert answered.status_code == 200
    assert "nicht mehr zurücknehmen" in answered.content.decode()
    assert Booking.objects.get(pk=booking.pk).state == "cancelled"


def test_a_colleague_does_not_take_it_back(client, olga, booking, partner):
    client.post(page_of(booking, "cancel/"), {"reason": "Rohrbruch"})
    client.force_login(make_organiser(partner, "konrad"))

    assert page_of(booking, "undo/") not in client.get(page_of(booking)).content.decode()
    assert client.post(page_of(booking, "undo/")).status_code == 403


def test_the_teacher_takes_back_the_own_cancellation(client, booking):
    client.force_login(booking.owner)
    client.post(f"/bookings/{booking.reference}/cancel/", {"reason": ""})
    assert f"/bookings/{booking.reference}/undo/" in client.get(f"/bookings/{booking.reference}/").content.decode()

    answered = client.post(f"/bookings/{booking.reference}/undo/", follow=True)

    assert Booking.objects.get(pk=booking.pk).state == "confirmed"
    assert answered.redirect_chain == [(f"/bookings/{booking.reference}/", 302)]


def test_who_holds_the_link_takes_back_what_the_link_did(client, booking):
    link = f"/b/{sign(booking)}/"
    client.post(f"{link}cancel/", {"reason": ""})
    page = client.get(link)
    assert f"{link}undo/" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "same-origin"  # else browsers send no origin with its form

    client.post(f"{link}undo/")

    assert Booking.objects.get(pk=booking.pk).state == "confirmed"
    assert client.get(link).headers["Referrer-Policy"] == "no-referrer"


def test_a_mail_that_failed_goes_out_again_to_the_present_address(client, olga, booking):
    failed = Message.objects.get(booking=booking, kind="booking_confirmed")
    wrong = {"tries": 14, "to_address": "ad@school.example", "last_error": "550 no such user"}
    Message.objects.filter(pk=failed.pk).update(state="failed", **wrong)
    page = client.get(page_of(booking)).content.decode()
    assert plainly.why("550 no such user") in unescape(page)
    assert "550 no such user" not in page

    answers = [client.post(f"/organise/messages/{failed.pk}/resend/")["Location"] for _click in range(2)]

    failed.refresh_from_db()
    assert answers == [page_of(booking)] * 2
    assert (failed.state, failed.tries, failed.to_address) == ("owed", 0, "ada@school.example")


def test_a_sent_mail_is_not_sent_again(client, olga, booking):
    sent = Message.objects.get(booking=booking, kind="booking_confirmed")
    Message.objects.filter(pk=sent.pk).update(state="sent", sent_at=timezone.now())

    client.post(f"/organise/messages/{sent.pk}/resend/")

    assert Message.objects.get(pk=sent.pk).state == "sent"


def test_mails_of_others_are_not_sent_again(client, booking):
    failed = Message.objects.get(booking=booking, kind="booking_confirmed")
    client.force_login(make_organiser(make_partner()))

    assert client.post(f"/organise/messages/{failed.pk}/resend/").status_code == 404


def test_a_note_is_read_by_the_team_alone(client, olga, booking, partner):
    client.post(page_of(booking, "notes/"), {"text": "Ruft immer freitags an.", "key": "k1"})
    assert "Ruft immer freitags an." in client.get(page_of(booking)).content.decode()

    trainer = make_trainer(partner)
    make_assignment(booking.slot, trainer)
    for reader in (booking.owner, trainer.user):
        client.force_login(reader)
        assert "freitags" not in client.get(f"/bookings/{booking.reference}/").content.decode()


def test_a_double_click_notes_once(client, olga, booking):
    for _click in range(2):
        client.post(page_of(booking, "notes/"), {"text": "Rückruf", "key": "k1"})

    assert Note.objects.count() == 1


def test_an_empty_or_endless_note_is_named(client, olga, booking):
    empty = client.post(page_of(booking, "notes/"), {"text": "  ", "key": "k1"})
    endless = client.post(page_of(booking, "notes/"), {"text": "ä" * 2001, "key": "k1"})

    assert "text" in empty.context["form"].errors
    assert "text" in endless.context["form"].errors
    assert "ä" * 2001 in endless.content.decode()
    assert not Note.objects.exists()


def test_a_note_on_a_school_is_of_one_partner(client, olga, booking, partner):
    client.post(f"/organise/schools/{booking.school_id}/notes/", {"text": "Neue Sekretärin", "key": "k1"})
    assert Note.objects.get().partner == partner

    client.force_login(make_organiser(make_partner()))
    shown = client.get(f"/organise/schools/{booking.school_id}/notes/").content.decode()
    assert "Sekretärin" not in shown


def test_who_works_for_two_partners_says_for_which(client, olga, booking, partner):
    second = make_partner("museum")
    second.roles.create(user=olga, role="organiser")
    typed = {"text": "Neue Sekretärin", "key": "k1"}

    assert "partner" in client.post(f"/organise/schools/{booking.school_id}/notes/", typed).context["form"].errors
    client.post(f"/organise/schools/{booking.school_id}/notes/", typed | {"partner": second.pk})

    assert Note.objects.get().partner == second


def test_only_the_writer_deletes_a_note(client, olga, booking, partner):
    client.post(page_of(booking, "notes/"), {"text": "Rückruf", "key": "k1"})
    note = Note.objects.get()
    for other, status in ((make_organiser(partner), 403), (make_organiser(make_partner()), 404), (make_user(), 403)):
        client.force_login(other)
        assert client.post(f"/organise/notes/{note.pk}/delete/").status_code == status
    client.force_login(olga)

    client.post(f"/organise/notes/{note.pk}/delete/")

    assert not Note.objects.exists()


def test_a_note_cannot_be_written_for_a_partner_that_one_does_not_work_for(booking, partner):
    from booking.desk import noting
    from booking.errors import NotAllowed

    stranger = Actor.person(make_organiser(make_partner()))

    with pytest.raises(NotAllowed):
        noting.write_note("x", partner=partner, by=stranger, now=timezone.now(), booking=booking)


def test_what_was_cancelled_meanwhile_is_shown_as_it_is(client, olga, booking):
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())

    for what in ("change/", "cancel/"):
        assert client.post(page_of(booking, what), {"reason": "x"})["Location"] == page_of(booking)

"""The log of mails: what organisers find, what they may read, sending again, and addresses that take no mails."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone, translation

from booking.messages import log, outbox, plainly, resending
from booking.messages.catalogue import KINDS
from booking.messages.sending import send_due
from booking.models import Booking, Bounce, Message
from booking.orders import Contact
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

pytestmark = pytest.mark.django_db
LOG = "/organise/messages/"
ADA = "ada@school.example"


@pytest.fixture
def booking(partner) -> Booking:
    slot = make_slot(make_workshop(partner, title="Robotik"))
    make_assignment(slot, make_trainer(partner, "tom"))
    return make_booking(slot, school=make_school("Oberschule Löbau"))


def became(state: str, why: str = "", *, kind: str = "booking_confirmed") -> Message:
    Message.objects.filter(kind=kind).update(state=state, last_error=why, tries=2)
    return Message.objects.filter(kind=kind).first()


def read(client: Client, path: str) -> str:
    return client.get(path, headers={"accept-language": "en"}).content.decode()


def kinds_in(client: Client, **filters: str) -> list[str]:
    return sorted(mail.kind for mail in client.get(LOG, filters).context["mails"])


def test_the_log_tells_what_to_whom_when_and_why(client, olga, booking):
    became("failed", "550 5.1.1 <ada@school.example>: no such user")

    page = read(client, LOG)

    for told in ("Confirmation", f"contact of the class, {ADA}", "Oberschule Löbau", "not delivered", "2 tries"):
        assert told in page
    assert "who leads, tom@" in page
    assert "The address does not exist." in page
    assert "no such user" not in page


def test_the_log_is_sifted_by_state(client, olga, booking):
    became("failed")
    became("sent", kind="class_confirmed")

    assert kinds_in(client, state="failed") == ["booking_confirmed"]
    assert kinds_in(client, state="sent") == ["class_confirmed"]
    assert set(kinds_in(client, state="open")).isdisjoint({"booking_confirmed", "class_confirmed"})
    assert len(kinds_in(client, state="nonsense")) == len(kinds_in(client))


@pytest.mark.parametrize("words", ["ADA@", "löbau", "{reference}"])
def test_the_log_finds_an_address_a_school_and_a_booking(client, olga, booking, words):
    other = make_booking(
        make_slot(booking.slot.workshop),
        contact=Contact("Ben", "ben@school.example"),
        school=make_school("Gymnasium Zittau"),
    )

    found = client.get(LOG, {"q": words.format(reference=booking.reference)}).context["mails"]

    assert found
    assert other.pk not in {mail.booking_id for mail in found}


def test_each_house_sees_its_own_and_the_network_sees_all(client, olga, booking, settings):
    settings.ADMIN_NEEDS_SECOND_FACTOR = False
    elsewhere, network = Client(), Client()
    elsewhere.force_login(make_organiser(make_partner("museum"), "otto"))
    network.force_login(make_user("nina", is_network_admin=True))
    mail = became("failed")

    assert list(elsewhere.get(LOG).context["mails"]) == []
    assert elsewhere.get(f"{LOG}{mail.pk}/").status_code == 404
    assert elsewhere.get(f"{LOG}{mail.pk}/html/").status_code == 404
    assert elsewhere.post(f"{LOG}{mail.pk}/resend/").status_code == 404
    assert booking.slot.workshop.partner.name in read(network, LOG)


def test_a_long_log_is_leafed_through_with_the_same_number_of_queries(client, olga, booking, django_assert_num_queries):
    def add(number: int) -> None:
        now = timezone.now()
        facts = {"kind": "reminder", "to_address": ADA, "booking": booking, "due_at": now, "next_try_at": now}
        Message.objects.bulk_create(Message(**facts, created_at=now) for _ in range(number))

    client.get(LOG)
    with django_assert_num_queries(6):
        assert len(client.get(LOG).context["mails"]) < 10
    add(40)
    with django_assert_num_queries(6):
        assert len(client.get(LOG).context["mails"]) == 25


def test_no_more_than_the_latest_are_counted(client, olga, booking, monkeypatch):
    monkeypatch.setattr(log, "MOST", 2)

    page = client.get(LOG)

    assert len(page.context["mails"]) == 2
    assert page.context["most"] == 2


@pytest.mark.parametrize("state", ["failed", "sent"])
def test_a_mail_is_sent_again_once_however_often_somebody_clicks(client, olga, booking, state, smtp):
    mail = became(state)
    fence = {"fence": mail.fence}

    client.post(f"{LOG}{mail.pk}/resend/", fence)
    assert Message.objects.get(pk=mail.pk).state == "owed"
    send_due(timezone.now())
    client.post(f"{LOG}{mail.pk}/resend/", fence)

    mail.refresh_from_db()
    assert mail.state == "sent"
    assert [one["Message-ID"] for one in smtp.to(ADA)] == [mail.message_id]


@pytest.mark.parametrize("kind", resending.WITH_A_SECRET)
def test_what_held_a_secret_is_not_sent_again_without_it(kind, booking):
    now = timezone.now()
    mail = Message.objects.create(
        kind=kind, state="failed", to_address=ADA, booking=booking, due_at=now, next_try_at=now, created_at=now
    )

    assert not resending.can_go_again(mail, now=now)
    assert not resending.try_again(mail, now=now)


def test_what_is_dropped_or_stale_cannot_be_sent_again(client, olga, booking):
    mail = became("dropped", "cancelled")
    assert "Send again" not in read(client, f"{LOG}{mail.pk}/")
    became("failed")
    Message.objects.update(useful_until=timezone.now())

    client.post(f"{LOG}{mail.pk}/resend/", {"fence": mail.fence})

    assert Message.objects.get(pk=mail.pk).state == "failed"


def test_a_mail_can_be_read_without_what_opens_something(client, olga, booking):
    mail = became("sent")

    page, html = read(client, f"{LOG}{mail.pk}/"), client.get(f"{LOG}{mail.pk}/html/")

    assert "Robotik" in page
    assert "Robotik" in html.content.decode()
    assert "/b/" not in page + html.content.decode()
    optional = Message.objects.filter(kind="reminder")
    optional.update(to_user=booking.owner, to_address=booking.owner.email)
    for other in optional:
        shown = read(client, f"{LOG}{other.pk}/") + read(client, f"{LOG}{other.pk}/html/")
        assert not re.search(r"/b/|/u/|~", shown)
    assert "sandbox" in html["Content-Security-Policy"]
    assert "script-src" not in html["Content-Security-Policy"]


def test_neither_a_code_nor_a_token_is_ever_shown(client, settings, booking):
    settings.ADMIN_NEEDS_SECOND_FACTOR = False
    client.force_login(make_user("nina", is_network_admin=True))
    now = timezone.now()
    outbox.send_sign_in_code(email="teacher@school.example", code="ABC123", language="de", now=now)
    outbox.ask_colleague(booking, "bea@school.example", "t0ken-of-bea", until=in_days(5), now=now)

    for mail in Message.objects.filter(kind__in=resending.WITH_A_SECRET):
        shown = read(client, f"{LOG}{mail.pk}/") + read(client, f"{LOG}{mail.pk}/html/")
        assert "ABC123" not in shown
        assert "t0ken-of-bea" not in shown
        assert mail.state == "owed"
    assert "bea@school.example" not in read(client, LOG)
    assert kinds_in(client, q="bea@school.example") == []


def test_an_erased_contact_stays_erased(client, olga, booking):
    mail = became("sent")
    Booking.objects.filter(pk=booking.pk).update(contact_name="", contact_email="")

    shown = [read(client, path) for path in (LOG, f"{LOG}{mail.pk}/", f"{LOG}{mail.pk}/html/")]

    assert "address deleted" in shown[0]
    assert not any(ADA in page or mail.to_name in page for page in shown)
    assert not [kind for kind in kinds_in(client, q=ADA) if KINDS[kind].to == "contact"]


def test_who_reads_along_is_named_so_and_forgotten_with_the_contact(client, olga, booking):
    mail = became("sent")
    copy = {"context": {"copy": True}, "to_address": "bea@school.example", "pk": None, "message_id": "<copy@x>"}
    for name, value in copy.items():
        setattr(mail, name, value)
    mail.save(force_insert=True)

    assert "reads along, bea@school.example" in read(client, LOG)
    Booking.objects.filter(pk=booking.pk).update(contact_name="", contact_email="")
    assert "bea@school.example" not in read(client, LOG)


def test_a_mail_about_something_gone_says_so(client, olga, booking):
    mail = became("failed", "KeyError: 'former'")
    Message.objects.filter(pk=mail.pk).update(kind="of_another_version")

    assert "it cannot be shown" in read(client, f"{LOG}{mail.pk}/")
    assert client.get(f"{LOG}{mail.pk}/html/").status_code == 404


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("", ""),
        ("550 5.1.1 no such user", plainly.NO_MAILBOX),
        ("550 no such user", plainly.NO_MAILBOX),
        ("550-5.1.1 in several\n550 lines", plainly.NO_MAILBOX),
        ("552 5.2.2 over quota", plainly.IS_FULL),
        ("550 5.7.1 blocked by policy", plainly.REFUSED),
        ("554 5.4.4 no route", plainly.NO_DOMAIN),
        ("554 no", plainly.REFUSED),
        ("599 what", "The mail server of the address refuses the mail."),
        ("451 greylisted", "The mail server of the address is busy. It is not refused for ever; we try again."),
        ("450 4.7.1 greylisted", "The mail server asks us to come later."),
        ("0 strange", "The mail server did not take the mail."),
        ("no answer: timed out", "The mail server did not answer. The mail may have arrived."),
        ("KeyError: 'x'", "The mail could not be written: a fault of ours. The operator finds more in the log."),
        ("too late", plainly.OUR_REASONS["too late"]),
    ],
)
def test_what_servers_and_we_say_becomes_a_sentence(said, sentence):
    with translation.override("en"):
        assert plainly.why(said) == str(sentence)


@pytest.mark.parametrize("state", Booking.State.values)
def test_every_state_for_which_a_mail_is_dropped_has_a_sentence(state):
    assert state in plainly.OUR_REASONS


def test_a_refused_address_is_marked_and_shown_until_a_mail_goes_through(client, olga, booking, smtp):
    smtp.refuse[ADA] = f"550 5.1.1 <{ADA}>: no such user"
    now = timezone.now()
    send_due(now)

    assert Bounce.objects.values_list("address", "count", "reason").get() == (ADA, 1, "550 5.1.1 <…>: no such user")
    page = f"/organise/bookings/{booking.reference}/"
    assert f"{ADA} does not take mails." in read(client, page)
    assert "1 class to come has an address that does not take mails" in read(client, "/organise/")

    smtp.refuse.clear()
    resending.try_again(Message.objects.get(kind="booking_confirmed"), now=now)
    send_due(now)

    assert not Bounce.objects.exists()
    assert "does not take mails" not in read(client, page) + read(client, "/organise/")


def test_a_mark_counts_and_ends_with_another_address(client, olga, booking, smtp):
    smtp.refuse[ADA] = "550 no such user"
    now = timezone.now()
    for _time in range(2):
        send_due(now)
        resending.try_again(Message.objects.get(kind="booking_confirmed"), now=now)
    assert Bounce.objects.get().count == 2

    Booking.objects.filter(pk=booking.pk).update(contact_email="ada.neu@school.example")

    assert "does not take mails" not in read(client, f"/organise/bookings/{booking.reference}/")
    assert "does not take mails" not in read(client, "/organise/")


def test_a_mailbox_that_is_only_busy_is_not_marked(booking, smtp):
    smtp.refuse[ADA] = "451 greylisted"

    send_due(timezone.now())

    assert not Bounce.objects.exists()

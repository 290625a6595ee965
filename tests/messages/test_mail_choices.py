"""Which mails a person wants: the address in the mail, one click by the mail program, the profile."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.test import Client
from django.utils import timezone

from booking.clock import teams
from booking.messages import delivery, mail_choices, sending
from booking.messages.about import load_subjects
from booking.messages.catalogue import KINDS
from booking.messages.relevance import why_not
from booking.models import Message, MessageChoice
from tests.factories import (
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db
OPTIONAL = [kind.code for kind in KINDS.values() if kind.optional]


@pytest.fixture
def ada():
    return make_user("ada")


@pytest.fixture
def booking(ada):
    slot = make_slot(make_workshop(make_partner("lab")))
    make_assignment(slot, make_trainer(slot.workshop.partner, "tom"))
    return make_booking(slot, owner=ada)


def reminder(booking) -> Message:
    message = Message.objects.filter(booking=booking, kind="reminder")[0]
    load_subjects([message])
    return message


def headers_of(message: Message):
    return message_from_bytes(delivery.compose(message).email.message().as_bytes(), policy=policy.default)


def path_of(message: Message) -> str:
    return headers_of(message)["List-Unsubscribe"].strip(" <>").removeprefix("http://testserver")


def choices() -> list[tuple[str, str, str]]:
    return list(MessageChoice.objects.order_by("pk").values_list("user__email", "kind", "how"))


def test_what_the_catalogue_calls_optional_can_be_chosen_and_nothing_else():
    assert set(mail_choices.LABELS) == set(OPTIONAL)
    assert set(mail_choices.IN_DIGEST) == {code for code in OPTIONAL if KINDS[code].to == "partner"}


def test_a_mail_that_may_be_switched_off_says_how_and_the_others_do_not(booking):
    mail = headers_of(reminder(booking))

    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip().startswith("<http://testserver/u/")
    assert path_of(reminder(booking)) in mail.get_body(("plain",)).get_content()
    assert path_of(reminder(booking)) in mail.get_body(("html",)).get_content()

    confirmation = Message.objects.get(booking=booking, kind="booking_confirmed")
    load_subjects([confirmation])
    assert headers_of(confirmation)["List-Unsubscribe"] is None
    assert "/u/" not in delivery.compose(confirmation).email.body


def test_a_contact_without_an_account_gets_no_address_of_somebody_else(booking):
    Message.objects.filter(booking=booking, kind="reminder").update(to_address="ben@school.example")

    assert headers_of(reminder(booking))["List-Unsubscribe"] is None


def test_looking_changes_nothing_and_one_click_of_a_mail_program_does(booking, ada):
    stranger = Client(enforce_csrf_checks=True)
    path = path_of(reminder(booking))

    assert stranger.get(path).status_code == 200
    assert stranger.head(path).status_code == 200
    assert choices() == []
    for _ in range(2):
        assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert choices() == [(ada.email, "reminder", "never")]
    assert ada.email not in stranger.get(path).content.decode()
    stranger.post(path, {"wanted": "yes"})
    assert choices() == [(ada.email, "reminder", "at_once")]


@pytest.mark.parametrize("change", ["forged", "another kind", "must be sent", "left"])
def test_an_address_opens_nothing_but_its_own(change, booking, ada, client):
    signed = mail_choices.sign(ada, "booking_confirmed" if change == "must be sent" else "reminder")
    if change == "forged":
        signed = signed[:-1] + ("a" if signed[-1] != "a" else "b")
    if change == "another kind":
        signed = signed.replace("reminder", "thanks")
    if change == "left":
        type(ada).objects.filter(pk=ada.pk).update(is_active=False)

    assert client.post(f"/u/{signed}/").status_code == 404
    assert choices() == []


@pytest.mark.django_db(transaction=True)
def test_what_was_switched_off_is_not_sent_any_more(booking, ada, smtp):
    mail_choices.keep(ada, {"reminder": "never"})
    row = reminder(booking)

    sending.send_due(row.due_at)

    row.refresh_from_db()
    assert (row.state, row.last_error) == ("dropped", "not wanted")
    assert Message.objects.get(booking=booking, kind="booking_confirmed").state == "sent"


def test_everybody_chooses_among_what_they_may_get(ada):
    partner = make_partner()

    assert set(mail_choices.kinds_for(ada)) == {"reminder", "thanks"}
    assert set(mail_choices.kinds_for(make_trainer(partner).user)) == {"reminder", "thanks", "team_reminder"}
    assert set(mail_choices.kinds_for(make_organiser(partner))) == set(OPTIONAL) - {"team_reminder"}


def test_what_is_read_in_the_morning_needs_the_mail_of_the_morning(client):
    olga = make_organiser(make_partner())
    client.force_login(olga)

    client.post("/profile/mails/", {"request_arrived": "digest", "requests_digest": "never"})
    assert choices() == []

    client.post("/profile/mails/", {"request_arrived": "never", "requests_digest": "never"})
    assert sorted(kind for _who, kind, _how in choices()) == ["request_arrived", "requests_digest"]


def test_every_mail_has_what_keeps_machines_quiet_and_previews_useful(booking):
    message = reminder(booking)
    first, second = headers_of(message), headers_of(message)

    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == second["Message-ID"] == message.message_id
    assert first["Reply-To"] == "lab@lab.example"
    assert 'class="preheader"' in first.get_body(("html",)).get_content()
    assert message.due_at > timezone.now()


@pytest.fixture
def without_account(booking):
    """Tom leads without an account, and is reminded."""
    tom = booking.slot.assignments.get().trainer
    type(tom).objects.filter(pk=tom.pk).update(user=None)
    teams.remind_teams(booking.slot.starts_at - timedelta(hours=9))
    return type(tom).objects.get(pk=tom.pk)


def reminder_of_team() -> Message:
    message = Message.objects.get(kind="team_reminder")
    load_subjects([message])
    return message


def test_who_leads_without_an_account_can_end_the_reminders_too(without_account):
    path, stranger = path_of(reminder_of_team()), Client(enforce_csrf_checks=True)

    page = stranger.get(path).content.decode()
    assert "/profile/" not in page.partition("<main")[2].partition("</main")[0]
    without_account.refresh_from_db()
    assert without_account.reminded
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200

    without_account.refresh_from_db()
    assert not without_account.reminded
    assert choices() == []
    message = reminder_of_team()
    assert why_not(message, message.due_at) == "not wanted"
    stranger.post(path, {"wanted": "yes"})
    message = reminder_of_team()
    assert why_not(message, message.due_at) == ""


def test_who_has_an_account_by_now_chooses_by_that(without_account, client):
    path = path_of(reminder_of_team())
    type(without_account).objects.filter(pk=without_account.pk).update(user=make_user("tomas"))

    client.post(path)

    assert choices() == [("tomas@school.example", "team_reminder", "never")]


def test_another_address_than_the_trainers_gets_no_way_to_end_it(without_account):
    type(without_account).objects.filter(pk=without_account.pk).update(email="new@school.example")

    assert headers_of(reminder_of_team())["List-Unsubscribe"] is None

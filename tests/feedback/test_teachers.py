"""The teacher says how it was, from the mail or the own page, once, and may correct it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.feedback import giving
from booking.messages import links
from booking.messages.letters import write
from booking.models import Feedback, Message
from booking.told import told_bookings
from tests.feedback.conftest import GOOD, came, make_visit

pytestmark = pytest.mark.django_db
KEYS = ("fit", "organisation", "level", "team", "again")
ANSWERS = dict(zip(KEYS, GOOD, strict=True))


def test_the_mail_of_thanks_leads_to_the_questions(client, visit):
    came(visit, unknown=9)

    message = Message.objects.get(kind="thanks")
    message.booking = told_bookings().get()
    address = write(message).button[1]
    path = "/" + address.split("/", 3)[3]
    assert path == f"/b/{links.sign(visit)}/feedback/"
    answer = client.post(path, ANSWERS | {"text": "Gern wieder"})

    assert answer["Location"] == f"/b/{links.sign(visit)}/"
    said = Feedback.objects.get()
    assert (said.said_by, said.answers, said.text) == ("teacher", list(GOOD), "Gern wieder")


def test_a_correction_takes_the_place_of_what_was_said(client, visit):
    client.force_login(visit.owner)
    path = f"/bookings/{visit.reference}/feedback/"
    booking = f"/bookings/{visit.reference}/"
    assert "Sie haben schon geantwortet." not in client.get(booking).content.decode()
    client.post(path, ANSWERS | {"text": "Schlecht"})
    assert "Sie haben schon geantwortet." in client.get(booking).content.decode()
    assert "Schlecht" in client.get(path).content.decode()
    Feedback.objects.update(is_hidden=True)

    client.post(path, ANSWERS | {"text": "Schlecht", "fit": 1})
    assert Feedback.objects.get().is_hidden  # only another text is another thing to read
    client.post(path, ANSWERS | {"text": "Doch gut"})

    said = Feedback.objects.get()
    assert (said.answers, said.text, said.is_hidden) == (list(GOOD), "Doch gut", False)


def test_what_is_missing_is_said_and_nothing_is_lost(client, visit):
    client.force_login(visit.owner)

    page = client.post(f"/bookings/{visit.reference}/feedback/", {"fit": 4, "text": "Hallo"}).content.decode()

    assert page.count("checked") == 1
    assert "Hallo" in page
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("ago", [timedelta(hours=-2), timedelta(days=14, hours=4)])
def test_before_the_visit_and_two_weeks_after_it_nothing_is_taken(ago, client, workshop):
    visit = make_visit(workshop, ago=ago)
    client.force_login(visit.owner)

    answer = client.post(f"/bookings/{visit.reference}/feedback/", ANSWERS)

    assert answer["Location"] == f"/bookings/{visit.reference}/"
    assert not Feedback.objects.exists()


def test_team_and_house_read_it_as_the_teachers_from_the_first_on(client, visit, tom, olga):
    client.force_login(visit.owner)
    assert "/feedback/" in client.get(f"/bookings/{visit.reference}/").content.decode()
    client.post(f"/bookings/{visit.reference}/feedback/", ANSWERS | {"text": "Gern wieder"})

    for user in (tom.user, olga):
        client.force_login(user)
        assert "Gern wieder" in client.get(f"/feedback/{visit.reference}/").content.decode()
    assert giving.teachers_answer(visit).answers == list(GOOD)

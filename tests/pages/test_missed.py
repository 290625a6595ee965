"""The pages on which a school explains a missed visit and the house answers."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.messages import links
from booking.models import Attendance, Explanation
from tests.factories import in_days, make_booking, make_slot, make_workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def missed(partner, olga):
    slot = make_slot(make_workshop(partner), starts_at=in_days(-1))
    booking = make_booking(slot, at=in_days(-30))
    return rules.attend(booking, rules.Counts(no_show=True), by=Actor.person(olga), now=slot.ends_at)


def text_of(answer) -> str:
    return answer.content.decode()


def test_who_holds_the_link_says_what_happened_without_signing_in(client, missed):
    client.logout()
    page = f"/b/{links.sign(missed)}/"
    assert f'href="{page}missed/"' in text_of(client.get(page))

    assert Explanation.objects.count() == 0  # looking changes nothing
    empty = client.post(f"{page}missed/", {"text": " "})
    assert (empty.status_code, Explanation.objects.count()) == (200, 0)
    assert "error-summary" in text_of(empty)
    client.post(f"{page}missed/", {"text": "Der Bus kam nicht."})

    assert Explanation.objects.get().text == "Der Bus kam nicht."
    assert "Der Bus kam nicht." in text_of(client.get(f"{page}missed/"))  # to be changed
    assert "Danke, dass Sie uns geschrieben haben" in text_of(client.get(page))


def test_a_text_that_is_too_long_comes_back(client, missed):
    long = "Der Bus. " * 200

    answer = client.post(f"/b/{links.sign(missed)}/missed/", {"text": long})

    assert long.strip() in text_of(answer)
    assert Explanation.objects.count() == 0


def test_the_organiser_finds_it_among_the_open_work_and_answers(client, missed):
    rules.explain_missed(missed, "Der Bus kam nicht.", by=Actor.person(missed.owner), now=timezone.now())
    page = f"/organise/bookings/{missed.reference}/missed/"
    assert page in text_of(client.get("/organise/"))
    assert "Der Bus kam nicht." in text_of(client.get(f"/organise/bookings/{missed.reference}/"))
    assert "Der Bus kam nicht." in text_of(client.get(page))

    assert client.post(page, {"excused": "yes", "answer": "Gern ein andermal."}).status_code == 302

    assert Attendance.objects.get().excused_at
    assert page not in text_of(client.get("/organise/"))
    assert "Entschuldigt." in text_of(client.get(f"/organise/bookings/{missed.reference}/"))
    client.force_login(missed.owner)
    seen = text_of(client.get(f"/bookings/{missed.reference}/"))
    assert "Gern ein andermal." in seen
    assert "Vermerk" not in seen  # marks are for organisers
    assert client.get(f"/bookings/{missed.reference}/missed/").status_code == 302  # nothing to explain any more


def test_a_visit_that_was_corrected_meanwhile_says_so(client, missed, olga):
    rules.attend(missed, rules.Counts(unknown=20), by=Actor.person(olga), now=timezone.now())

    answer = client.post(f"/organise/bookings/{missed.reference}/missed/", {"excused": "yes"}, follow=True)

    assert "nicht mehr als versäumt" in text_of(answer)


def test_what_a_colleague_answered_is_not_overruled_unseen(client, missed):
    rules.explain_missed(missed, "Der Bus kam nicht.", by=Actor.person(missed.owner), now=timezone.now())
    page = f"/organise/bookings/{missed.reference}/missed/"
    seen = {"seen": client.get(page).context["seen"]}
    client.post(page, {"excused": "no", "answer": "Leider nicht."} | seen)

    late = client.post(page, {"excused": "yes", "answer": "Schon gut."} | seen)

    assert Attendance.objects.get().excused_at is None
    assert late.status_code == 200
    assert "Inzwischen hat jemand anderes hier etwas geändert." in text_of(late)
    assert "Nicht entschuldigt." in text_of(late)
    assert "Schon gut." in text_of(late)  # nothing that was typed is lost
    assert client.post(page, {"excused": "no"} | seen).status_code == 302  # the same once more is no quarrel
    client.post(page, {"excused": "yes", "answer": "Schon gut.", "seen": late.context["seen"]})
    assert Attendance.objects.get().excused_at


def test_an_answer_must_say_which(client, missed):
    answer = client.post(f"/organise/bookings/{missed.reference}/missed/", {"answer": "Nun ja."})

    assert answer.status_code == 200
    assert '<a href="#missed-excused">Entschuldigen oder nicht: ' in text_of(answer)
    assert 'id="missed-excused"' in text_of(answer)
    assert Attendance.objects.get().excused_at is None

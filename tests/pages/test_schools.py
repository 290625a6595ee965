"""Who belongs to which school, as organisers, mailboxes, colleagues and the people themselves see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking import belonging
from booking.messages.links import sign_membership
from booking.models import Message, MessageChoice
from schools.models import Membership, School
from schools.proposals import propose
from tests.factories import make_booking, make_organiser, make_partner, make_school, make_slot, make_user, make_workshop
from tests.pages.test_booking_flow import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return make_school("Oberschule Beispielstadt", office_mail="sekretariat@schule.example")


@pytest.fixture
def partner() -> Any:
    return make_partner()


@pytest.fixture
def organiser(client: Client, partner: Any) -> Any:
    user = make_organiser(partner, "olga")
    client.force_login(user)
    return user


def visit(partner: Any, school: School, name: str = "ada") -> Membership:
    """A booking of a teacher whom nobody knows yet."""
    teacher = make_user(name)
    make_booking(make_slot(make_workshop(partner)), owner=teacher, school=school)
    return Membership.objects.get(user=teacher, school=school)


def link(membership: Membership, days: int = 30) -> str:
    return f"/m/{sign_membership(membership, timezone.now() + timedelta(days=days))}/"


def test_an_organiser_sees_who_waits_and_confirms(client, organiser, partner, school):
    ada = visit(partner, school)
    elsewhere = visit(make_partner(), make_school("Gymnasium Anderswo"), "bea")

    page = text_of(client.get("/organise/schools/"))
    assert "ada@school.example" in page
    assert "bea@school.example" not in page
    response = client.post(f"/organise/members/{ada.pk}/", {"answer": "yes"}, follow=True)

    ada.refresh_from_db()
    assert (ada.state, ada.by) == ("confirmed", organiser)
    assert "ada@school.example" in text_of(response)
    assert client.post(f"/organise/members/{elsewhere.pk}/", {"answer": "yes"}).status_code == 404


def test_a_refusal_needs_a_reason(client, organiser, partner, school):
    ada = visit(partner, school)

    page = text_of(client.post(f"/organise/members/{ada.pk}/", {"answer": "no", "reason": " "}))
    assert f'id="member-{ada.pk}-reason_error"' in page
    client.post(f"/organise/members/{ada.pk}/", {"answer": "no", "reason": "Not at this school."})

    ada.refresh_from_db()
    assert (ada.state, ada.reason) == ("refused", "Not at this school.")
    assert Message.objects.filter(kind="membership_decided", to_user=ada.user).count() == 1


def test_the_list_asks_as_many_questions_for_three_as_for_one(client, organiser, partner, school):
    numbers = []
    for name in ("ada", "bea", "cleo"):
        visit(partner, school, name)
        client.get("/organise/schools/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/organise/schools/")
        numbers.append(len(queries))

    assert numbers[0] == numbers[2] < 16


@pytest.mark.parametrize("tab", ["", "typed", "all", "nonsense"])
def test_each_list_opens_with_something_and_with_nothing(client, organiser, partner, school, tab):
    assert client.get("/organise/schools/", {"tab": tab}).status_code == 200
    visit(partner, school)
    assert client.get("/organise/schools/", {"tab": tab, "q": "beispiel", "page": "9"}).status_code == 200


def test_the_page_of_a_school_shows_own_visits_and_what_was_missed(client, organiser, partner, school):
    visit(partner, school)
    foreign = visit(make_partner(), school, "bea")
    page = text_of(client.get(f"/organise/schools/{school.pk}/"))

    assert school.bookings.get(owner__email="ada@school.example").reference in page
    assert foreign.user.bookings.get().reference not in page
    assert "bea@school.example" in page  # belongs to the school
    assert 'id="notes"' in page


def test_a_school_without_own_visits_is_not_there(client, organiser, school):
    assert client.get(f"/organise/schools/{school.pk}/").status_code == 404


def typed(partner: Any) -> School:
    ada = make_user("ada")
    school = propose(name="OS Beispielstadt", city="Löbau", kind="other", country="DE", by=ada)
    make_booking(make_slot(make_workshop(partner)), owner=ada, school=school)
    return school


def test_a_typed_school_is_merged_and_its_page_leads_to_the_heir(client, organiser, partner, school):
    missing = typed(partner)
    page = text_of(client.get(f"/organise/schools/{missing.pk}/", {"q": "Beispielstadt"}))
    assert f'value="{school.pk}"' in page

    response = client.post(f"/organise/schools/{missing.pk}/merge/", {"school": school.pk})

    assert response.url == f"/organise/schools/{school.pk}/"
    assert school.bookings.count() == 1


def test_a_typed_school_is_taken(client, organiser, partner):
    missing = typed(partner)

    for _ in range(2):
        assert client.post(f"/organise/schools/{missing.pk}/accept/").status_code == 302

    assert School.objects.get(pk=missing.pk).state == "active"


def test_merging_with_nothing_says_so(client, organiser, partner):
    missing = typed(partner)

    page = text_of(client.post(f"/organise/schools/{missing.pk}/merge/", {"school": "9" * 30}))

    assert "error-summary" in page


# The mailbox


def test_the_mailbox_looks_and_nothing_changes_then_says_yes(client, partner, school):
    ada = visit(partner, school)

    assert "ada@school.example" in text_of(client.get(link(ada)))
    ada.refresh_from_db()
    assert ada.state == "declared"
    response = client.post(link(ada), {"answer": "yes"}, follow=True)

    ada.refresh_from_db()
    assert (ada.state, ada.how) == ("confirmed", "mailbox")
    assert 'value="yes"' not in text_of(response)
    client.post(link(ada), {"answer": "no"})  # too late: the first answer counts
    ada.refresh_from_db()
    assert ada.state == "confirmed"


@pytest.mark.parametrize("answer", ["", "perhaps", "\x00"])
def test_another_word_answers_nothing(client, partner, school, answer):
    ada = visit(partner, school)

    assert client.post(link(ada), {"answer": answer}).status_code == 200
    ada.refresh_from_db()
    assert ada.state == "declared"


def test_the_link_ends_after_a_month_and_cannot_be_forged(client, partner, school):
    ada = visit(partner, school)

    assert client.get(link(ada, days=0)).status_code == 404
    assert client.get(f"/m/{ada.pk}.99999999999~forged/").status_code == 404
    assert client.get("/m/nothing/").status_code == 404


# The profile


def test_the_profile_says_how_it_stands_and_why(client, partner, school):
    ada = visit(partner, school)
    client.force_login(ada.user)
    assert "hourglass" in text_of(client.get("/profile/"))

    ada.state, ada.reason = "refused", "Nobody knows the name."
    ada.save()
    assert "Nobody knows the name." in text_of(client.get("/profile/"))


def test_a_colleague_confirms_on_the_profile(client, partner, school):
    ada, bea = visit(partner, school), make_user("bea")
    bea.memberships.create(school=school, role="teacher", state="confirmed")
    client.force_login(bea)

    assert "ada@school.example" in text_of(client.get("/profile/"))
    assert client.post(f"/profile/colleagues/{ada.pk}/").status_code == 302

    ada.refresh_from_db()
    assert (ada.state, ada.how, ada.by) == ("confirmed", "colleague", bea)


def test_nobody_elsewhere_confirms_anybody(client, partner, school):
    ada = visit(partner, school)
    client.force_login(make_user("eve"))

    assert client.post(f"/profile/colleagues/{ada.pk}/").status_code == 404
    assert client.post(f"/profile/schools/{ada.pk}/ask/").status_code == 404


def test_the_office_is_asked_for_on_the_profile(client, school):
    olga = make_user("olga")
    client.force_login(olga)

    assert f'value="{school.pk}"' in text_of(client.get("/profile/office/", {"school_q": "Beispielstadt"}))
    client.post("/profile/office/", {"school": school.pk})

    mine = olga.memberships.get()
    assert (mine.role, mine.state) == ("office", "declared")
    assert Message.objects.get(kind="membership_asked").context == {"membership": mine.pk}
    assert "hourglass" in text_of(client.get("/profile/"))
    assert "error-summary" in text_of(client.post("/profile/office/", {"school": ""}))


def test_who_was_not_asked_for_may_ask_again_on_the_next_day(client, school):
    for _ in range(belonging.MOST_ASKED):
        belonging.declare(make_user(), school, now=timezone.now() - timedelta(days=2))
    ada = belonging.declare(make_user("ada"), school, now=timezone.now() - timedelta(days=2))
    client.force_login(ada.user)

    client.post(f"/profile/schools/{ada.pk}/ask/")

    assert Message.objects.filter(kind="membership_asked").count() == belonging.MOST_ASKED + 1


def test_an_organiser_chooses_when_requests_are_told(client, organiser):
    assert 'name="request_arrived"' in text_of(client.get("/profile/"))
    for how in ("digest", "never"):
        client.post("/profile/mails/", {"request_arrived": how})
        assert MessageChoice.objects.get(user=organiser).how == how
    client.post("/profile/mails/", {"request_arrived": "by pigeon"})

    assert MessageChoice.objects.get(user=organiser).how == "never"


def test_teachers_choose_only_among_the_mails_that_they_may_get(client):
    ada = make_user()
    client.force_login(ada)

    page = text_of(client.get("/profile/"))
    client.post("/profile/mails/", {"request_arrived": "never", "reminder": "never"})

    assert 'name="reminder"' in page
    assert "request_arrived" not in page
    assert list(MessageChoice.objects.filter(user=ada).values_list("kind", "how")) == [("reminder", "never")]

"""POST bookings/: a program books a group."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from booking.models import Booking
from schools.models import Membership
from tests.api.conftest import BOOKINGS, Api, body, refusal, wrong_fields
from tests.factories import (
    in_days,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_user,
    make_workshop,
)
from workshops.models import Slot

pytestmark = pytest.mark.django_db


def test_a_program_books_a_group(api: Api):
    ada, slot, school = make_user("ada"), make_slot(), make_school()

    answer = api(ada, "book").post(BOOKINGS, body(slot, school=school.pk))

    booking = Booking.objects.get()
    assert answer.status_code == 201
    assert answer.json() | {"history": 1} == {
        "id": booking.pk,
        "reference": booking.reference,
        "state": "confirmed",
        "slot": {
            "id": slot.pk,
            "starts_at": timezone.localtime(slot.starts_at).isoformat(),
            "ends_at": timezone.localtime(slot.ends_at).isoformat(),
            "workshop": {"slug": slot.workshop.slug, "title": str(slot.workshop.title)},
        },
        "school": {"id": school.pk, "name": "Oberschule Beispielstadt", "city": "Löbau"},
        "group": {"name": "7b", "grades": [7], "pupils": 24, "adults": 2},
        "contact": {"name": "Ada", "email": ada.email, "phone": "", "language": "de"},
        "language": "de",
        "needs": "",
        "needs_list": [],
        "note": "",
        "arrival": "",
        "photos": "no",
        "first_visit": True,
        "alternatives": [],
        "created_at": timezone.localtime(booking.created_at).isoformat(),
        "cancel_until": timezone.localtime(booking.cancel_until).isoformat(),
        "cancellation_terms": answer.json()["cancellation_terms"],
        "waitlist_position": None,
        "offer_expires_at": None,
        "reconfirm_step": "planned",
        "reconfirm_until": None,
        "ended_by": "",
        "late": False,
        "attendance": None,
        "sequence": 0,
        "history": 1,
        "actions": ["change", "move", "cancel", "hand_over"],
    }
    assert [(entry["kind"], entry["by"]) for entry in answer.json()["history"]] == [("confirmed", "Ada")]
    assert Membership.objects.get(user=ada).state == "declared"


def test_all_that_a_body_may_say_is_kept(api: Api):
    slot = make_slot(make_workshop(booking_mode="request", languages=["de", "pl"]))
    wish = make_slot(slot.workshop, starts_at=in_days(50))
    said = {
        "language": "pl",
        "needs": "A place to sit",
        "needs_list": ["step_free", "calm_room"],
        "note": "Wir kommen\nmit dem Bus.",
        "arrival": "coach",
        "photos": "no_faces",
        "alternatives": [wish.pk],
        "contact": {"name": "Bea", "email": "bea@school.example", "phone": "0170 1", "language": "en"},
    }

    answer = api(make_user()).post(BOOKINGS, body(slot, consents=["terms"], **said))

    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in said} == said
    assert answer.json()["state"] == "requested"
    assert [consent["what"] for consent in Booking.objects.get().consents] == ["terms"]


def test_what_is_left_out_of_the_contact_comes_from_the_caller(api: Api):
    ada = make_user("ada", phone="0170 2")

    answer = api(ada).post(BOOKINGS, body(make_slot(), contact={"name": "Bea"}))

    assert answer.json()["contact"] == {"name": "Bea", "email": ada.email, "phone": "0170 2", "language": "de"}


def test_a_date_in_one_foreign_language_needs_no_language_in_the_body(api: Api):
    polish = make_slot(make_workshop(languages=["pl"]))

    assert api(make_user()).post(BOOKINGS, body(polish)).json()["language"] == "pl"


def test_a_full_date_is_refused_to_who_does_not_wait(api: Api):
    slot = make_slot()
    make_booking(slot)

    answer = api(make_user()).post(BOOKINGS, body(slot, group={"name": "8a"}, waitlist=False))

    assert refusal(answer) == (409, "full")
    assert Booking.objects.count() == 1


def test_who_waits_reads_the_position(api: Api):
    slot = make_slot()
    make_booking(slot)
    client = api(make_user())

    first = client.post(BOOKINGS, body(slot, group={"name": "8a"})).json()
    second = client.post(BOOKINGS, body(slot, group={"name": "8b"})).json()

    assert [(each["state"], each["waitlist_position"]) for each in (first, second)] == [
        ("waitlisted", 1),
        ("waitlisted", 2),
    ]


@pytest.mark.parametrize(
    "closed",
    [
        {"state": "closed"},
        {"state": "cancelled"},
        {"book_from": in_days(10)},
        {"book_until": in_days(-1)},
        {"booking_mode": "wish"},
    ],
)
def test_what_cannot_be_booked_now_is_a_conflict(api: Api, closed: dict[str, Any]):
    answer = api(make_user()).post(BOOKINGS, body(make_slot(**closed)))

    assert refusal(answer) == (409, "not_bookable")


def test_a_group_is_booked_once(api: Api):
    slot, school = make_slot(make_workshop(capacity=60, max_groups=3)), make_school()
    client = api(make_user())
    client.post(BOOKINGS, body(slot, school=school.pk))

    assert refusal(client.post(BOOKINGS, body(slot, school=school.pk, group={"name": "7 B"}))) == (
        409,
        "already_booked",
    )


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"group": {"pupils": 25}}, "group.pupils", "too_many"),  # above the maximum nobody waits
        ({"group": {"grades": [5]}}, "group.grades", "grade"),
        ({"language": "pl"}, "language", "language"),
        ({"slot": 999_999}, "slot", "unknown"),
        ({"school": 999_999}, "school", "unknown"),
        ({"alternatives": [999_999]}, "alternatives", "unknown"),
    ],
)
def test_what_does_not_fit_the_offer_is_named_at_its_field(api: Api, wrong: dict[str, Any], field: str, code: str):
    sent = body(make_slot()) | {name: value for name, value in wrong.items() if name != "group"}
    sent["group"] |= wrong.get("group", {})

    assert wrong_fields(api(make_user()).post(BOOKINGS, sent)) == {field: code}
    assert not Booking.objects.exists()


def test_a_further_wish_is_a_date_of_the_same_workshop(api: Api):
    slot, elsewhere = make_slot(make_workshop(booking_mode="request")), make_slot()

    answer = api(make_user()).post(BOOKINGS, body(slot, alternatives=[elsewhere.pk]))

    assert wrong_fields(answer) == {"alternatives": "unknown"}


def test_an_organiser_books_above_the_capacity_with_a_reason(api: Api):
    partner = make_partner()
    slot = make_slot(make_workshop(partner))

    answer = api(make_organiser(partner)).post(BOOKINGS, body(slot, group={"pupils": 30}, override_reason="by phone"))

    assert answer.status_code == 201
    assert Slot.objects.get().capacity == 30
    assert ("overridden", "by phone") in [(entry["kind"], entry["reason"]) for entry in answer.json()["history"]]


def test_a_reason_does_not_make_a_teacher_an_organiser(api: Api):
    answer = api(make_user()).post(BOOKINGS, body(make_slot(), group={"pupils": 30}, override_reason="please"))

    assert answer.status_code == 403
    assert not Booking.objects.exists()


def test_an_unlisted_date_opens_by_its_key(api: Api):
    slot = make_slot(listed=False)
    client = api(make_user())

    assert wrong_fields(client.post(BOOKINGS, body(slot))) == {"slot": "unknown"}
    assert wrong_fields(client.post(f"{BOOKINGS}?key=guess", body(slot))) == {"slot": "unknown"}
    assert client.post(f"{BOOKINGS}?key={slot.link_key}", body(slot)).status_code == 201


def test_organisers_of_the_partner_need_no_key(api: Api):
    slot = make_slot(listed=False)

    assert api(make_organiser(make_partner())).post(BOOKINGS, body(slot)).status_code == 400
    assert api(make_organiser(slot.workshop.partner)).post(BOOKINGS, body(slot)).status_code == 201


@pytest.mark.parametrize(
    ("state", "who", "status"),
    [
        ("closed", "author", 400),  # it is no more
        ("proposed", "author", 201),  # who typed it books for it
        ("proposed", "organiser", 201),
        ("proposed", "stranger", 400),
    ],
)
def test_who_may_book_for_a_school_that_is_not_of_a_register(api: Api, state: str, who: str, status: int):
    slot, author = make_slot(), make_user()
    school = make_school(state=state, proposed_by=author)
    people = {"author": author, "organiser": make_organiser(slot.workshop.partner), "stranger": make_user()}

    assert api(people[who]).post(BOOKINGS, body(slot, school=school.pk)).status_code == status


def test_a_stranger_signs_in_first(api: Api):
    answer = api().post(BOOKINGS, {})

    assert refusal(answer) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_for_reading_does_not_book(api: Api):
    """The scope is looked at before the body."""
    assert refusal(api(make_user(), "read").post(BOOKINGS, {"nonsense": 1})) == (403, "scope")


def test_the_terms_stand_there_in_the_language_of_the_caller(api: Api):
    start = timezone.make_aware(timezone.datetime(2031, 5, 13, 8))  # a Tuesday
    slot = make_slot(starts_at=start, book_from=timezone.now() - timedelta(days=1))
    client = api(make_user(language="en"))

    terms = client.post(BOOKINGS, body(slot)).json()["cancellation_terms"]

    assert terms.startswith("Cancelling without consequences until Tuesday, 6 May 2031.")


@pytest.mark.parametrize(("state", "most"), [("confirmed", 16), ("declared", 18)])  # a stranger is counted
def test_a_booking_takes_few_queries(api: Api, django_assert_max_num_queries: Any, state: str, most: int):
    slot, school, teacher = make_slot(make_workshop(capacity=60, max_groups=2)), make_school(), make_user()
    teacher.memberships.create(school=school, role="teacher", state=state)
    client = api(teacher)
    client.post(BOOKINGS, body(slot, school=school.pk))

    with django_assert_max_num_queries(most):
        client.post(BOOKINGS, body(slot, school=school.pk, group={"name": "8a"}), HTTP_IDEMPOTENCY_KEY="k")


def test_a_date_that_is_confirmed_at_once_has_no_further_wishes(api: Api):
    slot = make_slot()
    other = make_slot(slot.workshop, starts_at=in_days(50))

    answer = api(make_user(), "book").post(BOOKINGS, body(slot, alternatives=[other.pk]))

    assert wrong_fields(answer) == {"alternatives": "instant"}
    assert not Booking.objects.exists()

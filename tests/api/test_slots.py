"""Dates by program: open, change, move, call off, staff; and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from booking.models import Booking, Message
from tests.api.conftest import Api, refusal, wrong_fields
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_user,
    make_venue,
    make_workshop,
)
from workshops.models import Slot

pytestmark = pytest.mark.django_db
SLOTS, TRAINERS = "/api/v1/slots/", "/api/v1/trainers/"


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, max_groups=3, capacity=60)


@pytest.fixture
def olga(partner):
    return make_organiser(partner, "olga")


def least(workshop: Any, **more: Any) -> dict[str, Any]:
    times = {"starts_at": in_days(40).isoformat(), "ends_at": in_days(40, 11).isoformat()}
    return {"workshop": workshop.slug, **times, **more}


def test_a_date_takes_from_its_workshop_what_is_left_out(api: Api, olga, workshop):
    answer = api(olga).post(SLOTS, least(workshop))

    assert answer.status_code == 201, answer.json()
    slot = Slot.objects.get()
    assert answer.json() == api().get(f"{SLOTS}{slot.pk}/").json()
    assert (slot.capacity, slot.max_groups, slot.languages, slot.state, slot.listed) == (60, 3, ["de"], "open", True)


def test_a_time_without_its_offset_is_refused(api: Api, olga, workshop):
    answer = api(olga).post(SLOTS, least(workshop, starts_at="2027-05-11T08:00:00"))

    assert wrong_fields(answer) == {"starts_at": "no_offset"}
    assert not Slot.objects.exists()


def test_a_date_is_as_it_was_wished(api: Api, olga, workshop, partner):
    wished = {"capacity": 12, "max_groups": 2, "languages": ["pl", "de"], "state": "closed", "listed": False}

    answer = api(olga).post(SLOTS, least(workshop, venue=make_venue(partner).pk, setup_minutes=30, **wished))

    shown = answer.json()
    assert {name: shown[name] for name in wished} == wished
    assert shown["venue"]["city"] == "Zittau"
    assert Slot.objects.get().setup_minutes == 30


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"workshop": "nothing"}, {"workshop": "unknown"}),
        ({"starts_at": "tomorrow"}, {"starts_at": "invalid"}),
        ({"starts_at": "9999-12-31T08:00:00Z", "ends_at": "9999-12-31T23:59:00Z"}, {"starts_at": "too_far"}),
        ({"starts_at": in_days(-3).isoformat(), "ends_at": in_days(-3, 11).isoformat()}, {"starts_at": "past"}),
        ({"ends_at": in_days(40, 7).isoformat()}, {"ends_at": "too_early"}),
        ({"ends_at": in_days(41, 7).isoformat()}, {"ends_at": "other_day"}),
        ({"venue": 999999}, {"venue": "unknown"}),
        ({"capacity": 0}, {"capacity": "min_value"}),
        ({"languages": []}, {"languages": "min_length"}),
        ({"languages": ["xx"]}, {"languages": "invalid_choice"}),
        ({"state": "cancelled"}, {"state": "invalid_choice"}),
        ({"places": 3}, {"places": "unknown"}),
    ],
)
def test_what_cannot_be_is_named(sent, wrong, api: Api, olga, workshop):
    found = wrong_fields(api(olga).post(SLOTS, least(workshop) | sent))

    assert wrong.items() <= found.items()
    assert not Slot.objects.exists()


def test_the_place_of_another_house_is_not_known(api: Api, olga, workshop):
    venue = make_venue(make_partner())

    assert wrong_fields(api(olga).post(SLOTS, least(workshop, venue=venue.pk))) == {"venue": "unknown"}
    slot = make_slot(workshop)
    assert wrong_fields(api(olga).patch(f"{SLOTS}{slot.pk}/", {"venue": venue.pk})) == {"venue": "unknown"}


def test_drafts_of_others_look_like_nothing_and_their_offers_are_not_ours(api: Api, olga):
    assert wrong_fields(api(olga).post(SLOTS, least(make_workshop(state="draft")))) == {"workshop": "unknown"}
    assert refusal(api(olga).post(SLOTS, least(make_workshop()))) == (403, "permission_denied")


def test_a_walk_in_needs_a_reason(api: Api, olga, workshop):
    yesterday = {"starts_at": in_days(-1).isoformat(), "ends_at": in_days(-1, 11).isoformat()}

    answer = api(olga).post(SLOTS, least(workshop) | yesterday | {"override_reason": "Tag der offenen Tür"})

    assert answer.status_code == 201


def test_asked_twice_one_date_is_opened(api: Api, olga, workshop):
    sent = [api(olga).post(SLOTS, least(workshop), HTTP_IDEMPOTENCY_KEY="a") for _twice in range(2)]

    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json() == sent[1].json()
    assert Slot.objects.count() == 1


def test_another_time_is_a_move_and_everyone_hears(api: Api, olga, workshop):
    slot = make_slot(workshop)
    booking = make_booking(slot)
    before = api().get(f"{SLOTS}{slot.pk}/")

    answer = api(olga).patch(f"{SLOTS}{slot.pk}/", {"starts_at": in_days(47, 9).isoformat(), "reason": "Umbau"})

    assert answer.status_code == 200, answer.json()
    after = api().get(f"{SLOTS}{slot.pk}/")
    assert after.json() == answer.json()
    assert after["ETag"] != before["ETag"]
    moved = Slot.objects.get(pk=slot.pk)
    assert (moved.starts_at, moved.ends_at) == (in_days(47, 9), in_days(47, 12))  # it takes as long as before
    assert Message.objects.get(booking=booking, kind="slot_moved").context["reasons"][0][0] == "Umbau"


@pytest.mark.parametrize(
    "change", [{"capacity": 70}, {"listed": False}, {"state": "closed"}, {"setup_minutes": 20}, {"languages": ["en"]}]
)
def test_each_change_is_a_new_version_for_who_keeps_a_copy(change, api: Api, olga, workshop):
    url = f"{SLOTS}{make_slot(workshop).pk}/"
    before = api(olga).get(url)

    assert api(olga).patch(url, change).status_code == 200
    assert api(olga).get(url, HTTP_IF_NONE_MATCH=before["ETag"]).status_code == 200


def test_less_room_than_is_taken_is_refused(api: Api, olga, workshop):
    slot = make_slot(workshop)
    make_booking(slot, pupils=24)

    assert refusal(api(olga).patch(f"{SLOTS}{slot.pk}/", {"capacity": 23})) == (409, "no_room")
    assert api(olga).patch(f"{SLOTS}{slot.pk}/", {"capacity": 24}).status_code == 200


def test_a_clash_is_refused_unless_a_reason_is_given(api: Api, olga, workshop, partner):
    tom = make_trainer(partner, "tom")
    slots = [make_slot(workshop, starts_at=in_days(days)) for days in (40, 41)]
    for slot in slots:
        make_assignment(slot, tom)
    onto = {"starts_at": slots[1].starts_at.isoformat()}

    assert refusal(api(olga).patch(f"{SLOTS}{slots[0].pk}/", onto)) == (409, "conflict")
    assert api(olga).patch(f"{SLOTS}{slots[0].pk}/", onto | {"override_reason": "teilt sich"}).status_code == 200


def test_what_was_called_off_is_over(api: Api, olga, workshop):
    url = f"{SLOTS}{make_slot(workshop).pk}/"
    make_booking(Slot.objects.get())

    assert wrong_fields(api(olga).post(f"{url}cancel/", {})) == {"reason": "required"}
    answer = api(olga).post(f"{url}cancel/", {"reason": "Sturm"})

    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert Booking.objects.get().state == "cancelled"
    assert refusal(api(olga).post(f"{url}cancel/", {"reason": "Sturm"})) == (409, "not_active")
    assert refusal(api(olga).patch(url, {"state": "open"})) == (409, "not_active")
    assert refusal(api(olga).put(f"{url}assignments/", {"assignments": []})) == (409, "not_active")


def test_who_leads_is_replaced_as_a_whole(api: Api, olga, workshop, partner):
    slot, tom, ann = make_slot(workshop), make_trainer(partner, "tom"), make_trainer(partner, "ann")
    make_assignment(slot, tom)
    url = f"{SLOTS}{slot.pk}/assignments/"
    pair = [{"trainer": ann.pk, "role": "assistant"}, {"trainer": tom.pk}]

    assert api(olga).put(url, {"assignments": pair}).status_code == 200
    assert set(slot.assignments.values_list("trainer", "role")) == {(ann.pk, "assistant"), (tom.pk, "lead")}
    assert Message.objects.get(kind="trainer_assigned").to_address == ann.email  # Tom knew
    assert api(olga).put(url, {"assignments": []}).status_code == 200
    assert not slot.assignments.accepted().exists()


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"assignments": "required"}),
        ({"assignments": "tom"}, {"assignments": "not_a_list"}),
        ({"assignments": [{"trainer": 999999}]}, {"assignments.trainer": "unknown"}),
        ({"assignments": [{"trainer": 1, "role": "boss"}]}, {"assignments.role": "invalid_choice"}),
        ({"assignments": [{"trainer": 1, "name": "Tom"}]}, {"assignments.name": "unknown"}),
    ],
)
def test_who_cannot_lead_is_named(sent, wrong, api: Api, olga, workshop):
    assert wrong_fields(api(olga).put(f"{SLOTS}{make_slot(workshop).pk}/assignments/", sent)) == wrong


def test_nobody_leads_twice_and_nobody_of_another_house(api: Api, olga, workshop, partner):
    url, tom = f"{SLOTS}{make_slot(workshop).pk}/assignments/", make_trainer(partner)
    stranger = make_trainer(make_partner())

    assert wrong_fields(api(olga).put(url, {"assignments": [{"trainer": tom.pk}] * 2})) == {"assignments": "unknown"}
    assert wrong_fields(api(olga).put(url, {"assignments": [{"trainer": stranger.pk}]})) == {
        "assignments.trainer": "unknown"
    }


def test_in_two_places_only_with_a_reason(api: Api, olga, workshop, partner):
    tom = make_trainer(partner, "tom")
    make_assignment(make_slot(workshop), tom)
    url, sent = f"{SLOTS}{make_slot(workshop).pk}/assignments/", {"assignments": [{"trainer": tom.pk}]}

    assert refusal(api(olga).put(url, sent)) == (409, "conflict")
    assert api(olga).put(url, sent | {"override_reason": "wechselt"}).status_code == 200


CALLS = {
    "open": ("post", SLOTS, {"nonsense": 1}),
    "change": ("patch", SLOTS + "{slot}/", {"capacity": 61}),
    "cancel": ("post", SLOTS + "{slot}/cancel/", {"reason": "Sturm"}),
    "assign": ("put", SLOTS + "{slot}/assignments/", {"assignments": []}),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("nobody", 401),
        ("teacher", 403),  # sees the date, but it is not hers to change
        ("trainer", 403),
        ("organiser elsewhere", 403),
        ("organiser with a token for booking", 403),
        ("organiser", 200),
        ("network admin", 200),
    ],
)
def test_who_may_write(who, expected, call, api: Api, olga, workshop, partner):
    slot = make_slot(workshop)
    trainer = make_trainer(partner)
    make_assignment(slot, trainer)
    clients = {
        "nobody": api,
        "teacher": lambda: api(make_user()),
        "trainer": lambda: api(trainer.user),
        "organiser elsewhere": lambda: api(make_organiser(make_partner())),
        "organiser with a token for booking": lambda: api(olga, scope="book"),
        "organiser": lambda: api(olga),
        "network admin": lambda: api(make_user(is_network_admin=True)),
    }
    method, url, sent = CALLS[call]

    answer = getattr(clients[who](), method)(url.format(slot=slot.pk), sent)

    if call == "open":  # the body is read only for those who organise somewhere
        expected = {200: 400, 403: 400 if who == "organiser elsewhere" else 403}.get(expected, expected)
    assert answer.status_code == expected, answer.json()
    assert answer["Cache-Control"] in {"private, no-store", "no-store"}


@pytest.mark.parametrize("call", ["change", "cancel", "assign"])
def test_what_is_not_listed_does_not_exist_for_others(call, api: Api, workshop):
    method, url, sent = CALLS[call]
    slot = make_slot(workshop, listed=False)

    answer = getattr(api(make_organiser(make_partner())), method)(url.format(slot=slot.pk), sent)

    assert refusal(answer) == (404, "not_found")


def test_trainers_are_those_of_the_own_teams(api: Api, olga, partner):
    tom = make_trainer(partner, "tom", languages=["de", "pl"])
    make_trainer(make_partner(), "ann")

    answer = api(olga).get(TRAINERS).json()

    assert answer["results"] == [{"id": tom.pk, "name": "Tom", "languages": ["de", "pl"]}]
    assert api(make_user(is_network_admin=True)).get(TRAINERS).json()["count"] == 2
    assert refusal(api(tom.user).get(TRAINERS)) == (403, "permission_denied")
    assert refusal(api(olga, scope="read").get(TRAINERS))[0] == 403
    assert api().get(TRAINERS).status_code == 401


def test_a_list_of_trainers_takes_as_many_queries_for_three_as_for_one(
    api: Api, olga, partner, django_assert_num_queries
):
    client = api(olga)
    client.get(TRAINERS)  # notes when the token was used last
    for _person in range(3):
        make_trainer(partner)
        with django_assert_num_queries(4):  # token, roles, count, page
            client.get(TRAINERS)


def test_a_date_that_begins_now_stays_where_it_is(api: Api, olga, workshop):
    slot = make_slot(workshop, starts_at=timezone.now() - timedelta(minutes=1))

    sent = {"starts_at": in_days(3).isoformat()}
    assert refusal(api(olga).patch(f"{SLOTS}{slot.pk}/", sent)) == (409, "not_active")

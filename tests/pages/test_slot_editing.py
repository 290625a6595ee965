"""Pages that change a date: edit, close, open again, one like another."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actor import Actor
from booking import planning
from booking.models import Message
from booking.reports.freezing import freeze
from booking.reports.question import Question
from schools.dates import when
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_slot,
    make_trainer,
    make_venue,
    make_workshop,
)
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, title="Robotik", capacity=60, max_groups=3, venue=make_venue(partner))


@pytest.fixture
def slot(workshop):
    return make_slot(workshop)


def edit(client, slot: Slot, **typed):
    """Open the page, type, send; what is not typed is sent as the page showed it."""
    url = f"/organise/slots/{slot.pk}/edit/"
    return client.post(url, shown(client, slot) | typed)


def shown(client, slot: Slot) -> dict[str, object]:
    form = client.get(f"/organise/slots/{slot.pk}/edit/").context["form"]
    values = {name: form[name].value() for name in form.fields}
    values["starts"], values["ends"] = (f"{values[name]:%H:%M}" for name in ("starts", "ends"))
    values.pop("unlisted")  # as browsers do with what is not ticked
    return {name: "" if value is None else value for name, value in values.items()}


def test_what_is_sent_as_it_was_shown_changes_nothing(client, olga, slot):
    answered = edit(client, slot)

    assert answered["Location"] == f"/organise/slots/{slot.pk}/"
    assert Slot.objects.get(pk=slot.pk).version == slot.version


def test_everything_about_a_date_can_be_changed(client, olga, slot, partner):
    there = make_venue(partner, "Görlitz")
    day = (timezone.localtime() + timedelta(days=47)).date().isoformat()

    edit(
        client,
        slot,
        day=day,
        starts="09:00",
        ends="11:30",
        venue=there.pk,
        capacity=20,
        max_groups=2,
        languages=["de", "pl"],
        setup_minutes=30,
        teardown_minutes=15,
        unlisted="on",
        reason="Umbau",
    )

    changed = Slot.objects.get(pk=slot.pk)
    assert (changed.starts_at, changed.ends_at, changed.venue) == (
        in_days(47, 9),
        in_days(47, 11) + timedelta(minutes=30),
        there,
    )
    assert (changed.capacity, changed.max_groups, changed.languages, changed.listed) == (20, 2, ["de", "pl"], False)
    assert (changed.setup_minutes, changed.teardown_minutes) == (30, 15)


def test_who_will_hear_of_it_stands_before_the_button(client, olga, slot, partner):
    make_booking(slot, pupils=20)
    make_assignment(slot, make_trainer(partner, "tom"))

    page = client.get(f"/organise/slots/{slot.pk}/edit/")

    assert (page.context["groups"], page.context["trainers"]) == (1, 1)
    assert "1 Gruppe" in page.content.decode()
    edit(client, slot, starts="09:00", ends="12:00", reason="Umbau")
    assert (
        Message.objects.filter(kind__in=["slot_moved", "slot_moved_team"], context__reasons__0__0="Umbau").count() == 2
    )


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"ends": "07:00"}, "ends"),
        ({"day": "2020-01-01"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"starts": "\x00"}, "starts"),
        ({"venue": ""}, "venue"),
        ({"venue": 0}, "venue"),
        ({"capacity": 0}, "capacity"),
        ({"languages": []}, "languages"),
        ({"pot": 0}, "pot"),
        ({"setup_minutes": -1}, "setup_minutes"),
        ({"capacity": 10}, "__all__"),  # 20 pupils are booked
    ],
)
def test_what_cannot_be_is_named_and_the_rest_kept(typed, field, client, olga, slot):
    make_booking(slot, pupils=20)

    answered = edit(client, slot, reason="Der Raum ist weg", **typed)

    assert answered.status_code == 200
    assert field in answered.context["form"].errors
    assert "Der Raum ist weg" in answered.content.decode()
    assert Slot.objects.get(pk=slot.pk).starts_at == slot.starts_at


@pytest.mark.parametrize("memory", ["", "nonsense", "[" * 1900, "[1]", '{"capacity": {"a": 1}}'])
def test_a_page_without_memory_breaks_nothing(memory, client, olga, slot):
    assert edit(client, slot, version=memory, capacity=50).status_code in {200, 302}


def test_two_people_who_change_different_things_both_get_what_they_want(client, olga, slot):
    page = shown(client, slot)
    colleague_changes(slot, capacity=70)

    answered = client.post(f"/organise/slots/{slot.pk}/edit/", page | {"languages": ["en"]})

    assert answered.status_code == 302
    assert Slot.objects.values_list("capacity", "languages").get(pk=slot.pk) == (70, ["en"])


def test_who_changes_the_same_sees_it_first_and_may_insist(client, olga, slot):
    page = shown(client, slot) | {"capacity": 65, "languages": ["en"]}
    colleague_changes(slot, capacity=70)

    first = client.post(f"/organise/slots/{slot.pk}/edit/", page)

    assert list(first.context["form"].errors) == ["capacity"]
    assert 'value="65"' in first.content.decode()
    assert Slot.objects.get(pk=slot.pk).capacity == 70
    again = page | {"version": first.context["form"]["version"].value()}
    assert client.post(f"/organise/slots/{slot.pk}/edit/", again).status_code == 302
    assert Slot.objects.values_list("capacity", "languages").get(pk=slot.pk) == (65, ["en"])


def colleague_changes(slot: Slot, **values: object) -> None:
    by = Actor.person(make_organiser(slot.workshop.partner))
    planning.change_slot(slot, values, by=by, now=timezone.now())


def test_the_history_says_what_was_before_and_after_on_the_local_clock(client, olga, slot, partner):
    slot = planning.change_slot(
        slot,
        {"starts_at": in_days(60, 9), "ends_at": in_days(60, 12), "venue": make_venue(partner, name="Turnhalle")},
        by=Actor.person(olga),
        now=timezone.now(),
        reason="Wasserschaden",
    )
    planning.change_slot(
        slot, {"capacity": 70, "languages": ["de", "pl"], "listed": False}, by=Actor.person(olga), now=timezone.now()
    )

    page = client.get(f"/organise/slots/{slot.pk}/", headers={"accept-language": "en"}).content.decode()

    assert "Place: Schülerlabor → Turnhalle" in page
    assert f"→ {when(in_days(60, 9))}" in page
    assert ", 9:00<br>" in page
    assert "Wasserschaden" in page
    assert "Places: 60 → 70" in page
    assert "Languages: German → German, Polish" in page
    assert "In the catalogue: yes → no" in page


def test_the_history_asks_as_often_for_many_moves(client, olga, slot, partner):
    asked = []
    for number in (1, 3):
        for step in range(number):
            place = {"venue": make_venue(partner, name=f"Raum {number}{step}")}
            slot = planning.change_slot(slot, place, by=Actor.person(olga), now=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/organise/slots/{slot.pk}/")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_clash_is_named_and_set_aside_with_a_reason(client, olga, slot, partner):
    tom = make_trainer(partner, "tom")
    make_assignment(slot, tom)
    make_assignment(make_slot(slot.workshop, starts_at=in_days(41)), tom)
    onto = {"day": in_days(41).date().isoformat()}

    refused = edit(client, slot, **onto)

    assert "Tom" in refused.content.decode()
    assert 'name="override_reason"' in refused.content.decode()
    assert edit(client, slot, **onto, override_reason="teilt sich").status_code == 302


def test_of_a_date_that_has_begun_time_and_place_stay(client, olga, workshop):
    slot = make_slot(workshop, starts_at=timezone.now() - timedelta(minutes=5))

    assert edit(client, slot, day=in_days(9).date().isoformat(), starts="08:00", capacity=70).status_code == 302

    after = Slot.objects.get(pk=slot.pk)
    assert (after.starts_at, after.capacity) == (slot.starts_at, 70)


def test_what_a_frozen_report_counts_of_a_date_is_changed_with_a_reason(client, olga, workshop):
    slot, now = make_slot(workshop, starts_at=in_days(-1)), timezone.now()
    freeze(Question(in_days(-9).date(), now.date()), frozenset({workshop.partner_id}), by=Actor.person(olga), now=now)
    assert "reason" not in labels(client.get(f"/organise/slots/{slot.pk}/edit/"))

    refused = edit(client, slot, capacity=70)

    assert labels(refused)["reason"] == "Warum wird korrigiert?"
    assert refused.context["form"]["capacity"].value() == "70"  # nothing that was typed is lost
    assert edit(client, slot, capacity=70, reason="verzählt").status_code == 302
    assert Slot.objects.get(pk=slot.pk).capacity == 70


def labels(answer) -> dict[str, str]:
    """What stands above the fields of a date that can be seen, by their names."""
    found = re.findall(r'<label for="id_(\w+)">([^<]+)', answer.content.decode())
    return {name: label.strip() for name, label in found}


def test_what_was_called_off_shows_itself_instead(client, olga, workshop):
    slot = make_slot(workshop, state="cancelled")

    for path in ("edit", "close", "reopen"):
        answered = client.post(f"/organise/slots/{slot.pk}/{path}/", {})
        assert answered["Location"] == f"/organise/slots/{slot.pk}/"
    assert Slot.objects.get(pk=slot.pk).state == "cancelled"


def test_closed_and_opened_again_with_a_button(client, olga, slot):
    page = f"/organise/slots/{slot.pk}/"
    assert f"{page}close/" in client.get(page).content.decode()

    client.post(f"{page}close/")
    assert Slot.objects.get(pk=slot.pk).state == "closed"
    assert f"{page}reopen/" in client.get(page).content.decode()

    client.post(f"{page}reopen/")
    assert Slot.objects.get(pk=slot.pk).state == "open"


def test_a_date_like_another_is_filled_in_for_a_week_later(client, olga, slot):
    url = f"/organise/slots/{slot.pk}/duplicate/"
    form = client.get(url).context["form"]
    typed = {name: form[name].value() for name in form.fields if name != "unlisted"}
    typed |= {name: f"{typed[name]:%H:%M}" for name in ("starts", "ends")}

    answers = [client.post(url, {n: "" if v is None else v for n, v in typed.items()}) for _click in range(2)]

    twin = Slot.objects.exclude(pk=slot.pk).get()
    assert {answer["Location"] for answer in answers} == {f"/organise/slots/{twin.pk}/"}
    assert twin.starts_at == in_days(47)
    assert (twin.capacity, twin.max_groups, twin.venue, twin.languages) == (60, 3, slot.venue, ["de"])


def test_a_walk_in_is_added_with_a_reason(client, olga, workshop):
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    typed = {"key": "k1", "workshop": workshop.pk, "day": yesterday, "starts": "08:00"}

    refused = client.post("/organise/slots/new/", typed)
    assert 'name="reason"' in refused.content.decode()
    answered = client.post("/organise/slots/new/", typed | {"reason": "Tag der offenen Tür"})

    assert answered.status_code == 302
    assert Slot.objects.get().starts_at < timezone.now()


@pytest.mark.parametrize("path", ["edit", "duplicate"])
def test_dates_of_others_do_not_exist(path, client, olga):
    assert client.get(f"/organise/slots/{make_slot().pk}/{path}/").status_code == 404


def test_editing_takes_as_many_queries_for_three_groups_as_for_one(client, olga, slot, django_assert_max_num_queries):
    numbers = []
    for _group in range(3):
        make_booking(slot, pupils=5)
        make_assignment(slot, make_trainer(slot.workshop.partner))
        with django_assert_max_num_queries(15) as queries:
            client.get(f"/organise/slots/{slot.pk}/edit/")
        numbers.append(len(queries))
    assert len(set(numbers)) == 1

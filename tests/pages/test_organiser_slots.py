"""Dates of organisers: opening one, finding it again, who leads it, calling it off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from booking.models import Booking, Message
from schools.models import Closure
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_venue,
    make_workshop,
)
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, title="Robotik")


def opening(offer, **typed) -> dict[str, object]:
    day = (timezone.localtime() + timedelta(days=40)).date()
    return {"key": "k1", "workshop": offer.pk, "day": day.isoformat(), "starts": "08:00", **typed}


def who_leads(slot: Slot) -> list[str]:
    return [assignment.trainer.name for assignment in slot.assignments.accepted().order_by("-role", "pk")]


def names(page) -> list[int]:
    return [slot.pk for slot in page.context["page"]]


def test_a_new_date_takes_what_is_empty_from_the_workshop(client, olga, workshop):
    answered = client.post("/organise/slots/new/", opening(workshop))

    slot = Slot.objects.get()
    assert answered["Location"] == f"/organise/slots/{slot.pk}/"
    assert timezone.localtime(slot.starts_at).hour == 8
    assert slot.ends_at - slot.starts_at == timedelta(minutes=180)
    assert (slot.capacity, slot.max_groups, slot.languages, slot.listed) == (24, 1, ["de"], True)


@pytest.mark.parametrize(("language", "name"), [("de", "Neujahr"), ("en", "New Year's Day")])
def test_who_opens_a_date_on_a_holiday_reads_its_name_in_the_language_of_the_page(
    client, olga, workshop, language, name
):
    day = date(timezone.localdate().year + 1, 1, 1).isoformat()

    opened = {"path": "/organise/slots/new/", "data": opening(workshop, day=day), "follow": True}
    page = client.post(**opened, headers={"Accept-Language": language})

    assert [message.level_tag for message in page.context["messages"]] == ["success", "warning"]
    assert name in str(list(page.context["messages"])[1])


def test_who_opens_a_date_on_a_day_off_that_was_typed_reads_its_name(client, olga, workshop):
    day = timezone.localdate() + timedelta(days=40)
    Closure.objects.create(country="DE", first=day, last=day, name="Beweglicher Ferientag")

    page = client.post("/organise/slots/new/", opening(workshop, day=day.isoformat()), follow=True)

    assert "Beweglicher Ferientag" in str(list(page.context["messages"])[-1])


def test_a_new_date_may_differ_from_the_workshop(client, olga, workshop, partner):
    venue = make_venue(partner)
    typed = {"ends": "10:30", "venue": venue.pk, "capacity": 12, "max_groups": 2, "languages": ["pl"], "unlisted": "on"}

    client.post("/organise/slots/new/", opening(workshop, **typed))

    slot = Slot.objects.get()
    assert (slot.venue, slot.capacity, slot.max_groups, slot.languages) == (venue, 12, 2, ["pl"])
    assert slot.ends_at - slot.starts_at == timedelta(minutes=150)
    assert not slot.listed


def test_a_double_click_opens_one_date_and_leads_twice_to_it(client, olga, workshop):
    answers = [client.post("/organise/slots/new/", opening(workshop))["Location"] for _click in range(2)]

    assert answers[0] == answers[1]
    assert Slot.objects.count() == 1


def test_another_date_from_the_same_page_is_another_date(client, olga, workshop):
    client.post("/organise/slots/new/", opening(workshop))
    client.post("/organise/slots/new/", opening(workshop, starts="13:00"))  # Back, one field changed

    assert Slot.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"day": "2020-01-01"}, "day"),  # over
        ({"day": "31.31."}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"day": "\x00"}, "day"),
        ({"starts": "25:00"}, "starts"),
        ({"ends": "07:00"}, "ends"),  # before the beginning
        ({"capacity": 0}, "capacity"),
        ({"capacity": 100000}, "capacity"),
        ({"workshop": 0}, "workshop"),
        ({"languages": ["xx"]}, "languages"),
        ({"key": ""}, "key"),
    ],
)
def test_what_cannot_be_is_named_and_the_rest_kept(typed, field, client, olga, workshop):
    answered = client.post("/organise/slots/new/", opening(workshop, max_groups=7) | typed)

    assert answered.status_code == 200
    assert field in answered.context["form"].errors
    assert 'value="7"' in answered.content.decode()
    assert not Slot.objects.exists()


def test_workshops_and_places_of_others_cannot_be_used(client, olga, workshop):
    other = make_partner("museum")

    for typed in ({"workshop": make_workshop(other).pk}, {"venue": make_venue(other).pk}):
        assert client.post("/organise/slots/new/", opening(workshop, **typed)).status_code == 200
    assert not Slot.objects.exists()


def test_the_form_knows_the_workshop_that_the_address_names(client, olga, workshop):
    form = client.get(f"/organise/slots/new/?workshop={workshop.slug}").context["form"]

    assert form["workshop"].value() == workshop.pk


@pytest.mark.parametrize("path", ["/organise/slots/new/", "/organise/slots/many/"])
def test_a_house_without_a_workshop_is_led_to_its_first(path, client):
    client.force_login(make_organiser(make_partner("new"), "nora"))

    page = client.get(path).content.decode()

    assert "/organise/workshops/new/" in page
    assert 'name="workshop"' not in page


def test_filters_narrow_the_list(client, olga, workshop, partner):
    empty = make_slot(workshop, starts_at=in_days(30))
    full = make_slot(workshop, starts_at=in_days(31))
    make_booking(full)
    make_booking(full, group_name="8a")
    asked = make_slot(make_workshop(partner, booking_mode="request"), starts_at=in_days(32), capacity=30)
    make_booking(asked, pupils=20)
    over = make_slot(workshop, starts_at=in_days(-2))
    off = make_slot(workshop, starts_at=in_days(33), state="cancelled")
    make_assignment(empty, make_trainer(partner))

    def found(query: str) -> list[int]:
        return names(client.get(f"/organise/slots/?{query}"))

    assert found("") == [empty.pk, full.pk, asked.pk]
    assert found("state=unstaffed") == [full.pk, asked.pk]
    assert found("state=requests") == [asked.pk]
    assert found("state=waiting") == [full.pk]
    assert found("state=cancelled") == [off.pk]
    assert found("state=past") == [over.pk]
    assert found(f"workshop={asked.workshop_id}") == [asked.pk]
    month = timezone.localtime(full.starts_at).strftime("%Y-%m")
    assert full.pk in found(f"month={month}")


def test_who_leads_can_be_replaced(client, olga, workshop, partner):
    slot = make_slot(workshop)
    tom, tim = make_trainer(partner, "tom"), make_trainer(partner, "tim")
    make_assignment(slot, tom)

    typed = {"trainer_0": tim.pk, "role_0": "lead", "trainer_1": tom.pk, "role_1": "assistant"}
    client.post(f"/organise/slots/{slot.pk}/assign/", typed)
    assert who_leads(slot) == ["Tim", "Tom"]
    client.post(f"/organise/slots/{slot.pk}/assign/", {"trainer_0": tim.pk, "role_0": "lead"})

    assert who_leads(slot) == ["Tim"]
    assert Message.objects.filter(kind="trainer_assigned", to_address=tim.email).count() == 1


def test_nobody_of_another_team_and_nobody_twice(client, olga, workshop, partner):
    slot = make_slot(workshop)
    tom, stranger = make_trainer(partner, "tom"), make_trainer(make_partner("museum"), "stranger")

    for typed in ({"trainer_0": stranger.pk}, {"trainer_0": tom.pk, "trainer_1": tom.pk}, {"trainer_0": "x"}):
        assert client.post(f"/organise/slots/{slot.pk}/assign/", typed).status_code in {200, 302}
        assert "Stranger" not in who_leads(slot)
        assert len(who_leads(slot)) < 2


def test_a_clash_is_named_and_set_aside_only_with_a_reason(client, olga, workshop, partner):
    slot, parallel = make_slot(workshop), make_slot(make_workshop(partner, title="Parallel"))
    tom = make_trainer(partner, "tom")
    make_assignment(parallel, tom)
    address = f"/organise/slots/{slot.pk}/assign/"
    assert "Parallel" in client.get(f"/organise/slots/{slot.pk}/").content.decode()  # beside the name, before choosing

    refused = client.post(address, {"trainer_0": tom.pk})
    assert "Parallel" in str(refused.context["form"].non_field_errors())
    assert 'name="override_reason"' in refused.content.decode()
    assert who_leads(slot) == []
    client.post(address, {"trainer_0": tom.pk, "override_reason": "Beide Gruppen sind im selben Raum."})

    assert who_leads(slot) == ["Tom"]


def test_calling_off_says_first_how_many_hear_of_it(client, olga, workshop, partner):
    slot = make_slot(workshop)
    make_booking(slot)
    make_booking(slot, group_name="8a")
    make_assignment(slot, make_trainer(partner))

    context = client.get(f"/organise/slots/{slot.pk}/cancel/").context

    assert (context["groups"], context["trainers"]) == (2, 1)
    assert Slot.objects.get().state == "open"


def test_calling_off_needs_a_reason_and_tells_everybody_once(client, olga, workshop):
    slot = make_slot(workshop)
    booking = make_booking(slot)
    address = f"/organise/slots/{slot.pk}/cancel/"
    assert "buchbar bis" in client.get(f"/organise/slots/{slot.pk}/").content.decode()

    assert client.post(address, {"reason": " "}).status_code == 200
    assert Slot.objects.get().state == "open"
    for _click in range(2):
        assert client.post(address, {"reason": "Rohrbruch"})["Location"] == f"/organise/slots/{slot.pk}/"

    assert Booking.objects.get(pk=booking.pk).state == "cancelled"
    assert Message.objects.filter(booking=booking, kind="booking_cancelled").count() == 1
    assert "buchbar bis" not in client.get(f"/organise/slots/{slot.pk}/").content.decode()
    assert "Rohrbruch" in client.get(f"/organise/slots/{slot.pk}/").content.decode()


@pytest.mark.parametrize("action", ["", "assign/", "cancel/"])
def test_dates_of_others_are_not_found(action, client, olga):
    slot = make_slot(make_workshop(make_partner("museum")))

    assert client.post(f"/organise/slots/{slot.pk}/{action}", {"reason": "no"}).status_code == 404
    assert Slot.objects.get().state == "open"


def test_a_date_shows_its_groups_with_their_contact(client, olga, workshop):
    slot = make_slot(workshop)
    make_booking(slot)

    text = client.get(f"/organise/slots/{slot.pk}/").content.decode()

    assert 'href="mailto:ada@school.example"' in text
    assert 'href="tel:01700000000"' in text


def test_only_a_day_with_groups_leads_to_writing_to_them(client, olga, partner, workshop):
    asked = make_workshop(partner, booking_mode="request")
    make_slot(workshop, starts_at=in_days(40, 8))
    for at, offer in ((in_days(41, 8), workshop), (in_days(41, 12), workshop), (in_days(42), asked)):
        make_booking(make_slot(offer, starts_at=at))

    page = client.get("/organise/slots/").content.decode()

    days = [page.count(f"/organise/write/?day={in_days(days):%Y-%m-%d}") for days in (40, 41, 42)]
    assert days == [0, 1, 1]

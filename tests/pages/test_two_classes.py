"""Two classes in one go, and what else the form asks: arrival, photos, consents, and who is not known yet."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from booking.models import Booking, Message
from schools.models import Membership, School
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
from tests.pages.test_booking_flow import code_in_the_mail, filled_in, text_of
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot() -> Slot:
    return make_slot(make_workshop(title="3D-Druck"))


@pytest.fixture
def later(slot: Slot) -> Slot:
    return make_slot(slot.workshop, starts_at=in_days(50))


@pytest.fixture
def school() -> School:
    return make_school()


@pytest.fixture
def teacher(client: Client) -> User:
    user = make_user("petra")
    client.force_login(user)
    return user


def both(slot: Slot, other: Slot, school: School, **more: Any) -> dict[str, Any]:
    """The form with 7a on `slot` and 7b on `other`."""
    second = {"second": "1", "second_name": "7b", "second_pupils": "22", "second_adults": "2"}
    return filled_in(slot, school, group_name="7a", second_slot=str(other.pk), **second) | more


def send(client: Client, slot: Slot, other: Slot, school: School, **more: Any) -> Any:
    return client.post(f"/slots/{slot.pk}/book/", both(slot, other, school, **more))


def test_two_classes_on_two_dates_by_one_form(client, teacher, slot, later, school):
    response = send(client, slot, later, school)

    first, second = Booking.objects.order_by("slot__starts_at")
    assert response.url == first.get_absolute_url()
    assert [(one.group_name, one.pupils, one.slot, one.state) for one in (first, second)] == [
        ("7a", 24, slot, "confirmed"),
        ("7b", 22, later, "confirmed"),
    ]
    assert first.bundle == second.bundle is not None
    assert Message.objects.filter(kind="booking_confirmed").count() == 2
    assert second.reference in text_of(client.get(response.url))
    listed = text_of(client.get("/bookings/"))
    assert first.reference in listed
    assert second.reference in listed


def test_a_shared_date_takes_both_where_there_is_room(client, teacher, school):
    slot = make_slot(make_workshop(capacity=50, max_groups=2))

    send(client, slot, slot, school)

    assert Booking.objects.filter(slot=slot, state="confirmed").count() == 2
    assert Slot.objects.get(pk=slot.pk).places_taken == 46


def test_all_or_none_and_the_refusal_stands_at_the_second_class(client, teacher, slot, later, school):
    form = both(slot, later, school)
    client.get(f"/slots/{slot.pk}/book/")
    make_booking(later)  # meanwhile

    response = client.post(f"/slots/{slot.pk}/book/", form)

    assert response.status_code == 200
    assert 'id="id_second_slot_error"' in text_of(response)
    assert 'value="7a"' in text_of(response)
    assert not Booking.objects.filter(owner=teacher).exists()
    assert Slot.objects.get(pk=slot.pk).places_taken == 0


def test_what_is_taken_between_reading_and_booking_is_said_at_the_second_class(client, teacher, school):
    shared = make_slot(make_workshop(capacity=40, max_groups=2))  # each fits alone

    response = send(client, shared, shared, school)

    assert 'id="id_second_slot_error"' in text_of(response)
    assert not Booking.objects.exists()


def test_too_many_pupils_of_the_second_class_are_its_error(client, teacher, slot, later, school):
    response = send(client, slot, later, school, second_pupils="25")

    assert 'id="id_second_pupils_error"' in text_of(response)
    assert 'id="id_pupils_error"' not in text_of(response)


def test_two_classes_of_one_name_need_two_dates(client, teacher, slot, later, school):
    shared = make_slot(make_workshop(capacity=60, max_groups=2))

    response = send(client, shared, shared, school, second_name="7A ")
    assert 'id="id_second_name_error"' in text_of(response)

    send(client, slot, later, school, second_name="7a")
    assert Booking.objects.count() == 2


def test_the_second_class_is_added_and_taken_away_by_buttons_and_nothing_is_lost(client, slot, later, school):
    path = f"/slots/{slot.pk}/book/"
    assert 'name="step" value="second_class"' in text_of(client.get(path))

    added = text_of(client.post(path, filled_in(slot, school, step="second_class")))
    assert 'id="id_second_name"' in added
    assert f'<option value="{later.pk}"' in added
    assert f'<option value="{slot.pk}"' not in added  # one group alone
    assert 'value="Petra Vogel"' in added
    assert "error-summary" not in added

    taken_away = text_of(client.post(path, both(slot, later, school, step="one_class")))
    assert 'id="id_second_name"' not in taken_away
    assert 'value="7a"' in taken_away


def test_where_no_date_has_room_no_second_class_is_offered(client, slot):
    assert "second_class" not in text_of(client.get(f"/slots/{slot.pk}/book/"))


def test_both_come_by_the_code_in_the_mail(client, slot, later, school):
    response = send(client, slot, later, school)
    assert "7b" in text_of(client.get(response.url))
    response = client.post(response.url, {"code": code_in_the_mail()})

    assert Booking.objects.count() == 2
    assert response.url == Booking.objects.get(group_name="7a").get_absolute_url()


def test_a_double_click_books_both_once(client, teacher, slot, later, school):
    assert send(client, slot, later, school).url == send(client, slot, later, school).url
    assert Booking.objects.count() == 2


def test_arrival_and_photos_are_kept_and_no_photos_is_what_nobody_says(client, teacher, slot, later, school):
    client.post(f"/slots/{slot.pk}/book/", filled_in(slot, school, arrival="public", photos="no_faces"))
    client.post(f"/slots/{later.pk}/book/", filled_in(later, school, key="key-2"))

    assert list(Booking.objects.order_by("pk").values_list("arrival", "photos")) == [
        ("public", "no_faces"),
        ("", "no"),
    ]


def test_consents_are_kept_with_their_version_and_the_head_is_asked_where_wanted(client, teacher, school):
    partner = make_partner(rules_version=3, house_rules={"de": "Lange Haare zusammen."}, terms={"de": "Wer kommt."})
    slot = make_slot(make_workshop(partner, head_approval=True))
    form = filled_in(slot, school)

    refused = text_of(client.post(f"/slots/{slot.pk}/book/", form))
    assert 'id="id_head_error"' in refused
    assert "Lange Haare zusammen." in refused
    client.post(f"/slots/{slot.pk}/book/", form | {"head": "on"})

    consents = Booking.objects.get().consents
    assert [(one["what"], one["version"]) for one in consents] == [
        ("terms", "3"),
        ("house_rules", "3"),
        ("head_informed", "3"),
    ]
    assert all(one["at"] for one in consents)


def controls(page: str) -> set[str]:
    """What a reader must look at: named controls that no `details` hides; several boxes of one name are one."""
    form = page[page.index('<form class="stack gap-5"') :]
    form = re.sub(r"<details.*?</details>", "", form[: form.index("</form>")], flags=re.DOTALL)
    fields = re.findall(r"<(?:input|select|textarea)[^>]*>", form)
    return {re.search(r'name="(\w+)"', field)[1] for field in fields if 'type="hidden"' not in field}


@pytest.mark.parametrize(("known", "most"), [(False, 12), (True, 6)], ids=["a new teacher", "one we know"])
def test_few_controls_are_to_be_filled(client, slot, known, most):
    if known:
        user = make_user("petra", phone="0170 000 00 00")
        Membership.objects.create(user=user, school=make_school(), role="teacher", state="confirmed")
        client.force_login(user)
    page = text_of(client.get(f"/slots/{slot.pk}/book/"))
    filled = {"contact_name", "contact_email", "contact_phone"} if known else set()

    assert len(controls(page) - filled) <= most


def test_a_free_mail_address_hears_before_the_button_that_a_person_decides(client, slot, school):
    client.force_login(User.objects.create_user("p.vogel@web.de", name="Petra"))

    assert "hourglass" in text_of(client.get(f"/slots/{slot.pk}/book/"))
    client.post(f"/slots/{slot.pk}/book/", filled_in(slot, school))

    assert Booking.objects.get().state == "requested"


def test_the_fourth_booking_of_a_stranger_is_refused_with_the_way_out(client, teacher):
    school = make_school(office_mail="sekretariat@schule.example")
    for number in range(3):
        slot = make_slot()
        client.post(f"/slots/{slot.pk}/book/", filled_in(slot, school, key=f"key-{number}"))
    slot = make_slot()

    page = text_of(client.post(f"/slots/{slot.pk}/book/", filled_in(slot, school, key="key-4")))

    assert "error-summary" in page
    assert 'value="Petra Vogel"' in page
    assert Booking.objects.count() == 3
    assert Message.objects.get(kind="membership_asked").to_address == "sekretariat@schule.example"


def test_organisers_are_never_held_up(client):
    partner = make_partner()
    client.force_login(make_organiser(partner))
    for number in range(4):
        slot = make_slot(make_workshop(partner))
        client.post(f"/slots/{slot.pk}/book/", filled_in(slot, key=f"key-{number}"))

    assert Booking.objects.filter(state="confirmed").count() == 4

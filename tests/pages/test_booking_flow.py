"""From a date to a booking, through the pages that a teacher sees."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from booking.models import Booking, Message
from schools.models import School
from tests.factories import in_days, make_booking, make_school, make_slot, make_user, make_workshop
from workshops.models import Slot

pytestmark = pytest.mark.django_db


def filled_in(slot: Slot, school: School | None = None, **other: Any) -> dict[str, Any]:
    """The form as a teacher fills it in."""
    values = {
        "key": "key-1",
        "group_name": "7b",
        "pupils": "24",
        "adults": "2",
        "grades": ["7"],
        "school": str((school or make_school()).pk),
        "contact_name": "Petra Vogel",
        "contact_email": "p.vogel@schule.example",
        "contact_phone": "0170 000 00 00",
        "agree": "on",
    }
    return values | other


def send(client: Client, slot: Slot, school: School | None = None, **other: Any) -> Any:
    return client.post(f"/slots/{slot.pk}/book/", filled_in(slot, school, **other))


def code_in_the_mail() -> str:
    return Message.objects.filter(kind="sign_in_code").latest("pk").sealed


def text_of(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def slot() -> Slot:
    return make_slot(make_workshop(booking_mode="request", title="3D-Druck"))


@pytest.fixture
def teacher(client: Client) -> User:
    user = make_user("petra")
    client.force_login(user)
    return user


def test_who_is_signed_in_books_in_one_step(client, teacher, slot):
    response = send(client, slot)

    booking = Booking.objects.get()
    assert response.url == f"/bookings/{booking.reference}/"
    assert (booking.owner, booking.state, booking.pupils) == (teacher, "requested", 24)
    assert [consent["what"] for consent in booking.consents] == ["terms"]


@pytest.mark.parametrize("known", [True, False], ids=["known address", "unknown address"])
def test_who_is_not_signed_in_books_with_the_code_in_the_same_step(client, slot, known):
    if known:
        User.objects.create_user("p.vogel@schule.example")

    response = send(client, slot)
    assert response.url == f"/slots/{slot.pk}/book/code/"
    assert not Booking.objects.exists()
    response = client.post(response.url, {"code": code_in_the_mail()})

    booking = Booking.objects.get()
    assert response.url == f"/bookings/{booking.reference}/"
    assert client.get(response.url).status_code == 200
    assert booking.owner.email == "p.vogel@schule.example"
    assert (booking.owner.name, booking.owner.phone) == ("Petra Vogel", "0170 000 00 00")


def test_a_wrong_code_keeps_everything(client, slot):
    send(client, slot)

    code_page = f"/slots/{slot.pk}/book/code/"
    response = client.post(code_page, {"code": "000000"}, follow=True)
    assert response.redirect_chain == [(code_page, 302)]
    assert "id_code_error" in text_of(response)
    response = client.post(f"/slots/{slot.pk}/book/code/", {"code": code_in_the_mail()})

    assert response.url == Booking.objects.get().get_absolute_url()


def test_after_five_wrong_codes_the_form_is_there_as_it_was_typed(client, slot):
    send(client, slot)

    for _ in range(5):
        response = client.post(f"/slots/{slot.pk}/book/code/", {"code": "000000"})

    assert response.url == f"/slots/{slot.pk}/book/"
    assert 'value="Petra Vogel"' in text_of(client.get(response.url))
    assert not Booking.objects.exists()


def test_a_code_that_has_run_out_leads_back_to_the_form_as_it_was_typed(client, slot):
    send(client, slot)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        response = client.post(f"/slots/{slot.pk}/book/code/", {"code": code_in_the_mail()}, follow=True)

    assert response.redirect_chain == [(f"/slots/{slot.pk}/book/", 302)]
    assert "note wait" in text_of(response)
    assert 'value="Petra Vogel"' in text_of(response)
    assert not Booking.objects.exists()


def test_a_code_page_without_a_form_leads_to_the_form(client, slot):
    assert client.get(f"/slots/{slot.pk}/book/code/").url == f"/slots/{slot.pk}/book/"


def test_a_double_click_makes_one_booking(client, teacher, slot):
    school = make_school()

    first, second = send(client, slot, school), send(client, slot, school)

    assert first.url == second.url
    assert Booking.objects.count() == 1


def test_the_same_form_for_another_class_asks_before_it_books_again(client, teacher):
    slot, school = make_slot(max_groups=2, capacity=60), make_school()
    send(client, slot, school, pupils="20")

    response = send(client, slot, school, group_name="7c", pupils="20")
    assert "id_agree" in text_of(response)
    assert Booking.objects.count() == 1
    key = re.search(r'name="key" value="(\w+)"', text_of(response))[1]
    send(client, slot, school, group_name="7c", pupils="20", key=key)

    assert Booking.objects.count() == 2


def test_a_class_that_is_too_large_hears_why_and_what_is_possible_instead(client, teacher):
    workshop = make_workshop(capacity=28)
    small, large = make_slot(workshop, capacity=24), make_slot(workshop)

    response = send(client, small, pupils="25")

    page = text_of(response)
    assert response.status_code == 200
    assert "25" in page
    assert 'id="id_pupils_error"' in page
    assert f'href="/slots/{large.pk}/book/"' in page
    assert 'value="Petra Vogel"' in page
    assert not Booking.objects.exists()


def test_a_full_date_says_so_and_leads_to_the_waiting_list(client, teacher, slot):
    make_booking(slot)

    page = text_of(client.get(f"/slots/{slot.pk}/book/"))
    assert 'name="told" value="full"' in page
    send(client, slot, told="full")

    assert Booking.objects.get(owner=teacher).state == "waitlisted"


def test_nobody_waits_who_was_not_told(client, teacher, slot):
    client.get(f"/slots/{slot.pk}/book/")
    make_booking(slot)  # meanwhile

    response = send(client, slot)

    assert response.status_code == 200
    assert not Booking.objects.filter(owner=teacher).exists()
    assert 'name="told" value="full"' in text_of(response)
    assert 'value="Petra Vogel"' in text_of(response)


def test_when_some_places_are_left_the_number_is_what_is_wrong(client, teacher):
    slot = make_slot(max_groups=2)
    make_booking(slot, pupils=20)

    page = text_of(send(client, slot, pupils="10"))

    assert 'id="id_pupils_error"' in page
    assert not Booking.objects.filter(owner=teacher).exists()


def test_a_date_that_fills_up_while_the_code_travels_is_decided_anew(client, slot):
    send(client, slot)
    make_booking(slot)  # meanwhile

    response = client.post(f"/slots/{slot.pk}/book/code/", {"code": code_in_the_mail()})
    assert response.url == f"/slots/{slot.pk}/book/"
    page = text_of(client.get(response.url))

    assert 'value="Petra Vogel"' in page
    assert 'name="told" value="full"' in page
    assert Booking.objects.count() == 1


def test_a_school_is_found_without_script_and_all_that_was_typed_stays(client, slot):
    school = make_school("Oberschule Beispielstadt", "Löbau")

    typed = {"school": "", "school_q": "Loebau", "step": "find_school"}
    found = client.post(f"/slots/{slot.pk}/book/", filled_in(slot, school) | typed)

    assert f'type="radio" name="school" value="{school.pk}"' in text_of(found)
    assert 'value="7b"' in text_of(found)
    assert "error-summary" not in text_of(found)


def test_enter_in_the_search_for_a_school_searches_and_complains_about_nothing(client, slot):
    school = make_school("Oberschule Beispielstadt", "Löbau")
    typed = {"school": "", "school_q": "Loebau", "step": "enter", "contact_name": ""}

    found = text_of(client.post(f"/slots/{slot.pk}/book/", filled_in(slot, school) | typed))

    assert f'type="radio" name="school" value="{school.pk}"' in found
    assert "autofocus" in found
    assert "error-summary" not in found


def test_browsers_may_keep_every_number_of_the_class_over_back_and_reload(client, slot):
    fields = client.get(f"/slots/{slot.pk}/book/").context["form"].fields

    assert [name for name in ("group_name", "pupils", "adults") if "autocomplete" in fields[name].widget.attrs] == []


def test_enter_sends_the_form_once_a_school_is_chosen(client, teacher, slot):
    sent = client.post(f"/slots/{slot.pk}/book/", filled_in(slot) | {"school_q": "Loebau", "step": "enter"})

    assert sent.status_code == 302
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("typed", ["Lobau", "Loebau", "Löbau", "beispiel"])
def test_a_school_is_found_while_typing(client, typed):
    make_school("Oberschule Beispielstadt", "Löbau")
    make_school("Gymnasium Anderswo", "Görlitz")

    page = text_of(client.get("/schools/find/", {"school_q": typed}))

    assert "Oberschule Beispielstadt" in page
    assert "Anderswo" not in page


def test_the_school_can_be_changed_and_then_nothing_else_is_lost(client, slot):
    page = text_of(send(client, slot, step="other_school"))

    assert 'id="id_school_q"' in page
    assert 'value="Petra Vogel"' in page


def test_a_missing_school_is_typed_and_proposed(client, teacher, slot):
    typed = {"school": "", "new_name": "Freie Schule Am Berg", "new_city": "Oybin", "new_country": "DE"}

    response = client.post(f"/slots/{slot.pk}/book/", filled_in(slot) | typed)

    school = Booking.objects.get().school
    assert response.status_code == 302
    assert (school.name, school.state, school.source, school.proposed_by) == (
        "Freie Schule Am Berg",
        "proposed",
        "typed",
        teacher,
    )


def test_a_form_without_a_school_says_what_to_do(client, teacher, slot):
    response = client.post(f"/slots/{slot.pk}/book/", filled_in(slot) | {"school": ""})

    assert 'id="id_school_q_error"' in text_of(response)


def test_the_school_of_a_member_is_there_already(client, teacher, slot):
    school = make_school("Oberschule Beispielstadt")
    teacher.memberships.create(school=school, role="teacher")

    page = text_of(client.get(f"/slots/{slot.pk}/book/"))

    assert f'type="hidden" name="school" value="{school.pk}"' in page


BAD = {
    "nothing at all": dict.fromkeys(("group_name", "pupils", "adults", "contact_name", "contact_email", "agree"), ""),
    "long texts": {"group_name": "x" * 5000, "note": "y" * 20_000, "contact_name": "z" * 5000},
    "a NUL": {"group_name": "7\x00b", "contact_name": "\x00", "school": "\x00", "school_q": "\x00", "key": "\x00"},
    "negative numbers": {"pupils": "-3", "adults": "-1"},
    "huge numbers": {"pupils": "9" * 40, "adults": "9" * 5000},
    "no numbers": {"pupils": "viele", "adults": "2,5", "grades": ["zwölf"]},
    "a school that is not there": {"school": "999999999"},
    "a school that is no number": {"school": "٣; drop table"},
    "a school beyond all numbers": {"school": "9" * 30},
    "another grade": {"grades": ["1"]},
    "html": {"contact_email": "<script>alert(1)</script>@x", "group_name": "<b>7b</b>"},
    "a key without end": {"key": "k" * 5000},
    "needs nobody knows": {"needs_list": ["gold"]},
    "a place of birth": {"new_kind": "palace", "new_country": "XX", "new_name": "x", "school": ""},
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_bad_input_is_answered_with_sentences(client, teacher, slot, bad):
    response = client.post(f"/slots/{slot.pk}/book/", filled_in(slot) | bad)

    page = text_of(response)
    assert response.status_code == 200
    assert "error-summary" in page
    assert "<script>alert" not in page
    assert "<b>7b</b>" not in page
    assert not Booking.objects.exists()


def test_emoji_and_html_are_only_text(client, teacher, slot):
    send(client, slot, group_name="7b 🧪", note="<img src=x onerror=alert(1)>")

    booking = Booking.objects.get()
    page = text_of(client.get(booking.get_absolute_url()))
    assert "7b 🧪" in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("shape", [{"state": "closed"}, {"state": "cancelled"}, {"booking_mode": "wish"}], ids=str)
def test_what_cannot_be_booked_leads_to_its_page_which_says_why(client, shape):
    slot = make_slot(**shape)

    response = client.get(f"/slots/{slot.pk}/book/")

    assert response.url == f"/slots/{slot.pk}/"
    assert "note" in text_of(client.get(response.url))


def test_an_unlisted_date_opens_by_its_key_alone_through_the_whole_flow(client):
    slot = make_slot(listed=False)

    assert client.get(f"/slots/{slot.pk}/").status_code == 404
    assert client.get(f"/slots/{slot.pk}/book/?key=wrong").status_code == 404
    response = client.post(f"/slots/{slot.pk}/book/?key={slot.link_key}", filled_in(slot))
    response = client.post(response.url, {"code": code_in_the_mail()})

    assert response.url == Booking.objects.get().get_absolute_url()


def test_who_mistyped_the_address_at_the_sign_in_takes_another(client):
    client.post("/sign-in/", {"email": "falsch@schule.example"})
    assert "/sign-out/" in text_of(client.get("/sign-in/code/"))

    response = client.post("/sign-out/", {"next": "/sign-in/"}, follow=True)

    assert 'name="email"' in text_of(response)


def test_too_few_adults_are_taken_with_a_word(client, teacher, slot):
    response = client.post(f"/slots/{slot.pk}/book/", filled_in(slot, adults="1"), follow=True)

    assert Booking.objects.get().adults == 1
    assert "note wait" in text_of(response)


def test_who_books_a_day_off_of_the_own_school_is_asked_to_check(client, slot):
    school = make_school()
    day = timezone.localdate(slot.starts_at)
    school.closures.create(first=day, last=day, name="Beweglicher Ferientag")

    page = text_of(send(client, slot, school, agree=""))

    assert "note wait" in page


def test_a_request_names_further_dates_on_the_page(client, db):
    workshop = make_workshop(booking_mode="request", capacity=24)
    slot = make_slot(workshop, starts_at=in_days(50))
    others = [make_slot(workshop, starts_at=in_days(60 + number)) for number in range(3)]
    ada = make_user("ada")
    school = make_school()
    client.force_login(ada)
    page = client.get(f"/slots/{slot.pk}/book/").content.decode()
    assert "Weitere Termine nennen" in page
    typed = {
        "group_name": "7b", "pupils": "20", "adults": "2", "grades": ["7"], "school": str(school.pk), "photos": "no",
        "contact_name": "Ada", "contact_email": ada.email, "contact_phone": "0170 1", "agree": "on", "key": "one",
        "also": [str(one.pk) for one in others],
    }  # fmt: skip

    too_many = client.post(f"/slots/{slot.pk}/book/", typed)
    done = client.post(f"/slots/{slot.pk}/book/", typed | {"also": [str(others[2].pk), str(others[0].pk)]})

    assert "höchstens 2 weitere Termine" in too_many.content.decode()
    assert done.status_code == 302, done.content.decode()[:3000]
    assert [one.slot for one in Booking.objects.get().alternatives.all()] == [others[2], others[0]]


def test_a_date_that_is_confirmed_at_once_asks_for_no_further_ones(client, db):
    workshop = make_workshop()
    slot = make_slot(workshop, starts_at=in_days(50))
    make_slot(workshop, starts_at=in_days(60))

    assert "Weitere Termine nennen" not in client.get(f"/slots/{slot.pk}/book/").content.decode()


def test_somebody_who_reads_along_is_named_in_the_form_and_gets_a_copy(client, teacher, slot):
    send(client, slot, further_email="ben@school.example")

    assert Booking.objects.get().further_email == "ben@school.example"
    assert Message.objects.get(kind="booking_requested", to_address="ben@school.example").context["copy"]


def test_an_address_that_is_none_is_said_at_its_field_and_nothing_is_lost(client, teacher, slot):
    page = text_of(send(client, slot, further_email="ben"))

    assert 'id="id_further_email_error"' in page
    assert 'value="ben"' in page
    assert not Booking.objects.exists()

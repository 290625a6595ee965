"""What a person reads of themselves, takes along as a file, and deletes."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Token, User
from booking.models import Feed
from booking.orders import Contact
from booking.privacy.exporting import export_of
from tests.factories import (
    make_assignment,
    make_booking,
    make_organiser,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db
PAGE = "/profile/data/"
ADA = Contact("Ada", "ada@school.example", "0170 0000000")


@pytest.fixture
def ada() -> User:
    return make_user("ada", phone="0170 0000000")


def test_the_file_says_all_and_no_secret(client, ada):
    booking = make_booking(make_slot(), ada, contact=ADA, needs="Rampe")
    feed, key = Feed.objects.create(user=ada, kind="teacher"), Token.objects.issue(ada, scope="read", name="Timetable")
    client.force_login(ada)

    answer = client.get("/profile/data.json")

    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer["Cache-Control"] == "private, no-store"
    said = json.loads(answer.content)
    assert said["account"] | {"created_at": "", "last_login": ""} == {
        "email": ada.email, "name": "Ada", "phone": "0170 0000000", "language": "de", "is_network_admin": False,
        "created_at": "", "last_login": "",
    }  # fmt: skip
    assert [(row["reference"], row["needs"], row["contact_name"]) for row in said["bookings"]] == [
        (booking.reference, "Rampe", "Ada")
    ]
    assert [row["school_name"] for row in said["schools"]] == [booking.school.name]
    assert {row["kind"] for row in said["mails"]} >= {"booking_confirmed", "reminder"}
    assert [row["name"] for row in said["keys_for_programs"]] == ["Timetable"]
    text = answer.content.decode()
    assert feed.token not in text
    assert key not in text
    assert Token.digest(key) not in text


def test_a_file_names_nobody_elses_bookings(ada):
    make_booking(make_slot(), make_user(), contact=Contact("Ben", "ben@school.example", ""))

    assert export_of(ada.email, timezone.now())["bookings"] == []


def test_of_a_trainer_it_names_the_dates(capsys):
    workshop = make_workshop()
    trainer = make_trainer(workshop.partner, "tom")
    make_assignment(make_slot(workshop), trainer)

    call_command("export_person", "TOM@school.example")

    (said,) = json.loads(capsys.readouterr().out)["trainer"]
    assert (said["name"], [row["slot_workshop_slug"] for row in said["dates"]]) == ("Tom", [workshop.slug])


def test_three_bookings_cost_as_many_queries_as_one(ada, django_assert_num_queries):
    make_booking(make_slot(), ada, contact=ADA)
    with django_assert_num_queries(17):
        export_of(ada.email, timezone.now())
    for _ in range(2):
        make_booking(make_slot(), ada, contact=ADA)
    with django_assert_num_queries(17):
        assert len(export_of(ada.email, timezone.now())["bookings"]) == 3


def test_nothing_is_deleted_without_the_tick(client, ada):
    client.force_login(ada)

    page = client.post(PAGE, HTTP_ACCEPT_LANGUAGE="en")

    assert "so that nothing is deleted by mistake" in page.content.decode()
    assert "Nothing has been deleted." in page.content.decode()
    assert User.objects.filter(pk=ada.pk).exists()


def test_with_a_class_to_come_the_page_says_so_in_place_of_the_button(client, ada):
    make_booking(make_slot(), ada, contact=ADA)
    client.force_login(ada)

    for page in (
        client.get(PAGE, HTTP_ACCEPT_LANGUAGE="en"),
        client.post(PAGE, {"sure": "on"}, HTTP_ACCEPT_LANGUAGE="en"),
    ):
        assert "You still have 1 class to come." in page.content.decode()
        assert 'name="sure"' not in page.content.decode()
    assert User.objects.filter(pk=ada.pk).exists()


def test_with_the_tick_the_account_is_gone_and_the_next_page_says_so(client, ada):
    make_organiser(make_workshop().partner)
    client.force_login(ada)

    page = client.post(PAGE, {"sure": "on"}, HTTP_ACCEPT_LANGUAGE="en", follow=True)

    assert page.redirect_chain == [("/", 302)]
    assert "Your account and your data are deleted." in page.content.decode()
    assert not User.objects.filter(pk=ada.pk).exists()
    assert client.get("/profile/").status_code == 302


def test_the_profile_leads_there(client, ada):
    client.force_login(ada)

    assert f'href="{PAGE}"' in client.get("/profile/").content.decode()
    assert 'href="/legal/privacy/"' in client.get(PAGE).content.decode()

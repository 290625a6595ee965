"""Django's admin: the network's admin looks everything up, and overrules no rule."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.forms.models import model_to_dict

from accounts.models import Token
from booking.models import Booking, Feed, Message
from schools.models import School
from tests.factories import make_booking, make_slot, make_user, make_workshop
from tests.test_constraints import house  # noqa: F401 (a fixture: one row of everything)

pytestmark = pytest.mark.django_db

PAGES = sorted(admin.site._registry, key=lambda model: model._meta.label)
EDITABLE = {"accounts.User", "schools.School", "schools.Closure"}
MOST_QUERIES = 12


def address(model: Any, *more: object) -> str:
    return "/".join(["/admin", model._meta.app_label, model._meta.model_name, *map(str, more), ""])


@pytest.fixture
def andrea(client):
    user = make_user("andrea", is_network_admin=True)
    client.force_login(user)
    return user


@pytest.fixture
def rows(house, andrea):  # noqa: F811 (the fixture above)
    return {model: model._default_manager.order_by("pk").first() for model in PAGES}


def by_name(model: Any) -> str:
    return str(model._meta.label)


@pytest.mark.parametrize("model", PAGES, ids=by_name)
def test_a_list_and_a_row_open_with_few_queries(client, rows, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST_QUERIES):
        found = client.get(address(model), {"q": "a"})
    with django_assert_max_num_queries(MOST_QUERIES):
        listed = client.get(address(model))
    with django_assert_max_num_queries(MOST_QUERIES):
        row = client.get(address(model, rows[model].pk, "change"))

    assert (found.status_code, listed.status_code, row.status_code) == (200, 200, 200)
    for page in (listed, row):
        text = page.content.decode()
        assert " style=" not in text
        assert not re.search(r"<script>|<script type=\"text/javascript\">|\son\w+=", text)


@pytest.mark.parametrize("model", [one for one in PAGES if by_name(one) not in EDITABLE], ids=by_name)
def test_what_rules_write_is_not_written_here(client, rows, model):
    before = model_to_dict(rows[model])
    typed = dict.fromkeys(before, "1")

    answers = [
        client.post(address(model, rows[model].pk, "change"), typed),
        client.post(address(model, "add"), typed),
        client.post(address(model, rows[model].pk, "delete"), {"post": "yes"}),
        client.post(address(model), {"action": "delete_selected", "_selected_action": rows[model].pk, "post": "yes"}),
    ]

    assert [answer.status_code for answer in answers[:3]] == [403, 403, 403]
    assert model_to_dict(model._default_manager.get(pk=rows[model].pk)) == before


@pytest.mark.parametrize("model", [one for one in PAGES if by_name(one) in EDITABLE - {"schools.Closure"}], ids=by_name)
def test_people_and_schools_are_neither_made_nor_deleted_here(client, rows, model):
    assert client.post(address(model, "add"), {}).status_code == 403
    assert client.post(address(model, rows[model].pk, "delete"), {"post": "yes"}).status_code == 403


def test_no_key_and_no_code_is_shown(client, rows):
    Message.objects.update(sealed="123456", context={"code": "654321"})
    token, feed, slot = Token.objects.get(), Feed.objects.get(), rows[type(Message.objects.first().booking.slot)]

    for model, secrets in {
        Token: [token.hash],
        Feed: [feed.token],
        type(slot): [slot.link_key],
        Message: ["123456", "654321"],
    }.items():
        for page in (address(model), address(model, rows[model].pk, "change")):
            text = client.get(page).content.decode()
            assert all(secrets)
            assert not [secret for secret in secrets if secret in text], page


def test_the_keys_of_second_factors_have_no_page(client, andrea):
    for path in ("mfa/authenticator", "account/emailaddress", "auth/group"):
        assert client.get(f"/admin/{path}/").status_code == 404


def test_the_address_of_a_person_stays(client, andrea):
    typed = {"email": "eve@evil.example", "name": "Andrea W.", "phone": "", "language": "de", "is_active": "on"}

    client.post(address(type(andrea), andrea.pk, "change"), typed | {"is_network_admin": "on"})

    andrea.refresh_from_db()
    assert (andrea.email, andrea.name) == ("andrea@school.example", "Andrea W.")


def test_what_is_corrected_at_a_school_an_import_leaves_alone(client, rows):
    school = rows[School]
    typed = {name: getattr(school, name) for name in ("name", "kind", "street", "postcode", "city", "phone")}

    client.post(address(School, school.pk, "change"), typed | {"office_mail": "office@school.example"})

    school.refresh_from_db()
    assert (school.office_mail, school.overridden_fields) == ("office@school.example", ["office_mail"])


@pytest.mark.parametrize(("column", "rises"), [("street", 1), ("phone", 0)])
def test_what_comes_to_a_school_is_newer_in_calendars_once_its_address_is_corrected(client, rows, column, rises):
    school = rows[School]
    booking = make_booking(make_slot(make_workshop(format="mobile")), school=school)
    before = Booking.objects.values_list("sequence", "slot__version").get(pk=booking.pk)
    names = ("name", "kind", "street", "postcode", "city", "phone", "office_mail")
    typed = {name: getattr(school, name) for name in names}

    client.post(address(School, school.pk, "change"), typed | {column: "0170 1"})

    after = Booking.objects.values_list("sequence", "slot__version").get(pk=booking.pk)
    assert [new - old for new, old in zip(after, before, strict=True)] == [rises, rises]


@pytest.mark.parametrize("language", ["de", "en"])
def test_everything_has_a_name_in_both_languages(client, andrea, language):
    text = client.get("/admin/", headers={"accept-language": language}).content.decode()

    names = {"de": ["Häuser", "Termine", "Kalenderadressen"], "en": ["Houses", "Dates", "Calendar addresses"]}
    for name in names[language]:
        assert name in text


def test_strangers_sign_in_as_everywhere(client):
    last, _status = client.get("/admin/", follow=True).redirect_chain[-1]

    assert last.startswith("/sign-in/?next=")

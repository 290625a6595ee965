"""The responsible house names on the page of its workshop who helps, and whether they see contacts."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking.errors import FieldErrors
from booking.houses import offering
from booking.houses.backing import Helper
from booking.models import Change
from tests.factories import make_cooperation, make_organiser, make_partner, make_workshop
from tests.pages.test_organiser_offers import changed, typed
from workshops.models import Cooperation, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, title="Robotik", format="online")


@pytest.fixture
def helper():
    return make_partner("helper")


def page_of(workshop: Workshop) -> str:
    return f"/organise/workshops/{workshop.slug}/"


def rows(workshop: Workshop) -> list[tuple[str, date | None, date | None, bool]]:
    found = workshop.cooperations.select_related("partner").order_by("partner__slug")
    return [(row.partner.slug, row.valid.lower, row.last_day, row.sees_contacts) for row in found]


def test_the_responsible_house_names_who_helps_and_the_history_keeps_it(client, olga, workshop, helper):
    days = {"since_0": "2027-03-08", "until_0": "2027-03-12"}
    client.post(page_of(workshop), changed(workshop, house_0=helper.pk, contacts_0="on", **days))

    assert rows(workshop) == [("helper", date(2027, 3, 8), date(2027, 3, 12), True)]
    last = Change.objects.filter(workshop=workshop).first()
    told = {"house": "helper", "from": "2027-03-08", "until": "2027-03-12", "contacts": True}
    assert (last.kind, last.facts["cooperations"]) == ("edited", [[], [told]])
    form = client.get(page_of(workshop)).context["form"]
    assert [form[f"{name}_0"].initial for name in ("house", "contacts")] == [helper.pk, True]


def test_without_days_a_house_helps_until_it_is_taken_out(client, olga, workshop, helper):
    client.post(page_of(workshop), changed(workshop, house_0=helper.pk))
    assert rows(workshop) == [("helper", None, None, False)]

    client.post(page_of(workshop), changed(Workshop.objects.get(), house_0=""))
    assert rows(workshop) == []


def test_who_changes_something_else_leaves_the_helpers_as_they_are(client, olga, workshop, helper):
    row = make_cooperation(workshop, helper)

    client.post(page_of(workshop), changed(workshop, house_0=helper.pk, minutes="120"))

    assert workshop.cooperations.get() == row
    assert "cooperations" not in Change.objects.filter(workshop=workshop).first().facts


def test_a_draft_can_begin_with_a_helper_and_a_copy_has_none(client, olga, helper):
    client.post("/organise/workshops/new/", typed(house_0=helper.pk))
    workshop = Workshop.objects.get()
    client.post(f"{page_of(workshop)}copy/")

    assert Cooperation.objects.get().workshop == workshop
    assert Workshop.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"house_0": "own"}, "house_0"),
        ({"house_0": "999999"}, "house_0"),
        ({"house_0": "helper", "house_1": "helper"}, "house_1"),
        ({"house_0": "helper", "since_0": "2027-03-08", "until_0": "2027-03-07"}, "until_0"),
        ({"house_0": "helper", "since_0": "soon"}, "since_0"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client, olga, workshop, helper, wrong, field):
    keys = {"own": workshop.partner.pk, "helper": helper.pk}
    sent = {name: keys.get(value, value) for name, value in wrong.items()}

    answer = client.post(page_of(workshop), changed(workshop, **sent))

    assert field in answer.context["form"].errors
    assert "helpers" in answer.context["wrong_steps"]
    assert rows(workshop) == []


def test_a_house_is_none_of_its_own_helpers_whoever_asks(workshop):
    olga = Actor.person(make_organiser(workshop.partner))
    own = [Helper(workshop.partner)]

    with pytest.raises(FieldErrors):
        offering.edit(workshop, {}, [], own, version=workshop.version, by=olga, now=timezone.now())

    assert Workshop.objects.get().version == workshop.version


def test_without_other_houses_there_is_no_one_to_name(client, olga, workshop):
    assert "house_0" not in client.get(page_of(workshop)).context["form"].fields

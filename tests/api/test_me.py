"""GET me/ and me/calendar/: who one is here, and the addresses of one's calendars."""

from __future__ import annotations

import pytest

from accounts.models import User
from booking.calendars import addresses
from booking.models import Feed
from schools.models import Membership
from tests.api.conftest import Api, refusal, wrong_fields
from tests.factories import make_office, make_organiser, make_partner, make_school, make_trainer, make_user
from workshops.models import Partner, PartnerRole, Trainer

pytestmark = pytest.mark.django_db
ME, CALENDAR, RESET = "/api/v1/me/", "/api/v1/me/calendar/", "/api/v1/me/calendar/reset/"
LEVELS = ["full", "no_contact", "busy"]


@pytest.fixture
def everybody() -> User:
    """One person with every role."""
    user = make_organiser(make_partner("lab"), "eve")
    school = make_school()
    Membership.objects.create(user=user, school=school, role="teacher")
    Membership.objects.create(user=user, school=school, role="office", state="confirmed")
    Trainer.objects.create(user=user, name="Eve")
    User.objects.filter(pk=user.pk).update(is_network_admin=True)
    return user


def test_a_person_and_all_their_roles(api: Api, everybody: User):
    school = everybody.memberships.first().school_id

    assert api(everybody, "read").get(ME).json() == {
        "email": everybody.email,
        "name": "Eve",
        "language": "de",
        "roles": [
            {"role": "teacher", "school": school},
            {"role": "office", "school": school},
            {"role": "organiser", "partner": "lab"},
            {"role": "trainer"},
            {"role": "admin"},
        ],
    }


def test_an_office_that_nobody_confirmed_is_none(api: Api):
    user = make_user()
    Membership.objects.create(user=user, school=make_school(), role="office")

    assert api(user).get(ME).json()["roles"] == []


def test_strangers_are_nobody(api: Api):
    for url in (ME, CALENDAR):
        assert refusal(api().get(url)) == (401, "not_authenticated")


def feeds(api: Api, user: User) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = api(user).get(CALENDAR).json()["feeds"]
    return rows


def test_each_role_has_an_address_a_level(api: Api, everybody: User):
    school = everybody.memberships.first().school_id

    shown = [{name: value for name, value in feed.items() if name != "url"} for feed in feeds(api, everybody)]

    assert shown == [
        *({"kind": "trainer", "level": level} for level in LEVELS),
        *({"kind": "teacher", "level": level} for level in LEVELS),
        *({"kind": "school", "level": level, "school": school} for level in LEVELS),
        *({"kind": "partner", "level": level, "partner": "lab"} for level in LEVELS),
    ]


def test_addresses_are_whole_secret_and_stay(api: Api, everybody: User):
    first, again = feeds(api, everybody), feeds(api, everybody)

    assert first == again
    urls = [str(feed["url"]) for feed in first]
    assert len(set(urls)) == len(urls)
    token = Feed.objects.get(user=everybody, kind="trainer", level="busy").token
    assert f"http://testserver/calendars/trainer/{token}.ics" in urls


def test_who_has_no_role_has_no_address(api: Api):
    assert feeds(api, make_user()) == []


def test_a_reset_of_one_kind_leaves_the_others(api: Api, everybody: User):
    before = {feed["url"]: feed["kind"] for feed in feeds(api, everybody)}

    answer = api(everybody, "book").post(RESET, {"kind": "trainer"})

    after = {feed["url"] for feed in answer.json()["feeds"]}
    assert answer.status_code == 200
    assert {kind for url, kind in before.items() if url not in after} == {"trainer"}
    assert after == {feed["url"] for feed in feeds(api, everybody)}


def test_a_reset_without_a_kind_changes_all(api: Api, everybody: User):
    before = {feed["url"] for feed in feeds(api, everybody)}

    after = {feed["url"] for feed in api(everybody).post(RESET, {}).json()["feeds"]}

    assert not before & after
    assert len(before) == len(after)


def test_a_reset_touches_nobody_elses_addresses(api: Api, everybody: User):
    office = make_office(make_school())
    before = feeds(api, office)

    api(everybody).post(RESET, {})

    assert feeds(api, office) == before


def test_a_reset_is_a_write(api: Api, everybody: User):
    assert refusal(api(everybody, "read").post(RESET, {})) == (403, "scope")
    assert wrong_fields(api(everybody).post(RESET, {"kind": "public"})) == {"kind": "invalid_choice"}


def test_an_address_dies_with_the_role_and_comes_back_with_it():
    partner = make_partner()
    olga = make_organiser(partner)
    feed = addresses.addresses_of(olga)[0]
    role = PartnerRole.objects.get(user=olga)
    role.delete()

    assert feed not in Feed.objects.alive()
    assert addresses.addresses_of(User.objects.get(pk=olga.pk)) == []

    PartnerRole.objects.create(user=olga, partner=Partner.objects.get(pk=partner.pk))
    assert feed in Feed.objects.alive()


def test_a_trainer_has_a_calendar_before_the_first_assignment(api: Api):
    trainer = make_trainer(make_partner())

    assert [feed["kind"] for feed in feeds(api, trainer.user)] == ["trainer"] * 3

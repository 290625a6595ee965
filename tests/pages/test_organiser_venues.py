"""Places of organisers: new, changed, out of use, and what calendars see of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Message
from tests.factories import make_partner, make_slot, make_venue, make_workshop
from workshops.models import Venue

pytestmark = pytest.mark.django_db

LIST, NEW = "/organise/venues/", "/organise/venues/new/"


def typed(**more) -> dict[str, object]:
    return {"key": "k1", "name": "Schülerlabor", "city": "Zittau", "country": "DE", "district_code": "14626"} | more


def changed(venue: Venue, **more) -> dict[str, object]:
    return typed(name=venue.name, city=venue.city, version=venue.version, **more)


def test_a_new_place_can_be_chosen_for_workshops_and_dates(client, olga, partner):
    make_workshop(partner)
    for _click in range(2):
        assert client.post(NEW, typed(lat="50,8971", lon="14.8073", step_free="on"))["Location"] == LIST

    venue = Venue.objects.get()
    assert (venue.lat, venue.lon, venue.step_free, venue.district_code) == (50.8971, 14.8073, True, "14626")
    for form in ("/organise/workshops/new/", "/organise/slots/new/"):
        assert venue in client.get(form).context["form"].fields["venue"].queryset


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"city": "\x00"}, "city"),
        ({"lat": "14.8073", "lon": "50.8971"}, "lat"),  # swapped
        ({"lat": "50.9"}, "lon"),
        ({"lat": "nan", "lon": "14"}, "lat"),
        ({"lat": "north", "lon": "14"}, "lat"),
        ({"district_code": "99999"}, "district_code"),
        ({"country": "XX"}, "country"),
    ],
)
def test_what_cannot_be_is_named_and_all_else_kept(wrong, field, client, olga):
    answered = client.post(NEW, typed(directions="Bus 3 bis Markt") | wrong)

    assert field in answered.context["form"].errors
    assert "Bus 3 bis Markt" in answered.content.decode()
    assert not Venue.objects.exists()


def test_a_changed_address_reaches_calendars_and_no_mailbox(client, olga, partner):
    venue = make_venue(partner)
    make_slot(make_workshop(partner, venue=venue))
    fetched = client.get("/calendars/public.ics")
    assert client.get("/calendars/public.ics", headers={"If-None-Match": fetched["ETag"]}).status_code == 304

    client.post(f"{LIST}{venue.pk}/", changed(venue, street="Neue Straße 1"))

    again = client.get("/calendars/public.ics", headers={"If-None-Match": fetched["ETag"]})
    assert again.status_code == 200
    assert "Neue Straße 1" in again.content.decode().replace("\r\n ", "")
    assert not Message.objects.exists()


@pytest.mark.parametrize("wrong", [{}, {"lat": "north"}], ids=["all right", "and errs"])
def test_who_saves_second_loses_nothing(wrong, client, olga, partner):
    venue = make_venue(partner)
    stale = changed(venue, street="Meine Straße 1")
    client.post(f"{LIST}{venue.pk}/", changed(venue, street="Ihre Straße 2"))

    told = client.post(f"{LIST}{venue.pk}/", stale | wrong)
    assert "nzwischen" in str(told.context["form"].non_field_errors())
    assert "Ihre Straße 2" in told.context["form"]["street"].help_text
    assert 'value="Meine Straße 1"' in told.content.decode()
    client.post(f"{LIST}{venue.pk}/", stale | {"version": told.context["form"].data["version"]})

    assert Venue.objects.get().street == "Meine Straße 1"


def test_out_of_use_it_is_not_offered_but_its_dates_stay(client, olga, partner):
    venue = make_venue(partner)
    slot = make_slot(make_workshop(partner, venue=venue))

    for _click in range(2):
        client.post(f"{LIST}{venue.pk}/use/", {"active": "0"})

    assert "Schülerlabor" in client.get(f"/slots/{slot.pk}/").content.decode()
    assert venue not in client.get("/organise/slots/new/").context["form"].fields["venue"].queryset
    assert partner.changes.count() == 1
    client.post(f"{LIST}{venue.pk}/use/", {"active": "1"})
    assert Venue.objects.get().active


def test_places_of_others_are_not_found(client, olga):
    other = make_venue(make_partner("museum"))

    assert client.get(f"{LIST}{other.pk}/").status_code == 404
    assert client.post(f"{LIST}{other.pk}/", changed(other)).status_code == 404
    assert client.post(f"{LIST}{other.pk}/use/").status_code == 404
    assert not list(client.get(LIST).context["page"])


def test_the_list_asks_the_same_number_of_questions_for_one_and_three(client, olga, partner):
    def queries(number: int) -> int:
        while Venue.objects.count() < number:
            make_slot(make_workshop(partner, venue=make_venue(partner)))
        with CaptureQueriesContext(connection) as asked:
            assert len(client.get(LIST).context["page"]) == number
        return len(asked)

    client.get(LIST)
    assert queries(1) == queries(3)

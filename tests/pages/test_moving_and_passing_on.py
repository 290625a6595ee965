"""What the school does with its booking: another date, another contact, still on, once more; also by the link."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.messages.links import sign
from booking.models import Booking, HandOver, Message
from tests.factories import in_days, make_booking, make_school, make_slot, make_trainer, make_user, make_workshop
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop():
    return make_workshop(capacity=24)


@pytest.fixture
def booking(workshop):
    return make_booking(make_slot(workshop, starts_at=in_days(90)), make_user("ada"))


@pytest.fixture
def there(workshop):
    return make_slot(workshop, starts_at=in_days(100))


@pytest.fixture(params=["signed in", "by the link"])
def school(request, booking):
    """A client of the school, and where the pages of the booking are for it."""
    client = Client()
    if request.param == "signed in":
        client.force_login(booking.owner)
        return client, f"/bookings/{booking.reference}/"
    return client, f"/b/{sign(booking)}/"


def text_of(response):
    return response.content.decode()


def test_another_date_is_chosen_from_those_that_fit(school, booking, there, workshop):
    client, home = school
    full = make_slot(workshop, starts_at=in_days(110))
    make_booking(full, school=make_school())

    page = text_of(client.get(f"{home}move/"))

    assert f'value="{there.pk}"' in page
    assert f'value="{full.pk}" disabled' in page
    assert "Der alte Platz geht erst weg" in page
    answer = client.post(f"{home}move/", {"slot": there.pk}, follow=True)
    booking.refresh_from_db()
    assert booking.slot == there
    assert "Der neue Termin gehört Ihnen" in text_of(answer)


def test_a_date_that_filled_up_meanwhile_is_refused_at_the_field(school, booking, there):
    client, home = school
    client.get(f"{home}move/")
    make_booking(there, school=make_school())

    answer = client.post(f"{home}move/", {"slot": there.pk})

    assert "Das passt nicht" in text_of(answer)
    booking.refresh_from_db()
    assert booking.slot != there


@pytest.mark.parametrize("sent", [{}, {"slot": "0"}, {"slot": "x"}])
def test_without_a_date_nothing_moves(school, there, sent):
    client, home = school

    assert "error-summary" in text_of(client.post(f"{home}move/", sent))


def test_where_there_is_no_other_date_the_page_says_so(school):
    client, home = school

    assert "keinen anderen Termin" in text_of(client.get(f"{home}move/"))


@pytest.mark.parametrize("dates", [1, 3])
def test_many_dates_ask_as_often_as_one(booking, workshop, dates, django_assert_num_queries):
    for number in range(dates):
        make_slot(workshop, starts_at=in_days(100 + number))
    client = Client()
    client.force_login(booking.owner)
    client.get(f"/bookings/{booking.reference}/move/")

    with django_assert_num_queries(7):
        client.get(f"/bookings/{booking.reference}/move/")


def test_a_date_that_the_reader_has_booked_already_says_so(booking, there):
    make_booking(there, owner=booking.owner, group_name="8a")
    client = Client()
    client.force_login(booking.owner)

    page = text_of(client.get(f"/bookings/{booking.reference}/move/"))

    assert page.count("<b>Ihre Buchung: Klasse 8a</b></span></label>") == page.count("Ihre Buchung: ") == 1
    assert "Ihre Buchung" not in text_of(Client().get(f"/b/{sign(booking)}/move/"))


def test_a_colleague_is_asked_and_the_page_says_who(school, booking):
    client, home = school

    client.post(f"{home}hand-over/", {"email": "cem@school.example"})

    assert HandOver.objects.get().email == "cem@school.example"
    assert "cem@school.example" in text_of(client.get(f"{home}hand-over/"))


def test_a_workshop_with_many_dates_shows_them_page_by_page(school, booking, workshop):
    client, home = school
    days = [make_slot(workshop, starts_at=in_days(91 + number)) for number in range(30)]
    last = days[-1]

    first = text_of(client.get(f"{home}move/"))
    second = text_of(client.get(f"{home}move/?page=2"))

    assert f'value="{last.pk}"' not in first
    assert "?page=2" in first
    assert f'value="{last.pk}"' in second
    assert f"/slots/{last.pk}/book/" in text_of(client.get(f"{home}again/?page=2"))
    client.post(f"{home}move/?page=2", {"slot": last.pk})
    booking.refresh_from_db()
    assert booking.slot == last


def test_the_own_address_is_no_colleague(school, booking):
    client, home = school

    answer = client.post(f"{home}hand-over/", {"email": booking.contact_email})

    assert "steht schon in der Buchung" in text_of(answer)


def test_looking_at_the_question_takes_nothing_over(booking):
    rules.hand_over(booking, "cem@school.example", by=Actor.person(booking.owner), now=timezone.now())
    token = Message.objects.get(kind="hand_over_asked").sealed

    page = Client().get(f"/h/{token}/")

    assert "Ja, ich übernehme" in text_of(page)
    assert str(booking.slot.venue or booking.school) in html.unescape(text_of(page))
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert HandOver.objects.open().exists()


def test_the_colleague_says_yes_and_the_old_link_has_ended(booking):
    old = sign(booking)
    rules.hand_over(booking, "cem@school.example", by=Actor.person(booking.owner), now=timezone.now())
    token = Message.objects.get(kind="hand_over_asked").sealed

    refused = Client().post(f"/h/{token}/", {"name": ""})
    answer = Client().post(f"/h/{token}/", {"name": "Cem", "phone": "0171 1"})

    booking.refresh_from_db()
    assert "error-summary" in text_of(refused)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/b/{sign(booking)}/")
    assert Client().get(f"/b/{old}/").status_code == 404
    assert Client().get(f"/h/{token}/").status_code == 404


@pytest.fixture
def asked(booking):
    due = booking.reconfirm_due_at
    rules.advance_reconfirmation(booking, now=due)
    Booking.objects.filter(pk=booking.pk).update(reconfirm_due_at=timezone.now() + timedelta(days=5))
    return booking


def test_the_page_of_the_booking_asks_whether_it_is_still_on(school, asked):
    client, home = school

    assert f"{home}reconfirm/" in text_of(client.get(home))


@pytest.mark.parametrize(("sent", "pupils"), [({"answer": "yes"}, 24), ({"answer": "fewer", "pupils": "18"}, 18)])
def test_still_on_is_one_click(school, asked, sent, pupils):
    client, home = school

    answer = client.post(f"{home}reconfirm/", sent, follow=True)

    asked.refresh_from_db()
    assert (asked.reconfirm_step, asked.pupils) == ("done", pupils)
    assert "Danke. Es bleibt dabei." in text_of(answer)
    assert "schon beantwortet" in text_of(client.get(f"{home}reconfirm/", follow=True))


def test_more_than_fit_are_refused_with_what_would(school, asked):
    client, home = school

    page = text_of(client.post(f"{home}reconfirm/", {"answer": "fewer", "pupils": "25"}))

    assert "24" in page
    assert "error-summary" in page
    asked.refresh_from_db()
    assert asked.reconfirm_step == "asked"


def test_no_leads_to_what_follows_from_cancelling(school, asked):
    client, home = school

    answer = client.post(f"{home}reconfirm/", {"answer": "no"})

    assert answer.headers["Location"] == f"{home}cancel/"
    asked.refresh_from_db()
    assert asked.state == "confirmed"


def test_once_more_the_form_is_filled_in(school, booking, there):
    client, home = school
    page = text_of(client.get(f"{home}again/"))
    link = f"/slots/{there.pk}/book/?again="
    assert link in page
    ticket = page.partition(link)[2].partition('"')[0]

    form = text_of(client.get(f"{link}{ticket}"))

    for value in ("7b", "24", booking.contact_email, booking.school.name, booking.reference):
        assert value in form


def test_nobody_reads_a_booking_of_others_through_the_form(booking, there):
    client = Client()
    client.force_login(make_user("bea"))

    form = text_of(client.get(f"/slots/{there.pk}/book/?again={booking.reference}"))

    assert booking.contact_email not in form
    assert "Ausgefüllt aus" not in form
    assert 'value="7b"' not in form


@pytest.mark.parametrize("page", ["move", "hand-over", "reconfirm"])
def test_who_leads_the_date_sees_but_does_not_decide(booking, page):
    tom = make_trainer(booking.slot.workshop.partner, "tom")
    booking.slot.assignments.create(trainer=tom, during=booking.slot.during)
    client = Client()
    client.force_login(tom.user)

    assert client.get(f"/bookings/{booking.reference}/{page}/").status_code == 403
    client.force_login(make_user())
    assert client.get(f"/bookings/{booking.reference}/{page}/").status_code == 404


def test_a_date_says_when_it_is_and_why_it_does_not_fit(school, workshop):
    client, home = school
    polish = make_slot(workshop, starts_at=in_days(100), languages=["pl"])

    page = text_of(client.get(f"{home}move/"))

    assert f'value="{polish.pk}" disabled' in page
    assert "in anderer Sprache" in page
    assert "8:00–11:00" in page
    assert "passt gerade an keinen dieser Termine" in page
    assert "Dorthin verlegen" not in page


def test_who_waits_may_wait_elsewhere_but_not_where_the_class_never_fits(workshop):
    here, small, full = (make_slot(workshop, starts_at=in_days(90 + days)) for days in range(3))
    Slot.objects.filter(pk=small.pk).update(capacity=10)
    for slot in (here, full):
        make_booking(slot, school=make_school())
    waiting = make_booking(here, make_user("ada"))

    page = text_of(Client().get(f"/b/{sign(waiting)}/move/"))

    assert waiting.state == "waitlisted"
    assert f'value="{small.pk}" disabled' in page
    assert f'value="{full.pk}" disabled' not in page
    assert "warten Sie dort am Ende" in page


def test_an_unlisted_date_is_there_by_its_key_alone(school, booking, workshop):
    client, home = school
    hidden = make_slot(workshop, starts_at=in_days(100), listed=False)

    without, other = client.get(f"{home}move/"), client.get(f"{home}move/?key=guess")
    keyed = client.get(f"{home}move/?key={hidden.link_key}")

    assert [f'value="{hidden.pk}"' in text_of(page) for page in (without, other, keyed)] == [False, False, True]
    client.post(f"{home}move/", {"slot": hidden.pk})
    booking.refresh_from_db()
    assert booking.slot != hidden
    client.post(f"{home}move/?key={hidden.link_key}", {"slot": hidden.pk})
    booking.refresh_from_db()
    assert booking.slot == hidden


def test_the_page_of_the_booking_says_who_is_asked_to_take_over(school, booking):
    client, home = school
    client.post(f"{home}hand-over/", {"email": "cem@school.example"})

    assert "cem@school.example kann bis" in text_of(client.get(home))


def test_who_leads_the_date_does_not_read_the_address_of_the_colleague(booking):
    rules.hand_over(booking, "cem@school.example", by=Actor.person(booking.owner), now=timezone.now())
    tom = make_trainer(booking.slot.workshop.partner, "tom")
    booking.slot.assignments.create(trainer=tom, during=booking.slot.during)
    client = Client()
    client.force_login(tom.user)

    assert "cem@school.example" not in text_of(client.get(f"/bookings/{booking.reference}/"))


def test_what_comes_next_tells_of_the_question(school, asked):
    client, home = school

    assert "Bitte sagen Sie uns, ob es dabei bleibt." in text_of(client.get(home))
    client.post(f"{home}reconfirm/", {"answer": "yes"})
    assert "Sie haben gesagt, dass es dabei bleibt." in text_of(client.get(home))


def test_a_visit_to_come_can_be_booked_once_more_for_another_class(school, there):
    client, home = school

    assert f'href="{home}again/"' in text_of(client.get(home))


def test_a_form_filled_in_by_a_link_is_kept_nowhere(booking, there):
    answer = Client().get(f"/slots/{there.pk}/book/?again={sign(booking)}")

    assert answer.headers["Cache-Control"] == "no-store"
    assert booking.contact_email in text_of(answer)


def test_who_leads_a_date_gets_no_form_with_the_contact(booking, there):
    tom = make_trainer(booking.slot.workshop.partner, "tom")
    booking.slot.assignments.create(trainer=tom, during=booking.slot.during)
    client = Client()
    client.force_login(tom.user)

    assert booking.contact_email not in text_of(client.get(f"/slots/{there.pk}/book/?again={booking.reference}"))

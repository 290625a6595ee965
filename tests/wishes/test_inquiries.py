"""A wish without a date: asked with a proven address, answered once, from the inbox of requests."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.clock.retention import erase_expired
from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.models import Inquiry, Message
from booking.orders import Contact
from booking.wishes import inquiring
from booking.wishes.inquiring import MOST_A_DAY, AlreadyAnswered, TooManyWishes
from tests.factories import make_booking, make_organiser, make_partner, make_school, make_slot, make_user, make_workshop
from tests.together import kinds, together

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def workshop():
    return make_workshop(make_partner("lab"), slug="robots", title="Roboter")


@pytest.fixture
def olga(workshop):
    return make_organiser(workshop.partner, "olga")


def question(workshop, school=None) -> inquiring.Question:
    contact = Contact("Ada", "ada@school.example", "0170 1")
    return inquiring.Question(workshop, school or make_school(), 24, (7,), "dienstags im Mai", "Mit Rampe?", contact)


def ask(workshop, user=None, now=None) -> Inquiry:
    by = Actor.person(user or make_user())
    return inquiring.ask(question(workshop), by=by, now=now or timezone.now())


def typed(school, **other):
    values = {
        "key": "key-1",
        "pupils": "24",
        "grades": ["7"],
        "period": "dienstags im Mai",
        "text": "Mit Rampe?",
        "school": str(school.pk),
        "contact_name": "Petra Vogel",
    }
    return values | other


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_who_is_signed_in_asks_once_however_often_the_form_is_sent(workshop):
    petra, school = make_user("petra"), make_school()
    client = client_of(petra)

    answers = [client.post("/workshops/robots/ask/", typed(school)) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == ["/wishes/"] * 2
    inquiry = Inquiry.objects.get()
    assert (inquiry.owner, inquiry.contact_email, inquiry.grades) == (petra, petra.email, [7])
    assert "dienstags im Mai" in client.get("/wishes/").content.decode()


def test_a_stranger_proves_the_address_first_and_loses_nothing(client, workshop):
    form = typed(make_school(), contact_email="new@school.example")
    to_code = client.post("/workshops/robots/ask/", form)
    assert not Inquiry.objects.exists()

    wrong = client.post(to_code["Location"], {"code": "000000"}, follow=True)
    assert "id_code_error" in wrong.text
    code = Message.objects.filter(kind="sign_in_code").latest("pk").sealed
    done = client.post(to_code["Location"], {"code": code})

    assert done["Location"] == "/wishes/"
    assert Inquiry.objects.get().contact_email == "new@school.example"
    assert Inquiry.objects.get().owner.email == "new@school.example"


def test_what_is_missing_is_said_at_its_field_and_all_else_stays(client, workshop):
    page = client.post("/workshops/robots/ask/", typed(make_school(), period="")).content.decode()

    assert 'id="id_period_error"' in page
    assert "Mit Rampe?" in page


def test_nobody_floods_a_house(workshop):
    petra = make_user()
    for _ in range(MOST_A_DAY):
        ask(workshop, petra)

    with pytest.raises(TooManyWishes):
        ask(workshop, petra)
    ask(workshop)
    ask(workshop, petra, now=timezone.now() + timedelta(days=1, minutes=1))


def test_the_answer_goes_by_mail_with_the_dates_and_how_to_book_them(workshop, olga):
    inquiry, hidden, listed = ask(workshop), make_slot(workshop, listed=False), make_slot(workshop)
    page = client_of(olga).get("/organise/requests/").content.decode()
    assert "dienstags im Mai" in page

    form = {"text": "Gern im Mai.", "dates": [hidden.pk, listed.pk]}
    answer = client_of(olga).post(f"/organise/wishes/{inquiry.pk}/answer/", form)

    assert answer["Location"] == "/organise/requests/"
    message = Message.objects.get(kind="inquiry_answered")
    assert message.to_address == "ada@school.example"
    load_subjects([message])
    mail = delivery.compose(message).email
    assert mail.reply_to == ["lab@lab.example"]
    assert f"/slots/{hidden.pk}/book/?key={hidden.link_key}" in mail.body
    assert f"/slots/{listed.pk}/book/\n" in mail.body
    assert "Gern im Mai." in mail.body


def test_whoever_answers_second_reads_who_was_first(workshop, olga):
    inquiry = ask(workshop)
    otto = make_organiser(workshop.partner, "otto")
    client_of(olga).post(f"/organise/wishes/{inquiry.pk}/answer/", {"text": "Ja."})

    page = client_of(otto).post(f"/organise/wishes/{inquiry.pk}/answer/", {"text": "Nein."}, follow=True)

    assert "Olga hat schon geantwortet" in page.content.decode()
    assert Message.objects.filter(kind="inquiry_answered").count() == 1
    assert Inquiry.objects.get().answer == "Ja."


def test_foreign_dates_and_more_than_three_are_refused(workshop, olga):
    inquiry = ask(workshop)
    for dates in ([make_slot()], [make_slot(workshop) for _ in range(4)]):
        with pytest.raises(inquiring.FieldErrors):
            inquiring.answer(inquiry, "Ja.", dates, by=Actor.person(olga), now=timezone.now())
    assert Inquiry.objects.get().is_open


def test_who_asked_ends_it_and_nobody_gets_a_mail(workshop, olga):
    ada = make_user("ada")
    inquiry = ask(workshop, ada)

    client_of(ada).post(f"/wishes/{inquiry.pk}/end/")

    assert Inquiry.objects.get().state == "closed"
    assert not Message.objects.filter(inquiry=inquiry).exists()
    with pytest.raises(AlreadyAnswered):
        inquiring.answer(inquiry, "Ja.", by=Actor.person(olga), now=timezone.now())


@pytest.mark.parametrize("number", [1, 3])
def test_the_inbox_asks_as_often_for_three_wishes_as_for_one(workshop, olga, number, django_assert_max_num_queries):
    for _ in range(number):
        ask(workshop)
        make_slot(workshop)
    client = client_of(olga)

    with django_assert_max_num_queries(14):
        assert client.get("/organise/requests/").status_code == 200


def test_text_and_contact_are_forgotten_two_weeks_after_the_answer_also_in_the_mail(workshop, olga):
    inquiry, now = ask(workshop), timezone.now()
    inquiring.answer(inquiry, "Ja.", by=Actor.person(olga), now=now)
    erase_expired(now + timedelta(days=13))
    assert Inquiry.objects.get().contact_name == "Ada"

    erase_expired(now + timedelta(days=14))

    kept = Inquiry.objects.get()
    assert [kept.text, kept.period, kept.answer, kept.contact_name, kept.contact_email, kept.contact_phone] == [""] * 6
    assert (kept.owner, kept.pupils, kept.state) == (None, 24, "answered")
    assert Message.objects.get(inquiry=kept).to_address == ""


def test_what_nobody_answered_is_forgotten_after_the_second_school_year(workshop):
    ask(workshop, now=timezone.now() - timedelta(days=3 * 365))
    ask(workshop)

    erase_expired(timezone.now())

    assert sorted(Inquiry.objects.values_list("state", flat=True)) == ["closed", "open"]


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_goes_out(workshop, olga):
    inquiry = ask(workshop)
    calls = [
        partial(inquiring.answer, inquiry, words, by=Actor.person(olga), now=timezone.now())
        for words in ("Ja.", "Nein.")
    ]

    assert kinds(together(*calls)) == ["AlreadyAnswered", "answered"]
    assert Message.objects.filter(kind="inquiry_answered").count() == 1


def test_what_was_answered_stands_among_the_decided_ones_by_time(workshop, olga):
    now, by = timezone.now(), Actor.person(olga)
    old = ask(workshop, now=now - timedelta(days=90))
    inquiring.answer(old, "Damals nicht.", [], by=by, now=now - timedelta(days=61))
    asked = make_workshop(workshop.partner, booking_mode="request")
    booking = make_booking(make_slot(asked))
    rules.decline(booking, by=by, now=now - timedelta(days=2), reason="Kein Raum frei.")
    first, last = ask(workshop), ask(workshop)
    inquiring.answer(first, "Ja, am Dienstag.", [], by=by, now=now - timedelta(days=3))
    inquiring.close(last, by=by, now=now - timedelta(days=1))
    ask(workshop)  # nobody has answered it
    admin, elsewhere = Actor.person(make_user(is_network_admin=True)), ask(make_workshop(make_partner("elsewhere")))
    inquiring.close(elsewhere, by=admin, now=now)
    client = client_of(olga)
    page = client.get("/organise/requests/?tab=decided")
    text = page.content.decode()

    assert [row.get("inquiry") or row["change"].booking for row in page.context["rows"]] == [last, booking, first]
    assert text.index("geschlossen") < text.index("Kein Raum frei.") < text.index("Ja, am Dienstag.")
    assert "Damals nicht." not in text


def test_more_that_was_decided_costs_no_more_questions(workshop, olga):
    client, by, asked = client_of(olga), Actor.person(olga), []
    for number in (1, 3):
        for _one in range(number):
            inquiring.answer(ask(workshop), "Ja.", [], by=by, now=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            client.get("/organise/requests/?tab=decided")
        asked.append(len(queries))
    assert asked[0] == asked[1]

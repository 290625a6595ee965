"""A pupil says how it was: once, without a trace, and never more of them than were there."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Tally
from booking.feedback import codes, giving
from booking.models import Feedback
from config.logs import clean
from tests.feedback.conftest import GOOD, came, make_visit, say
from tests.together import together

pytestmark = pytest.mark.django_db
KEYS = ("interest", "understood", "tried", "welcome", "again")
ANSWERS = dict(zip(KEYS, GOOD, strict=True))
HOUR = timedelta(hours=1)


def page_of(visit) -> str:
    return f"/f/{codes.code_of(visit).code}/"


def token_on(client: Client, path: str) -> str:
    return re.search(r'name="form" value="([^"]+)"', client.get(path).content.decode())[1]


def send(client: Client, path: str, **more):
    return client.post(path, ANSWERS | {"form": token_on(client, path)} | more)


def test_five_faces_and_a_sentence_are_kept_with_the_day_and_nothing_else(client, visit):
    answer = send(client, page_of(visit), text="  Mehr\r\nRoboter ")

    assert answer.status_code == 302
    assert "Your answers have arrived" in client.get(answer["Location"] + "?in=en").content.decode()
    kept = Feedback.objects.values().get()
    kept.pop("id")
    assert kept == {
        "booking_id": visit.pk,
        "said_by": "pupil",
        "answers": list(GOOD),
        "text": "Mehr\nRoboter",
        "is_hidden": False,
        "day": timezone.localdate(),
    }


def test_no_page_sets_a_cookie_or_asks_for_a_session(client, visit, django_assert_max_num_queries):
    path = page_of(visit)
    token = token_on(client, path)

    answers = [client.get(f"/f/{rest}") for rest in ("", "?code=A", "NOTHERE/", f"{path[3:]}thanks/")]
    answers += [client.get(path), client.post(path, {}), client.post(path, ANSWERS | {"form": token})]
    answers.append(client.post(path, ANSWERS | {"form": "forged"}))

    assert [answer.cookies.output() for answer in answers] == [""] * 8
    assert "csrfmiddlewaretoken" not in client.get(path).content.decode()
    assert answers[-1]["Referrer-Policy"] == "no-referrer"
    assert client.cookies.output() == ""


def test_a_signed_in_phone_is_not_known_there_either(client, visit):
    client.force_login(visit.owner)

    text = client.get(page_of(visit)).content.decode()

    assert "Ada" not in text
    assert "/profile/" not in text


def test_it_works_where_forged_forms_are_looked_for(visit):
    strict = Client(enforce_csrf_checks=True)

    assert send(strict, page_of(visit)).status_code == 302


@pytest.mark.parametrize("form", ["", "forged", "ABC.00~x", "\x00"])
def test_a_form_that_is_not_ours_is_asked_again_with_all_that_was_chosen(form, client, visit):
    answer = client.post(page_of(visit), ANSWERS | {"form": form, "text": "Hallo"})

    assert answer.status_code == 200
    assert answer.content.decode().count("checked") == 5
    assert "Hallo" in answer.content.decode()
    assert not Feedback.objects.exists()


def test_a_form_of_another_visit_counts_nowhere(client, visit, workshop):
    token = token_on(client, page_of(make_visit(workshop, group_name="8a")))

    client.post(page_of(visit), ANSWERS | {"form": token})

    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"again": ""}, {"again": "5"}, {"again": "yes"}, {"text": "x" * 301}, {"text": "a\x00b"}, {"tried": "\x00"}],
)
def test_what_is_missing_or_wrong_is_said_at_its_place(wrong, client, visit):
    answer = send(client, page_of(visit), **wrong)

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert answer.content.decode().count("checked") >= 4
    assert not Feedback.objects.exists()


def test_a_double_tap_is_one_answer(client, visit):
    path = page_of(visit)
    token = token_on(client, path)

    answers = [client.post(path, ANSWERS | {"form": token}) for _tap in range(3)]

    assert [answer.status_code for answer in answers] == [302] * 3
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize(("typed", "status"), [("lower", 302), ("spaced", 302), ("other", 404)])
def test_a_code_is_read_however_it_was_typed(typed, status, client, visit):
    code = codes.code_of(visit).code
    path = {"lower": code.lower(), "spaced": f"{code[:5]} {code[5:]}", "other": "AAAAAAAAAA"}[typed]

    answer = client.get(f"/f/{path}/", follow=status == 302)

    assert (answer.redirect_chain[0][1] if status == 302 else answer.status_code) == status
    assert client.get("/f/", {"code": code.lower()})["Location"] == f"/f/{code}/"


@pytest.mark.parametrize(
    ("ago", "is_open"),
    [
        (-HOUR, False),  # has not begun
        (HOUR, True),  # goes on
        (timedelta(days=3, hours=2), True),
        (timedelta(days=3, hours=3, seconds=1), False),  # three days after its end
    ],
)
def test_it_is_open_from_the_start_until_three_days_after_the_end(ago, is_open, client, workshop):
    visit = make_visit(workshop, ago=ago)
    page = client.get(page_of(visit))

    assert page.status_code == 200
    assert ('name="form"' in page.content.decode()) is is_open
    assert say(visit) is is_open or say(visit) == is_open


@pytest.mark.parametrize(
    ("booked", "present", "most"),
    [(10, None, 12), (10, 8, 9), (10, 20, 24), (4, None, 4), (24, 24, 28), (5, None, 6)],
)
def test_a_fifth_more_may_answer_than_were_there(booked, present, most, workshop):
    visit = make_visit(workshop, pupils=booked)
    if present:
        came(visit, unknown=present)

    assert say(visit, most + 3) == most
    assert Feedback.objects.count() == most


def test_what_is_full_stays_closed_whatever_is_counted_later(client, visit):
    assert say(visit, 12) == 12
    came(visit, unknown=20)

    assert say(visit) == 0
    assert 'name="form"' not in client.get(page_of(visit)).content.decode()


def test_where_nobody_came_nobody_is_asked(client, visit):
    path = page_of(visit)
    came(visit, no_show=True)

    assert say(visit) == 0
    assert 'name="form"' not in client.get(path).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_storm_never_passes_the_limit_and_twins_are_one(visit):
    code, now = codes.code_of(visit), timezone.now()
    keys = [uuid4() for _ in range(9)]
    said = giving.Said(GOOD)

    def tap(key):
        return lambda: giving.take(code, key, said, now=now)

    first = together(*(tap(key) for key in [*keys, *keys]))
    assert first == [True] * 18
    assert Feedback.objects.count() == 9

    late = together(*(tap(uuid4()) for _ in range(12)))
    assert sorted(late) == [False] * 9 + [True] * 3
    assert Feedback.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_two_who_show_the_code_show_the_same(visit):
    shown = together(*(lambda: codes.code_of(visit).code for _ in range(6)))

    assert len(set(shown)) == 1


def test_a_flood_is_slowed_down_without_knowing_an_address(client, visit, monkeypatch):
    monkeypatch.setattr("booking.views.feedback.pupils.MOST_A_MINUTE", 2)
    path = page_of(visit)

    statuses = [client.post(path, {}).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert list(Tally.objects.values_list("key", flat=True)) == [f"feedback:{codes.code_of(visit).pk}"]


def test_logs_name_no_code(visit):
    assert clean(f"Not Found: {page_of(visit)}thanks/") == "Not Found: /f/…/thanks/"


@pytest.mark.parametrize(
    ("wished", "header", "says"), [("", "en", "exciting"), ("", "de", "spannend"), ("?in=en", "de", "exciting")]
)
def test_the_page_speaks_as_the_phone_does_or_as_is_wished(wished, header, says, client, visit):
    page = client.get(page_of(visit) + wished, headers={"accept-language": header}).content.decode()

    assert says in page


def test_pupils_choose_among_five_languages(client, visit):
    path = page_of(visit)
    page = client.get(path, headers={"accept-language": "pl"}).content.decode()

    assert '<html lang="pl">' in page
    assert set(re.findall(rf'href="{path}[?]in=(\w+)"', page)) == {"de", "en", "cs", "hsb"}
    assert '<html lang="hsb">' in client.get(f"{path}?in=hsb").content.decode()


def test_a_pupil_is_not_spoken_to_like_a_teacher(client, db):
    page = client.get("/f/", headers={"Accept-Language": "de"}).content.decode()

    assert "Dein Code" in page
    assert "Ihr Code" not in page

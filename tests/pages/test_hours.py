"""Hours and kilometres: who sees which, and that page and files say what a plain sum says."""

from __future__ import annotations

import csv
import io
from datetime import date, time, timedelta

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actor import Actor
from booking import rules
from booking.models import VisitFact
from booking.reports import hours
from booking.reports.hours import Period
from booking.rules import Counts
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from workshops.models import Assignment, Slot

pytestmark = pytest.mark.django_db

LONG = {"from": "2020-01-01", "to": "2090-01-01"}
OF_HOUSE, OWN = "/organise/reports/hours", "/trainer/hours"


def led(partner, trainer, *, days=-3, title="Robotik", **extra):
    """A date that is over, with one class; nobody has recorded it."""
    slot = make_slot(make_workshop(partner, title=title, minutes=90), starts_at=in_days(days), **extra)
    make_booking(slot, at=slot.book_from + timedelta(days=1))
    make_assignment(slot, trainer)
    return slot


def read(answer):
    return b"".join(answer.streaming_content)


def table(answer):
    return list(csv.reader(io.StringIO(read(answer).decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def tom(partner):
    return make_trainer(partner, "tom", towing=False)


def test_what_is_counted(partner, tom):
    led(partner, tom)
    make_assignment(make_slot(make_workshop(partner), starts_at=in_days(-8)), tom)  # nobody was to come
    cancelled = led(partner, tom, days=-9)
    Slot.objects.filter(pk=cancelled.pk).update(state="cancelled")
    led(partner, tom, days=-30)  # before
    led(partner, tom, days=2)  # to come
    make_assignment(led(partner, make_trainer(partner), days=-4), tom, state="declined")
    today = timezone.localdate()
    rows = hours.dates_led(Period(today - timedelta(days=20), today), timezone.now()).filter(trainer=tom)
    assert hours.total(rows)["dates"] == 1


def test_what_is_not_recorded_yet_follows_the_rules_of_today(partner, tom):
    partner.prep_minutes = 25
    partner.save()
    led(partner, tom, setup_minutes=10, teardown_minutes=5)
    (row,) = hours.dates_led(Period(date(2020, 1, 1), date(2090, 1, 1)), timezone.now())
    assert (row.teaching, row.around, row.preparation, row.travel, row.minutes, row.km) == (90, 15, 25, 0, 130, 0)


def test_one_of_the_team_drives(partner):
    slot = led(partner, make_trainer(partner, "anna"))
    Assignment.objects.update(role="assistant")
    make_assignment(slot, make_trainer(partner, "bert"))
    make_assignment(slot, make_trainer(partner, "carl"))
    Slot.objects.update(km=40)
    rows = hours.dates_led(Period(date(2020, 1, 1), date(2090, 1, 1)), timezone.now())
    assert dict(rows.values_list("trainer__name", "km")) == {"Anna": 0, "Bert": 40, "Carl": 0}


def test_a_house_sees_its_own_dates_and_a_trainer_all_own_ones(client, partner, olga, tom):
    led(partner, tom, title="Robotik")
    elsewhere = make_partner("museum")
    led(elsewhere, tom, days=-5, title="Fremdes")
    led(elsewhere, make_trainer(elsewhere, "tina"), days=-6, title="Anderes")

    house = client.get(f"{OF_HOUSE}/", LONG | {"trainer": tom.pk}).content.decode()
    client.force_login(tom.user)
    own = client.get(f"{OWN}/", LONG).content.decode()

    assert "Robotik" in house
    assert "Fremdes" not in house
    assert "Robotik" in own
    assert "Fremdes" in own
    assert "Anderes" not in own


@pytest.mark.parametrize("trainer", ["{tina}", "0", "x", "9" * 30, "%00"])
def test_a_trainer_of_others_is_not_there(client, partner, olga, trainer):
    tina = make_trainer(make_partner("museum"), "tina")
    assert client.get(f"{OF_HOUSE}/", LONG | {"trainer": trainer.format(tina=tina.pk)}).status_code == 404


@pytest.mark.parametrize(
    ("who", "house", "own"),
    [
        ("tom", 403, 200), ("tina", 403, 200), ("olga", 200, 403), ("oskar", 200, 403), ("nina", 200, 403),
        ("ada", 403, 403), (None, 302, 302),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["/", ".csv", ".xlsx"])
def test_who_may_see_hours(partner, tom, who, house, own, kind, settings):
    settings.ADMIN_NEEDS_SECOND_FACTOR = False
    led(partner, tom)
    cast = {"tom": tom.user, "tina": make_trainer(make_partner(), "tina").user, "olga": make_organiser(partner)}
    cast |= {"oskar": make_organiser(make_partner(), "oskar"), "ada": make_user("ada")}
    cast["nina"] = make_user("nina", is_network_admin=True)
    client = Client()
    if who:
        client.force_login(cast[who])
    for base, wanted in ((OF_HOUSE, house), (OWN, own)):
        answer = client.get(base + kind, LONG)
        assert answer.status_code == wanted
        if wanted == 200 and who in {"tina", "oskar"}:
            text = table(answer)[1:-1] if kind == ".csv" else "Tom" in str(answer.getvalue()) and kind == "/"
            assert not text


@pytest.mark.parametrize(
    "wrong", [{"from": "gestern"}, {"from": "2027-02-01", "to": "2027-01-01"}, {"to": "9999-12-31"}]
)
def test_a_period_that_makes_no_sense_is_refused_at_its_field(client, partner, olga, tom, wrong):
    led(partner, tom)
    text = client.get(f"{OF_HOUSE}/", wrong).content.decode()
    assert 'aria-invalid="true"' in text
    assert all(value in text for value in wrong.values() if value[0] != "9")
    assert client.get(f"{OF_HOUSE}.csv", wrong).status_code == 302


def test_the_table_opens_in_spreadsheets(client, partner, olga):
    trainer = make_trainer(partner, "zoe")
    trainer.name = '=SUM(1);"Zoë"\r\nWeiß'
    trainer.save()
    led(partner, trainer)
    answer = client.get(f"{OF_HOUSE}.csv", LONG)
    raw = read(answer)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == 3
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][0] == '\'=SUM(1);"Zoë" Weiß'
    assert len({len(row) for row in rows}) == 1
    assert rows[-1][-6:] == ["90", "0", "0", "0", "90", "0"]


def test_the_workbook_has_typed_cells_sums_and_definitions(client, partner, olga, tom):
    tom.name = "=1+1"
    tom.save()
    led(partner, tom)
    led(partner, tom, days=-4)
    answer = client.get(f"{OF_HOUSE}.xlsx", LONG)
    book = openpyxl.load_workbook(io.BytesIO(read(answer)))
    dates, people, words = book.worksheets
    assert dates.freeze_panes == "A2"
    assert dates["A2"].value == "=1+1"
    assert dates["A2"].data_type == "s"
    assert dates["B2"].is_date
    assert isinstance(dates["C2"].value, time)
    assert [cell.value for cell in dates[4]][-6:] == [180, 0, 0, 0, 180, 0]
    assert [cell.value for cell in people[2]] == ["=1+1", 2, 180, 0, 0, 0, 180, 0]
    assert "01.01.2020" in words["B2"].value


@pytest.mark.parametrize("path", [f"{OF_HOUSE}/", f"{OF_HOUSE}/?trainer={{tom}}", f"{OWN}/", f"{OF_HOUSE}.csv"])
def test_more_dates_cost_no_more_questions(client, partner, tom, path):
    path = path.format(tom=tom.pk)
    olga = make_organiser(partner, "olga")
    client.force_login(tom.user if path.startswith(OWN) else olga)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path, LONG if "?" not in path else None)
            read(answer) if path.endswith("csv") else answer.content
        return len(asked)

    led(partner, tom)
    questions()
    one = questions()
    for days in (-5, -6, -7):
        led(partner, tom, days=days)
        led(partner, make_trainer(partner), days=days)
    assert questions() <= one


@settings(deadline=None, database=None, max_examples=12, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(10, 400), st.integers(0, 2), st.booleans(), st.booleans()),
        min_size=1,
        max_size=5,
        unique_by=lambda row: row[0],
    )
)
def test_hours_equal_a_plain_sum_and_what_reports_say(dates):
    with transaction.atomic():
        partner = make_partner(prep_minutes=20)
        organiser = Actor.person(make_organiser(partner))
        team = [make_trainer(partner) for _ in range(2)]
        plain: dict[int, int] = {}
        for days, minutes, helpers, own_rule, recorded in dates:
            rule = {"prep_minutes": 5} if own_rule else {}
            slot = make_slot(make_workshop(partner, minutes=minutes, **rule), starts_at=in_days(-days), setup_minutes=7)
            booking = make_booking(slot, at=slot.book_from + timedelta(days=1))
            for trainer in team[:helpers]:
                make_assignment(slot, trainer)
                plain[trainer.pk] = plain.get(trainer.pk, 0) + minutes + 7 + (5 if own_rule else 20)
            if recorded:
                rules.attend(booking, Counts(f=9), by=organiser, now=slot.ends_at)
        rows = hours.dates_led(Period(date(2020, 1, 1), date(2090, 1, 1)), timezone.now())
        assert {one["trainer"]: one["all_minutes"] for one in hours.by_trainer(rows)} == plain
        assert hours.total(rows)["all_minutes"] == sum(plain.values())
        told = rows.filter(slot__in=VisitFact.objects.values("slot"))
        assert hours.total(told)["all_minutes"] == sum(VisitFact.objects.values_list("trainer_minutes", flat=True))
        transaction.set_rollback(True)

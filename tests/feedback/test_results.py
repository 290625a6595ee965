"""Who reads what, and that nobody ever reads fewer than five pupils."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from booking.clock.retention import erase_expired, expired
from booking.feedback import codes, results
from booking.models import Booking, Feedback, FeedbackCode
from tests.factories import make_booking, make_partner, make_slot, make_trainer, make_workshop
from tests.feedback.conftest import make_visit, say

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=4)
LONG_AGO = timedelta(days=5)


def heard(booking: Booking, number: int, **what) -> None:
    """So many answered while it was open; now it is closed."""
    say(booking, number, later=-(timezone.now() - booking.slot.starts_at) + timedelta(hours=1), **what)


def page(client, user, path: str) -> str:
    client.force_login(user)
    return client.get(path, headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize(("number", "shown"), [(4, False), (5, True)])
def test_a_class_is_read_from_five_answers_on_texts_too(number, shown, client, workshop, tom, olga):
    visit = make_visit(workshop, tom, ago=LONG_AGO)
    heard(visit, number, text="Zu laut")

    for user in (tom.user, olga):
        text = page(client, user, f"/feedback/{visit.reference}/")
        assert ("Zu laut" in text) is shown
        assert ("Too few answers" in text) is not shown


def test_while_it_is_open_nothing_is_read_or_the_next_answer_could_be(client, visit, tom):
    say(visit, 11, text="Zu laut")
    assert "Zu laut" not in page(client, tom.user, f"/feedback/{visit.reference}/")

    say(visit)
    assert "Zu laut" in page(client, tom.user, f"/feedback/{visit.reference}/")


def test_a_visit_with_too_few_counts_in_no_sum(client, workshop, tom, olga):
    heard(make_visit(workshop, tom, ago=LONG_AGO), 6, answers=(4,) * 5)
    heard(make_visit(workshop, tom, ago=LONG_AGO + HOURS, group_name="8a"), 4, answers=(1,) * 5)
    visits, now = Booking.objects.all(), timezone.now()

    assert results.summary(visits, "pupil", now).answers == 6
    assert [result.answers for result in results.by_month(visits, "pupil", now).values()] == [6]
    assert "6 answers, 100 % would come again" in page(client, olga, "/organise/feedback/")
    assert "6 answers, 100 % would come again" in page(client, tom.user, "/trainer/feedback/")


def test_a_trainer_reads_own_visits_an_organiser_those_of_the_house(client, workshop, tom, olga, partner):
    tim = make_trainer(partner, "tim")
    heard(make_visit(workshop, tom, ago=LONG_AGO), 5)
    heard(make_visit(workshop, tim, ago=LONG_AGO, group_name="8a"), 7)

    assert "5 answers" in page(client, tom.user, "/trainer/feedback/robotik/")
    assert "8a" not in page(client, tom.user, "/trainer/feedback/robotik/")
    assert "8a" in page(client, olga, "/organise/feedback/robotik/?by=half")
    assert "12 answers" in page(client, olga, "/organise/feedback/")
    assert client.get("/organise/feedback/nothing/").status_code == 404


@pytest.mark.parametrize("visits", [1, 3])
@pytest.mark.parametrize("path", ["/organise/feedback/", "/organise/feedback/robotik/"])
def test_many_visits_ask_as_often_as_one(path, visits, client, workshop, tom, olga, django_assert_max_num_queries):
    for number in range(visits):
        heard(make_visit(workshop, tom, ago=LONG_AGO + number * HOURS, group_name=f"7{number}"), 5)
        extra = make_workshop(workshop.partner)
        heard(make_visit(extra, ago=LONG_AGO), 5)
    client.force_login(olga)

    with django_assert_max_num_queries(13):
        assert client.get(path).status_code == 200


def test_a_text_is_hidden_from_trainers_with_a_line_in_the_history_and_may_come_back(client, workshop, tom, olga):
    visit = make_visit(workshop, tom, ago=LONG_AGO)
    heard(visit, 5, text="Der Kevin ist doof")
    said = Feedback.objects.first()
    client.force_login(olga)
    address = f"/organise/feedback/texts/{said.pk}/"

    for _tap in range(2):
        assert client.post(address, {"hidden": "yes"}).status_code == 302
    Feedback.objects.exclude(pk=said.pk).update(text="")

    assert list(visit.slot.changes.values_list("kind", "actor")) == [("feedback_hidden", olga.pk)]
    assert "Kevin" not in page(client, tom.user, f"/feedback/{visit.reference}/")
    assert "Kevin" in page(client, olga, f"/feedback/{visit.reference}/")
    client.post(address, {"hidden": "no"})
    assert "Kevin" in page(client, tom.user, f"/feedback/{visit.reference}/")


def test_sentences_are_forgotten_after_the_next_school_year_and_answers_stay(workshop):
    visit = make_visit(workshop, ago=LONG_AGO)
    heard(visit, 5, text="Gut")
    year = visit.slot.ends_at.year + (visit.slot.ends_at.month >= 8)
    end = datetime(year + 1, 8, 1, tzinfo=ZoneInfo("Europe/Berlin"))

    assert erase_expired(end - timedelta(seconds=1))["texts of feedback"] == 0
    assert expired(end)["texts of feedback"] == 5
    assert erase_expired(end)["texts of feedback"] == 5
    assert erase_expired(end)["texts of feedback"] == 0
    assert results.summary(Booking.objects.all(), "pupil", end).answers == 5


def test_the_wall_shows_one_code_from_the_start_on(client, workshop, visit, tom):
    coming = make_visit(workshop, tom, ago=timedelta(hours=-2), group_name="8a")
    client.force_login(tom.user)

    shown = client.get(f"/feedback/{visit.reference}/wall/").content.decode()
    assert str(codes.code_of(visit)) in shown
    assert client.get(f"/feedback/{coming.reference}/wall/").status_code == 302
    assert FeedbackCode.objects.count() == 1


VISITS = st.lists(
    st.tuples(
        st.integers(0, 1),  # workshop
        st.integers(0, 2),  # month
        st.booleans(),  # closed
        st.sampled_from(["confirmed", "attended", "no_show"]),
        st.lists(st.tuples(*[st.integers(1, 4)] * 5), max_size=8),
    ),
    max_size=5,
)


class Naive(TestCase):
    """For random visits, figures are what counting by hand gives; no view shows fewer than five."""

    @settings(max_examples=10, deadline=None)
    @given(VISITS)
    def test_results_are_a_naive_count(self, visits):
        now = datetime(2027, 6, 20, 12, tzinfo=ZoneInfo("Europe/Berlin"))
        partner = make_partner()
        shops = [make_workshop(partner), make_workshop(partner)]
        kept = [build(shops[shop], month, closed, state, said, now) for shop, month, closed, state, said in visits]
        atoms = [one for one in kept if one]
        everything = Booking.objects.all()

        by_month = results.by_month(everything, "pupil", now)
        by_shop = results.by_workshop(everything, "pupil", now)
        naive_months: Counter = Counter()
        cells: Counter = Counter()
        for _shop, month, said in atoms:
            naive_months[month] += len(said)
            for answers in said:
                cells.update((number, level) for number, level in enumerate(answers))
        total = results.summary(everything, "pupil", now)
        assert total.answers == sum(naive_months.values())
        assert {cell: number for cell, number in total.said.items() if number} == dict(cells)
        assert {day.month - 4: result.answers for day, result in by_month.items()} == dict(naive_months)
        assert sum(result.answers for result in by_shop.values()) == total.answers
        halves = results.by_half_year(everything, "pupil", now)
        assert sum(result.answers for result in halves.values()) == total.answers

        views = [(bool, everything)]  # every atom
        views += [(partial(is_of, 0, shop), everything.filter(slot__workshop=shop)) for shop in shops]
        views += [(partial(is_of, 1, month), of_month(everything, month)) for month in range(3)]
        read = [({i for i, one in enumerate(atoms) if holds(one)}, summed(some, now)) for holds, some in views]
        for (whole, all_of_it), (part, some_of_it) in permutations(read, 2):
            if part < whole:
                assert all_of_it - some_of_it >= results.FEWEST
        assert all(number == 0 or number >= results.FEWEST for _part, number in read)
        for visit in everything:
            assert summed(Booking.objects.filter(pk=visit.pk), now) not in range(1, results.FEWEST)


def is_of(place, value, atom) -> bool:
    return atom[place] == value


def of_month(visits, month):
    return visits.filter(slot__starts_at__month=4 + month)


def summed(visits, now) -> int:
    return results.summary(visits, "pupil", now).answers


def build(workshop, month, closed, state, said, now):
    """The visit as rows; what may be read of it, or None."""
    starts_at = now.replace(month=4 + month, day=10)
    slot = make_slot(workshop, starts_at=starts_at, max_groups=30, capacity=900)
    visit = make_booking(slot, pupils=20, at=slot.book_from + timedelta(days=1))
    Booking.objects.filter(pk=visit.pk).update(state=state)
    FeedbackCode.objects.create(booking=visit, closes_at=now + timedelta(days=0 if closed else 1))
    Feedback.objects.bulk_create(
        Feedback(booking=visit, said_by="pupil", answers=list(one), day=starts_at.date()) for one in said
    )
    readable = closed and state != "no_show" and len(said) >= results.FEWEST
    return (workshop, month, said) if readable else None

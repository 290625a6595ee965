"""What is asked with every request is asked by one statement that stays the same; only its values change."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from accounts.models import User
from accounts.prepared import Question
from tests.factories import make_slot, make_user
from workshops.models import Slot

pytestmark = pytest.mark.django_db

CALLED = Question(lambda name: User.objects.filter(name=name).order_by("pk"))
WITH_FACTS = Question(lambda pk: Slot.objects.with_facts().filter(pk=pk))
NAMES = Question(lambda name: User.objects.filter(name=name).values_list("name", "is_active"))


def test_each_time_other_values_give_other_rows(django_assert_num_queries):
    ada, bea, other = make_user("Ada"), make_user("Bea"), User.objects.create_user("a@school.example", name="Ada")

    with django_assert_num_queries(3):
        assert CALLED.ask(name="Ada") == [ada, other]
        assert CALLED.one(name="Bea") == bea
        assert CALLED.one(name="Cyd") is None


def test_what_stands_beside_a_row_comes_with_it(django_assert_num_queries):
    slot = make_slot()

    found = WITH_FACTS.one(pk=slot.pk)

    assert found
    with django_assert_num_queries(0):
        assert (found, found.workshop, found.workshop.partner) == (slot, slot.workshop, slot.workshop.partner)
        assert (found.starts_at, found.languages, found.workshop.title) == (slot.starts_at, ["de"], slot.workshop.title)
        assert not found._state.adding


def test_values_come_as_tuples_where_the_question_says_so():
    make_user("Ada")

    assert NAMES.ask(name="Ada") == [("Ada", True)]


@pytest.mark.django_db(transaction=True)
def test_a_question_is_prepared_once_a_connection_and_survives_what_ends_it():
    ada = make_user("Ada")

    for _ in range(10):
        assert CALLED.ask(name="Ada") == [ada]
    assert prepared() == 1

    with transaction.atomic():
        CALLED.ask(name="Ada")
        transaction.set_rollback(True)
    assert CALLED.ask(name="Ada") == [ada]

    connection.close()
    assert CALLED.ask(name="Ada") == [ada]


def prepared() -> int:
    with connection.cursor() as sql:
        sql.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%accounts_user%'")
        return int(sql.fetchone()[0])

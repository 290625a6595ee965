"""What is asked with every request is asked by one statement that stays the same; only its values change."""

from __future__ import annotations

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from accounts.models import Token, User
from accounts.prepared import Question, insert
from schools.models import School
from tests.factories import in_days, make_slot, make_user
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


def test_new_rows_go_in_together_and_learn_their_keys(django_assert_num_queries):
    ada = make_user("Ada")
    tokens = [Token(user=ada, name=name, scope="book", hash=name, expires_at=in_days(3)) for name in ("Büro", 'a"\\b')]

    with django_assert_num_queries(1):
        insert(*tokens)

    read = list(Token.objects.order_by("pk"))
    assert [one.pk for one in tokens] == [one.pk for one in read]
    assert [(one.name, one.expires_at, one.created_at) for one in tokens] == [
        (one.name, one.expires_at, one.created_at) for one in read
    ]
    assert not tokens[0]._state.adding


def test_columns_that_the_database_fills_are_read_back():
    school = School(
        source="test",
        source_id="1",
        name="Öhringer Schule",
        city="Löbau",
        local_types=["Oberschule"],
        institution_key="7",
    )

    insert(school)

    read = School.objects.get(pk=school.pk)
    assert (school.sort_name, school.search) == (read.sort_name, read.search)
    assert (read.name, read.local_types, read.institution_key) == ("Öhringer Schule", ["Oberschule"], "7")


def test_what_the_database_forbids_is_refused_as_ever():
    ada = make_user("Ada")

    with pytest.raises(IntegrityError, match="token_scope_known"), transaction.atomic():
        insert(Token(user=ada, scope="rule", hash="1"))
    with pytest.raises(DataError), transaction.atomic():
        insert(Token(user=ada, name="\0", hash="1"))
    with pytest.raises(DataError), transaction.atomic():
        insert(Token(user=ada, name="long" * 50, hash="1"))
    insert()
    assert not Token.objects.exists()


def prepared() -> int:
    with connection.cursor() as sql:
        sql.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%accounts_user%'")
        return int(sql.fetchone()[0])

"""The two questions of whoever watches the house."""

import pytest
from django.db import connection


def test_living_asks_nobody(client):
    """No database fixture: a query would fail this test."""
    response = client.get("/health/live")

    assert response.status_code == 200
    assert response.content == b"ok\n"


@pytest.mark.django_db
def test_ready_when_the_database_has_every_migration(client):
    assert client.get("/health/ready").status_code == 200


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client):
    with connection.cursor() as sql:
        sql.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "migrations"
    assert response["Retry-After"] == "5"

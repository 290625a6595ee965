"""What a watcher may read, and who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from booking.models import Message, Pause

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, settings):
    settings.METRICS_TOKEN = "a-long-token"

    def ask(authorization="Bearer a-long-token"):
        return client.get("/metrics", headers={"Authorization": authorization})

    return ask


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", "Bearer a-long-tokeN", "a-long-token", "Bearer ä"]
)
def test_without_the_token_there_is_nothing_here(ask, authorization):
    assert ask(authorization).status_code == 404


def test_without_a_token_in_the_settings_nobody_may_ask(client, settings):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_an_owed_message_ages(ask):
    past = timezone.now() - timedelta(minutes=3)
    Message.objects.create(kind="test", to_address="a@schule.example", due_at=past, next_try_at=past, created_at=past)

    figures = dict(line.rsplit(" ", 1) for line in ask().content.decode().splitlines() if not line.startswith("#"))

    assert 180 <= float(figures["outbox_age_seconds"]) < 240
    assert figures['outbox_messages{state="owed"}'] == "1"
    assert figures["outbox_failed_messages"] == "0"
    assert figures["database_lock_waits"] == "0"


def test_a_quiet_outbox_has_no_age(ask):
    assert "\noutbox_age_seconds 0\n" in ask().content.decode()


def test_a_pause_of_sending_shows(ask):
    assert "\nsending_paused 0\n" in ask().content.decode()

    Pause.objects.create(since=timezone.now(), why="restored from an archive")

    assert "\nsending_paused 1\n" in ask().content.decode()


def test_the_questions_are_few_whatever_the_number_of_rows(ask, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        ask()

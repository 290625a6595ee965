"""Processes without a door to knock at touch a file; the health check of their container looks how old it is."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from booking import tasks
from booking.clock import heartbeat
from config.celery import app
from config.clock import Clock
from config.health_check import OLDEST
from tests.config.test_settings import ROOT


@pytest.fixture
def file(tmp_path, settings):
    settings.HEARTBEAT_FILE = str(tmp_path / "alive")
    return tmp_path / "alive"


def look(file) -> int:
    command = [sys.executable, "-m", "config.health_check", "heartbeat"]
    return subprocess.run(
        command, check=False, cwd=ROOT, env={"HEARTBEAT_FILE": str(file)}, capture_output=True
    ).returncode


@pytest.mark.django_db(transaction=True)
def test_a_worker_shows_that_it_lives(file):
    tasks.send_due()

    assert file.exists()


def test_the_clock_shows_that_it_lives(file):
    Clock(app, schedule={}, lazy=True).tick()

    assert file.exists()


def test_without_a_file_nothing_is_shown(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings.HEARTBEAT_FILE = ""

    heartbeat.show()

    assert list(tmp_path.iterdir()) == []


def test_the_check_believes_only_a_fresh_sign(file):
    assert look(file) != 0

    heartbeat.show()
    assert look(file) == 0

    past = time.time() - OLDEST - 5
    os.utime(file, (past, past))
    assert look(file) != 0

"""An installation that forgot something is told so at the start; what it did not say is safe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "SECRET_KEY": "k3y-Zb4WmX9tqL7cVnRs2FhJd6PgTuYe8AoDi5KwMxQ1ElHvOCN0pSr",
    "ALLOWED_HOSTS": "booking.example",
    "SITE_URL": "https://booking.example",
    "DATABASE_URL": "postgres://app@127.0.0.1:1/booking",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
    "DEFAULT_FROM_EMAIL": "booking@booking.example",
}


def run(tmp_path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **settings}
    env["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def value_of(tmp_path, name: str, **settings: str) -> str:
    show = f"from django.conf import settings; print(repr(settings.{name}))"
    done = run(tmp_path, "-c", show, **settings)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_everything_that_is_missing_is_named_at_once(tmp_path):
    done = run(tmp_path, "manage.py", "check")

    assert done.returncode != 0
    assert all(name in done.stderr.splitlines()[-1] for name in GOOD)


@pytest.mark.parametrize(
    ("name", "weak"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("ALLOWED_HOSTS", "*"),
        ("SITE_URL", "http://booking.example"),
        ("DEFAULT_FROM_EMAIL", "nobody"),
    ],
)
def test_what_is_weak_stops_the_start(tmp_path, name, weak):
    done = run(tmp_path, "manage.py", "check", **{**GOOD, name: weak})

    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_an_installation_that_said_everything_passes_the_deployment_check(tmp_path):
    done = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **GOOD)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "name", ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT"]
)
def test_cookies_and_transport_are_safe_unless_it_is_a_demo(tmp_path, name):
    assert value_of(tmp_path, name, **GOOD) == "True"


def test_the_note_of_a_demo_counts_for_who_said_nothing(tmp_path):
    (tmp_path / "demo.env").write_text("DEMO=1\nSECRET_KEY=of-the-demo\n")

    assert value_of(tmp_path, "SECRET_KEY") == "'of-the-demo'"


def test_the_note_of_a_demo_never_reaches_an_installation(tmp_path):
    (tmp_path / "demo.env").write_text("DEMO=1\nMETRICS_TOKEN=of-the-demo\n")

    assert value_of(tmp_path, "DEMO", **GOOD) == "False"
    assert value_of(tmp_path, "METRICS_TOKEN", **GOOD) == "''"


def test_waiting_for_the_database_has_limits(tmp_path):
    options = value_of(tmp_path, "DATABASES['default']['OPTIONS']", **GOOD, LOCK_TIMEOUT_MS="123")

    assert "lock_timeout=123" in options
    assert "statement_timeout=15000" in options
    assert "idle_in_transaction_session_timeout=30000" in options


def test_the_mail_server_is_read_from_its_address(tmp_path):
    assert value_of(tmp_path, "EMAIL_HOST", **GOOD) == "'mail.example'"
    assert value_of(tmp_path, "EMAIL_USE_TLS", **GOOD) == "True"

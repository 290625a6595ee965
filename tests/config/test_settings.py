"""An installation that forgot something is told so at the start; what it did not say is safe."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "SECRET_KEY": "k3y-Zb4WmX9tqL7cVnRs2FhJd6PgTuYe8AoDi5KwMxQ1ElHvOCN0pSr",
    "ALLOWED_HOSTS": "booking.example",
    "SITE_URL": "https://booking.example",
    "DATABASE_URL": "postgres://app@127.0.0.1:1/booking",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
    "DEFAULT_FROM_EMAIL": "booking@booking.example",
    "UID_HOST": "booking.example",
    "TRUSTED_PROXIES": "1",
}


def run(tmp_path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **settings}
    env["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def start(**settings: str) -> None:
    """Read the settings as a fresh process would, in this one: a process takes a second."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ |= {"DATA_DIR": "/nonexistent", **settings}
    try:
        runpy.run_path(str(ROOT / "config" / "settings.py"))
    finally:
        os.environ.clear()
        os.environ |= before


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
        ("ALLOWED_HOSTS", "elsewhere.example"),
        ("SITE_URL", "http://booking.example"),
        ("SITE_URL", "https://booking.example/app"),
        ("SITE_URL", "https://"),
        ("DEFAULT_FROM_EMAIL", "nobody"),
        ("DEFAULT_FROM_EMAIL", "a@b@c"),
        ("UID_HOST", "lernort.invalid"),
        ("UID_HOST", "booking"),
        ("METRICS_TOKEN", "secret"),
        ("METRICS_TOKEN", "1" * 40),
        ("TRUSTED_PROXIES", ""),
        ("TRUSTED_PROXIES", "one"),
        ("TRUSTED_PROXIES", "-1"),
        ("DATABASE_URL", "sqlite:///db"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", "nonsense"),
        ("EMAIL_URL", "consolemail://"),
        ("EMAIL_URL", "mail.example"),
        ("OUTBOX_TICK_SECONDS", "0"),
        ("OUTBOX_LEASE_SECONDS", "two minutes"),
        ("LOCK_TIMEOUT_MS", "5.5"),
        ("STATEMENT_TIMEOUT_MS", "-1"),
        ("EMAIL_TIMEOUT", "nan"),
        ("TOKEN_REQUESTS_A_MINUTE", "many"),
        ("LOG_LEVEL", "LOUD"),
        ("DEMO", "maybe"),
    ],
)
def test_what_is_weak_or_nonsense_stops_the_start(name, weak):
    with pytest.raises(ImproperlyConfigured, match=name):
        start(**{**GOOD, name: weak})


def test_several_are_named_in_one_sentence():
    with pytest.raises(ImproperlyConfigured) as refused:
        start(**{**GOOD, "SECRET_KEY": "x", "UID_HOST": "", "EMAIL_TIMEOUT": "soon"})

    assert all(name in str(refused.value) for name in ("SECRET_KEY", "UID_HOST", "EMAIL_TIMEOUT"))


def test_what_may_be_a_password_is_not_repeated():
    with pytest.raises(ImproperlyConfigured) as refused:
        start(**{**GOOD, "DATABASE_URL": "app:pass-word@db/booking"})

    assert "pass-word" not in str(refused.value)


def test_nonsense_stops_a_demo_as_well():
    with pytest.raises(ImproperlyConfigured, match="OUTBOX_TICK_SECONDS"):
        start(DEMO="1", OUTBOX_TICK_SECONDS="often")


@pytest.mark.parametrize("name", ["WEB_WORKERS"])
def test_the_web_server_names_its_own(tmp_path, name):
    done = run(
        tmp_path, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi", **GOOD, WEB_WORKERS="no"
    )

    assert done.returncode != 0
    assert f"Please set {name}" in done.stderr


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

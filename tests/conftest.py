"""The house that every test stands in: real PostgreSQL, Valkey, mail server and browser."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from datetime import date
from datetime import time as clock
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the tests

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django.plugin import blocking_manager_key

from config.engines import Engines, stop
from schools.schooldays import at_local
from tests.settings import HOME
from tests.smtp_sink import Sink

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parent.parent
READY = ROOT / ".pytest_cache" / "migrated"
FORGOTTEN_AFTER = 3600
KEEP = {"django_migrations", "django_content_type", "auth_permission"}
CHROMIUM = Path("/usr/bin/chromium")
# The same examples in every run, however slow the machine: a run fails for what was changed, not by chance.
examples.register_profile(
    "house", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
examples.load_profile("house")
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


gc.set_threshold(50_000, 20, 20)  # tests make much and keep little: looking for garbage took a second of sixteen


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the servers with one migrated database, which every worker then copies."""
    if hasattr(config, "workerinput") or config.option.help or config.option.collectonly:
        return
    engines = Engines(HOME)
    config.add_cleanup(lambda: shutil.rmtree(HOME, ignore_errors=True))
    migrated = READY / fingerprint()
    if migrated.exists():
        shutil.copytree(migrated, HOME / "postgres")
    else:
        with config.stash[blocking_manager_key].unblock():  # pytest-django guards the database from here on
            migrate(engines)
        keep(HOME / "postgres", migrated)
    postgres = engines.start_postgres(durable=False, database="ready")
    config.add_cleanup(lambda: stop(postgres, signal.SIGINT))
    valkey = engines.start_valkey()
    config.add_cleanup(lambda: stop(valkey, signal.SIGTERM))
    (HOME / "static").mkdir(exist_ok=True)


def fingerprint() -> str:
    """Of all migrations, ours and, by the pins, those of libraries."""
    files = [*ROOT.glob("*/migrations/*.py"), ROOT / "requirements" / "base.txt"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()[:16]


def migrate(engines: Engines) -> None:
    postgres = engines.start_postgres(durable=False, database="ready")
    try:
        call_command("migrate", verbosity=0)
        connection.close()
    finally:
        stop(postgres, signal.SIGINT)


def keep(cluster: Path, target: Path) -> None:
    """Remember the migrated cluster for the next run: it saves four seconds of each. Old ones are forgotten."""
    for old in READY.glob("*"):
        if time.time() - old.stat().st_mtime > FORGOTTEN_AFTER:  # a run beside this one may be copying a younger one
            shutil.rmtree(old, ignore_errors=True)
    half = target.with_name(f".{os.getpid()}")
    shutil.copytree(cluster, half)
    try:
        half.rename(target)
    except OSError:  # a run beside this one was quicker
        shutil.rmtree(half)


def wipe(self: TransactionTestCase) -> None:
    """Empty the tables after a test that committed: eight times quicker than Django's TRUNCATE."""
    tables = {*connection.introspection.django_table_names(only_existing=True), "cache"} - KEEP
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute("SET LOCAL session_replication_role=replica;" + ";".join(f'DELETE FROM "{t}"' for t in tables))


TransactionTestCase._fixture_teardown = wipe  # type: ignore[method-assign]  # there is no other door


@pytest.fixture(autouse=True)
def forgotten_language() -> Iterator[None]:
    """What language a page was read in is forgotten with its test."""
    yield
    translation.deactivate()


@pytest.fixture
def term_time(time_machine: Any) -> None:
    """A day from which `in_days(40)` is a Monday with a school week before and behind it."""
    time_machine.move_to(at_local(date(2027, 1, 20), clock(10)))


@pytest.fixture
def smtp(settings: Any) -> Iterator[Sink]:
    """A real mail server on loopback, and Django told to use it."""
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        yield sink


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = str(CHROMIUM) if CHROMIUM.exists() else None
        chromium = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One a module, for a new one costs 0.3 s; `page` clears its cookies."""
    context = browser.new_context(
        locale="de-DE", timezone_id="Europe/Berlin", service_workers="block", reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, live_server: Any) -> Iterator[Page]:
    """A fresh page of a German teacher's phone; `page.goto(live_server.url + "/")`."""
    context.clear_cookies()
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    yield page
    page.close()


@pytest.fixture
def sign_in(context: BrowserContext, live_server: Any) -> Callable[[Any], None]:
    """Sign a person in without the mail: `sign_in(user)`; journeys about signing in do it by the code."""

    def by_session(user: Any) -> None:
        client = Client()
        client.force_login(user)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    return by_session

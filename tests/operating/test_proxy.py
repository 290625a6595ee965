"""The very Caddyfile of deploy/ in front of real gunicorn workers with production settings."""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.engines import Engines
from tests.config.test_settings import GOOD
from tests.faults.running import until
from tests.operating.places import ROOT
from tests.settings import HOME
from workshops import pictures

pytestmark = [pytest.mark.soak, pytest.mark.fault]
HOST = "booking.example"


@dataclass
class Front:
    """Caddy as visitors meet it; `visitor` is the address that they come from."""

    home: Path
    http: int
    https: int

    def connect(self, visitor: str = "127.0.0.1") -> ssl.SSLSocket:
        root = self.home / "caddy/pki/authorities/local/root.crt"
        plain = socket.create_connection(("127.0.0.1", self.https), timeout=20, source_address=(visitor, 0))
        return ssl.create_default_context(cafile=str(root)).wrap_socket(plain, server_hostname=HOST)

    def ask(self, method: str, path: str, body: bytes = b"", visitor: str = "127.0.0.1", **headers: str):
        line = http.client.HTTPSConnection(HOST)
        line.sock = self.connect(visitor)
        line.request(method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        return answer, answer.read().decode(errors="replace")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def front(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Front]:
    home = tmp_path_factory.mktemp("front")
    web, health, front = free_port(), free_port(), Front(home, free_port(), free_port())
    with django_db_blocker.unblock():
        from django.db import connection

        database = Engines(HOME).database_url.replace("/booking?", f"/{connection.settings_dict['NAME']}?")
    system = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    said = {**system, **GOOD, "DATABASE_URL": database, "DATA_DIR": str(home), "STATIC_ROOT": str(home / "static")}
    said |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ACCESS_LOG": "1"}
    caddy = system | {"SITE": HOST, "UPSTREAM": f"127.0.0.1:{web}", "TLS": "internal", "HEALTH_PORT": str(health)}
    caddy |= {"BUFFERING": buffering(), "HTTP_PORT": str(front.http), "HTTPS_PORT": str(front.https)}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env={**said, "DEMO": "1"}, check=True)  # uncompressed, which is quick
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "--bind", f"127.0.0.1:{web}"]
    with ExitStack() as running, (home / "out").open("w") as out:
        for command, env in (
            ([*gunicorn, "config.wsgi"], said),
            (["caddy", "run", "--config", "deploy/Caddyfile"], caddy),
        ):
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
            running.callback(process.wait, 30)
            running.callback(process.terminate)
        until(lambda: ready(front))
        yield front


def buffering() -> str:
    """The name of the part of the Caddyfile that this Caddy reads."""
    version = subprocess.run(["caddy", "version"], capture_output=True, text=True, check=True).stdout
    return "buffering-2.6" if re.match(r"v?2\.[0-6]\b", version) else "buffering"


def ready(front: Front) -> bool:
    try:
        return front.ask("GET", "/health/live")[0].status == 200
    except OSError:
        return False


def test_https_is_the_only_way_in(front):
    line = http.client.HTTPConnection("127.0.0.1", front.http)
    line.request("GET", "/slots/", headers={"Host": HOST})
    answer = line.getresponse()

    assert answer.status in {301, 308}
    assert answer.headers["Location"].startswith(f"https://{HOST}")


def test_one_place_says_how_safe_the_line_is(front):
    answer, _page = front.ask("GET", "/")

    assert answer.status == 200
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains; preload"]
    assert len(answer.headers.get_all("Content-Security-Policy")) == 1


def test_limits_count_the_visitor_whatever_the_visitor_claims(front):
    _answer, page = front.ask("GET", "/sign-in/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    cookie = front.ask("GET", "/sign-in/")[0].headers["Set-Cookie"]
    secret = re.search(r"csrftoken=(\w+)", cookie)[1]
    token = re.search(r'value="(\w{64})"', front.ask("GET", "/sign-in/", Cookie=f"csrftoken={secret}")[1])[1]

    def sign_in(number: int, visitor: str) -> int:
        body = f"csrfmiddlewaretoken={token}&email=person{number}@school.example".encode()
        form = {"Content_Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}/sign-in/"}
        claims = {"X_Forwarded_For": f"10.0.0.{number}", "Cookie": f"csrftoken={secret}"}
        return front.ask("POST", "/sign-in/", body, visitor, **form, **claims)[0].status

    answers = [sign_in(number, "127.0.0.1") for number in range(25)]

    assert answers[0] == 302
    assert answers[-1] == 429
    assert sign_in(30, "127.0.0.2") == 302


def test_what_is_too_large_never_reaches_a_worker(front):
    line = front.connect()
    line.sendall(f"POST /sign-in/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 12100000\r\n\r\n".encode())

    answer = http.client.HTTPResponse(line)
    answer.begin()

    assert answer.status == 413
    assert answer.headers["Content-Security-Policy"]
    assert "too large" in answer.read().decode().lower()


def test_the_largest_photo_reaches_the_program(front):
    head = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="photo.jpg"\r\n\r\n'
    body = head + bytes(pictures.MOST_BYTES) + b"\r\n--x--\r\n"

    answer, _page = front.ask("POST", "/sign-in/", body, Content_Type="multipart/form-data; boundary=x")

    assert answer.status == 403  # for the form's token is missing


def test_slow_visitors_hold_no_worker(front):
    """There are two workers; twelve visitors each send half of a form and then think. Unbuffered, all others wait."""
    head = f"POST /sign-in/ HTTP/1.1\r\nHost: {HOST}\r\nReferer: https://{HOST}/sign-in/\r\nContent-Length: 5000\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken=abcdefghijklmnopqrstuvwxyz012345\r\n"
    with ExitStack() as slow:
        for _ in range(12):
            slow.enter_context(front.connect()).sendall(f"{head}{form}\r\nemail=".encode())
        time.sleep(1)  # time enough for a worker to begin to read
        began = time.monotonic()

        statuses = [front.ask("GET", "/health/live")[0].status for _ in range(5)]

        assert statuses == [200] * 5
        assert time.monotonic() - began < 15


def test_neither_log_knows_who_asked_for_what(front):
    front.ask("GET", "/calendars/trainer/S3cretOfAFeed.ics?x=S3cretQuery", X_Forwarded_For="203.0.113.9")
    front.ask("GET", "/b/77.1~S3cretOfALink/")

    until(lambda: "/calendars/trainer/…" in (front.home / "out").read_text())
    said = (front.home / "out").read_text()
    assert "S3cret" not in said
    assert "203.0.113.9" not in said

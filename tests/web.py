"""The real web server on the tests' database, and many clients at once."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
LEAN = {"LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "config.settings"}


class Answer(NamedTuple):
    status: int
    body: Any
    seconds: float


@dataclass(frozen=True)
class Web:
    port: int

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("POST", path, body, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """A new connection, as behind a proxy; gunicorn's sync workers close it anyway."""
        began = time.perf_counter()
        peer = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            sent = None if body is None else json.dumps(body)
            peer.request(method, path, sent, {"Content-Type": "application/json", **headers})
            answer = peer.getresponse()
            text = answer.read()
        finally:
            peer.close()
        took = time.perf_counter() - began
        is_json = "json" in answer.headers.get("Content-Type", "")
        return Answer(answer.status, json.loads(text) if is_json else text, took)


@contextmanager
def serving(tree: Path = ROOT, *, workers: int = 2, **settings: str) -> Iterator[Web]:
    """gunicorn as the installation runs it, with the code of `tree`, on the database that this process uses."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as door:
        number, port = door.fileno(), door.getsockname()[1]
        command = ["-m", "gunicorn", "--config", "python:config.gunicorn", "--bind", f"fd://{number}", "config.wsgi"]
        env = os.environ | LEAN | {"DATABASE_URL": database(), "WEB_WORKERS": str(workers)} | settings
        server = subprocess.Popen([sys.executable, *command], cwd=tree, env=env, pass_fds=[number])
        try:
            until_ready(port, server)
            yield Web(port)
        finally:
            server.terminate()
            server.wait(30)


def database() -> str:
    facts = connection.settings_dict
    return f"postgres://{facts['USER']}@/{facts['NAME']}?host={facts['HOST']}"


def until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("gunicorn did not start")


def at_once(clients: int, calls: Iterable[Callable[[], Answer]]) -> list[Answer]:
    """All calls, `clients` at a time."""
    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(lambda call: call(), calls))

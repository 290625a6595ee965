"""`make demo`: the whole installation on one machine, as real processes, until Ctrl-C or SIGTERM.

Starts what the environment does not name (PostgreSQL, Valkey, a mail server), prepares the database, then the
web server, the Celery worker, beat and the mailer. Whatever dies is started again. Data stay in DATA_DIR.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.request import urlopen

from config import engines
from config.demo import prepare
from config.engines import Engines, spawn

PYTHON = sys.executable
LONGEST_PAUSE = 30  # seconds between two tries to start what keeps dying
STEADY = 60  # after so many seconds a process counts as well again
Start = Callable[[], "subprocess.Popen[bytes]"]


@dataclass
class Child:
    """A process that shall run, and what we know of its past."""

    name: str
    start: Start
    farewell: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    deaths: int = 0
    next_try: float = 0

    def tend(self, now: float) -> None:
        """Start it when it does not run and its pause is over; note when it died."""
        if self.process is not None:
            if self.process.poll() is None:
                return
            self.mourn(now, f"exit {self.process.returncode}")
        if now >= self.next_try:
            try:
                self.process, self.started = self.start(), now
            except (engines.EngineError, OSError) as error:
                self.mourn(now, str(error))

    def mourn(self, now: float, why: str) -> None:
        self.sweep(signal.SIGTERM)
        self.process = None
        self.deaths = 1 if now - self.started > STEADY else self.deaths + 1
        pause = 0 if self.deaths == 1 else min(2 ** (self.deaths - 2), LONGEST_PAUSE)
        self.next_try = now + pause
        say(f"{self.name} stopped ({why}); starting it again" + (f" in {pause} s." if pause else "."))

    def bid_farewell(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.farewell)

    def bury(self, patience: float) -> None:
        """Wait for its end, insist if need be, and end what it left behind."""
        if self.process is None:
            return
        engines.stop(self.process, self.farewell, patience)
        self.sweep(signal.SIGKILL)
        self.process = None

    def sweep(self, by: signal.Signals) -> None:
        """Reach its children that are still there: a server's workers notice the death of their master late."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, by)


@dataclass
class Demo:
    home: Path
    host: str
    port: int
    env: dict[str, str] = field(default_factory=dict)
    servers: list[Child] = field(default_factory=list)  # what the programs need
    programs: list[Child] = field(default_factory=list)
    is_leaving: bool = False

    @property
    def address(self) -> str:
        return f"http://{self.host if self.host != '127.0.0.1' else 'localhost'}:{self.port}/"

    def run(self) -> None:
        began = time.monotonic()
        self.door = self.open_door()
        self.settle()
        self.start_servers()
        self.prepare()
        self.programs.append(self.web())
        self.tend_until(self.answers)
        say(f"Ready after {time.monotonic() - began:.1f} s: {self.address}")
        say(f"Mails and logs lie in {self.home}; Ctrl-C stops everything, data stay.")
        self.programs += self.helpers()  # only now, for two cores start one program faster than four
        self.tend_until(lambda: False)

    def tend_until(self, done: Callable[[], bool]) -> None:
        while not done():
            for child in (*self.servers, *self.programs):
                child.tend(time.monotonic())
            self.rest()

    def rest(self, seconds: float = 0.1) -> None:
        """Where a goodbye is heard. Raises SystemExit."""
        if self.is_leaving:
            raise SystemExit(0)
        time.sleep(seconds)

    def leave(self, number: int, frame: FrameType | None) -> None:
        """Only a note: what a signal raises is lost where Python ignores it, such as between fork and exec."""
        self.is_leaving = True

    def open_door(self) -> socket.socket:
        """Reserve the port before anything else; nobody is let in until gunicorn listens on it."""
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for patience in range(20, -1, -1):  # predecessors that were killed need a moment to go
            try:
                door.bind((self.host, self.port))
                return door
            except OSError:
                if not patience:
                    sys.exit(f"Port {self.port} is taken. Another one: make demo PORT={self.port + 1}")
                self.rest(0.5)
        raise AssertionError("unreachable")

    def settle(self) -> None:
        """Say to every process, and to `manage.py` beside us, what this demo chose."""
        own = Engines(self.home)
        self.mail_door = None if os.environ.get("EMAIL_URL") else socket.create_server(("127.0.0.1", 0))
        chosen = {
            "DEMO": "1",
            "DATA_DIR": str(self.home),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or self.secret(),
            "SITE_URL": self.address.rstrip("/"),
            "ALLOWED_HOSTS": f"localhost,127.0.0.1,[::1],{self.host}",
            "DATABASE_URL": own.database_url,
            "REDIS_URL": own.redis_url,
        }
        if self.mail_door:
            chosen["EMAIL_URL"] = f"smtp://127.0.0.1:{self.mail_door.getsockname()[1]}"
        self.env = chosen | {k: v for k, v in os.environ.items() if v} | {"DEMO": "1", "DATA_DIR": str(self.home)}
        note = self.home / "demo.env"
        note.touch(mode=0o600)
        note.write_text("".join(f"{name}={self.env[name]}\n" for name in sorted({"EMAIL_URL", *chosen})))

    def secret(self) -> str:
        """Made once, so that sessions and links in mails outlive a restart."""
        path = self.home / "secret"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50))
        return path.read_text()

    def start_servers(self) -> None:
        own = Engines(self.home)
        if not os.environ.get("DATABASE_URL"):
            self.servers.append(Child("PostgreSQL", own.start_postgres, signal.SIGINT))
        if not os.environ.get("REDIS_URL"):
            self.servers.append(Child("Valkey", own.start_valkey))
        if self.mail_door:
            number = self.mail_door.fileno()
            command = ["-m", "config.demo.maildrop", str(number), str(self.home / "mail")]
            self.servers.append(Child("mail server", self.python("mail", command, keep=(number,))))
        for child in self.servers:
            child.process, child.started = child.start(), time.monotonic()

    def prepare(self) -> None:
        if not os.environ.get("DATABASE_URL") and prepare.is_done(self.home):
            return
        work = Child("preparation", self.python("prepare", ["-m", "config.demo.prepare"]))
        self.programs.append(work)  # so that Ctrl-C ends it, too
        work.process = work.start()
        while work.process.poll() is None:
            self.rest()
        if work.process.returncode:
            sys.exit(f"The preparation failed:\n{(self.home / 'log' / 'prepare.log').read_text()[-4000:]}")
        self.programs.remove(work)

    def web(self) -> Child:
        number = self.door.fileno()
        command = ["-m", "gunicorn", "--config", "python:config.gunicorn", "--bind", f"fd://{number}", "config.wsgi"]
        return Child("web", self.python("web", command, keep=(number,)))

    def helpers(self) -> list[Child]:
        celery = ["-m", "celery", "--app", "config.celery"]
        worker = [
            *celery,
            "worker",
            "--concurrency",
            "1",
            "--loglevel",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
        ]
        beat = [*celery, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile=", "--loglevel", "WARNING"]
        return [
            Child("mailer", self.python("mailer", ["manage.py", "send_due", "--loop"])),
            Child("worker", self.python("worker", worker)),
            Child("beat", self.python("beat", beat)),
        ]

    def python(self, name: str, arguments: list[str], keep: tuple[int, ...] = ()) -> Start:
        def start() -> subprocess.Popen[bytes]:
            logs = self.home / "log"
            logs.mkdir(parents=True, exist_ok=True)
            with (logs / f"{name}.log").open("ab") as out:
                return spawn([PYTHON, *arguments], out=out, env=self.env, keep=keep)

        return start

    def answers(self) -> bool:
        try:
            with urlopen(f"http://{self.host}:{self.port}/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def close(self) -> None:
        """Programs first, and all at once; then what they needed, the database last."""
        for child in self.programs:
            child.bid_farewell()
        for child in (*self.programs, *reversed(self.servers)):
            child.bury(patience=20)


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    os.umask(0o077)
    home = Path(os.environ.get("DATA_DIR") or "var").resolve()
    lock = engines.hold(home)
    if lock is None:
        sys.exit(f"A demo already runs in {home}. Beside it: make demo PORT=8001 DATA_DIR=var2")
    demo = Demo(home, os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000))
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, demo.leave)
    try:
        demo.run()
    except engines.EngineError as error:
        sys.exit(str(error))
    finally:
        demo.close()
        say("Stopped.")

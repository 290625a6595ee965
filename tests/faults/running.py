"""A real demo for a test to break: its own folder, its own port, every process findable."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
FORGET = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "TESTING", "SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS"}


class RunningDemo:
    """`with RunningDemo(folder) as demo:` is ready when it begins, and stopped when it ends."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.settings = settings

    @property
    def env(self) -> dict[str, str]:
        given = {name: value for name, value in os.environ.items() if name not in FORGET}
        return given | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(self.home),
            "PORT": str(self.port),
            **self.settings,
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "config.demo"]
        self.output = (self.home.parent / f"{self.home.name}.out").open("w+")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=self.output, stderr=self.output, start_new_session=True
        )
        until(lambda: self.status() == 200 or self.process.poll() is not None, seconds=120)
        assert self.process.poll() is None, self.said()

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        return self.process.wait(60)

    def said(self) -> str:
        self.output.seek(0)
        return self.output.read()

    def status(self, path: str = "/health/ready") -> int:
        """The answer's status, 0 when there is none."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status
        except OSError as error:
            return getattr(error, "code", 0)

    def manage(self, *arguments: str) -> str:
        """What `manage.py` beside the demo says; it gets nothing but DATA_DIR."""
        env = {name: value for name, value in os.environ.items() if name not in FORGET} | {"DATA_DIR": str(self.home)}
        command = [sys.executable, "manage.py", *arguments]
        env["DJANGO_SETTINGS_MODULE"] = "config.settings"
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout

    def all(self) -> list[psutil.Process]:
        """Every living process of this demo, also one that lost its parents."""
        marks = (str(self.home), f"DATA_DIR={self.home}")
        return [process for process in psutil.process_iter() if belongs(process, marks)]

    def find(self, word: str) -> list[psutil.Process]:
        """The processes whose command holds `word` ("bin/postgres", "gunicorn", "worker", "beat", "send_due")."""
        return [process for process in self.all() if any(word in part for part in command_of(process))]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if self.process.poll() is None:
            self.stop()
        for process in self.all():
            process.kill()
        self.output.close()


def command_of(process: psutil.Process) -> list[str]:
    """Its command; none if it ended while we looked."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def belongs(process: psutil.Process, marks: tuple[str, str]) -> bool:
    home, setting = marks
    try:
        if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
            return False
        return (
            any(part.startswith(home) for part in process.cmdline())
            or process.cwd().startswith(home)
            or process.environ().get("DATA_DIR") == setting.partition("=")[2]
        )
    except psutil.Error:
        return False


def until(true: Callable[[], bool], seconds: float = 30, what: str = "") -> None:
    """Wait for what must come true; a test that waits in vain fails, and says for `what`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s {what}".rstrip()
        time.sleep(0.1)

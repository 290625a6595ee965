"""A broker that a test may harm, and the line to it."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil
from kombu import Connection
from redis import Redis

from config.celery import app
from config.engines import Engines, stop


class Line:
    """A port on loopback that leads to the server behind `door`, or to nobody. `calls` counts who ever connected.

    It can be cut without a word: what is said on it is swallowed, and nothing comes back. Who then clings to the
    old connection hears nothing any more, even when it is mended, as when a network forgets one.
    """

    def __init__(self, door: Path | None = None) -> None:
        self.door = door
        self.calls = 0
        self.is_cut = door is None
        self._cuts: set[asyncio.Event] = set()
        self._kept: list[asyncio.Future[None]] = []

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def cut(self) -> None:
        self.is_cut = True
        for cut in list(self._cuts):
            self._loop.call_soon_threadsafe(cut.set)

    def mend(self) -> None:
        self.is_cut = False

    def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        self._kept.append(asyncio.ensure_future(self.serve(reader, writer)))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        cut = asyncio.Event()
        if self.is_cut or self.door is None:
            await asyncio.sleep(3600)
            return
        try:
            there = await asyncio.open_unix_connection(self.door)
        except OSError:  # the server is gone: so is the line
            writer.close()
            return
        self._cuts.add(cut)
        ways = [
            asyncio.ensure_future(self.carry(reader, there[1], cut)),
            asyncio.ensure_future(self.carry(there[0], writer, cut)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        self._cuts.discard(cut)
        for one in (writer, there[1]):
            one.close()

    async def carry(self, here: asyncio.StreamReader, there: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        with suppress(ConnectionError):
            while said := await here.read(65_536):
                if not cut.is_set():
                    there.write(said)
        if cut.is_set():
            await asyncio.sleep(3600)

    def __enter__(self) -> Self:
        door = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = door.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        serve = asyncio.start_server(self.answer, sock=door)
        self._server = asyncio.run_coroutine_threadsafe(serve, self._loop).result()
        return self

    def __exit__(self, *exc: object) -> None:
        asyncio.run_coroutine_threadsafe(self.hang_up(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def hang_up(self) -> None:
        self._server.close()
        mine = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)


class Broker:
    """A Valkey of our own, behind a line that can be cut."""

    def __init__(self, home: Path) -> None:
        self.engines = Engines(home)
        self.server = self.engines.start_valkey()
        self.door = self.engines.sockets / "valkey.sock"
        self.line = Line(self.door)

    def __enter__(self) -> Self:
        self.line.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self.line.__exit__(*exc)
        stop(self.server, signal.SIGTERM)

    def deliver(self, task: str, *, times: int) -> None:
        """The same task, with the same id, so often."""
        with Connection(self.line.url) as connection:
            for _ in range(times):
                app.send_task(f"booking.tasks.{task}", task_id=f"the same {task}", connection=connection)

    # What may happen to it; each returns how it ends

    def is_stopped(self) -> Callable[[], None]:
        stop(self.server, signal.SIGKILL)
        return self.start_again

    def start_again(self) -> None:
        self.server = self.engines.start_valkey()

    def is_a_black_hole(self) -> Callable[[], None]:
        self.line.cut()
        return self.line.mend

    def forgets(self) -> Callable[[], None]:
        with Redis(unix_socket_path=str(self.door)) as client:
            client.flushall()
        return lambda: None

    def stands_still(self) -> Callable[[], None]:
        sleeper = psutil.Process(self.server.pid)
        sleeper.suspend()
        time.sleep(6)  # longer than the task that is at work and the patience of its clients
        return sleeper.resume

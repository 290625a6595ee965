"""The mail server of the demo: what arrives by SMTP lies as a file in a folder, and goes nowhere.

`python -m config.demo.maildrop FD FOLDER` serves on an open socket, so that a restart keeps the port.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Maildrop:
    """Keeps each mail whole, under a name that sorts by the time of its arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = itertools.count()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%S.%f}-{os.getpid()}-{next(self.number)}.eml"
        half = self.folder / f".{name}"
        half.write_bytes(envelope.original_content or b"")
        half.rename(self.folder / name)  # whoever lists the folder sees whole mails only
        return "250 kept"


async def serve(door: socket.socket, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, done.set)
    drop = Maildrop(folder)
    server = await loop.create_server(lambda: SMTP(drop, loop=loop, enable_SMTPUTF8=True, ident="demo"), sock=door)
    await done.wait()
    server.close()


if __name__ == "__main__":
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), target))

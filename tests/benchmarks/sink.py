"""A mail server in a process of its own that takes everything and keeps nothing: `python -m tests.benchmarks.sink`."""

from __future__ import annotations

import asyncio
import socket

from aiosmtpd.smtp import SMTP, Envelope, Session


class Taking:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        return "250 gone"


async def serve() -> None:
    door = socket.create_server(("127.0.0.1", 0))
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Taking(), enable_SMTPUTF8=True), sock=door)
    print(door.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())

"""A mail server that keeps what it gets, and fails when a test asks it to."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel("WARNING")  # else it tells of every line of every mail


@dataclass
class Sink:
    """`mails` are in the order of arrival; `envelopes` are what SMTP said about them.

    `refuse` maps an address to the answer its RCPT gets ("550 no such user"); `after_data` is the answer to
    every message ("451 later"); with `silent` the server takes the message and never answers; of the next
    `breaks_off` messages it takes each and closes the line without a word; `delay` are the seconds that it thinks
    about each.
    """

    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    after_data: str = "250 kept"
    silent: bool = False
    breaks_off: int = 0
    delay: float = 0
    port: int = 0

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]) -> str:  # noqa: N802 (aiosmtpd's name)
        if to in self.refuse:
            return self.refuse[to]
        envelope.rcpt_tos.append(to)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.silent:
            await asyncio.sleep(3600)
        await asyncio.sleep(self.delay)
        if self.after_data.startswith("2"):
            self.mails.append(message_from_bytes(envelope.original_content or b"", policy=policy.default))
            self.envelopes.append(envelope)
        if self.breaks_off:
            self.breaks_off -= 1
            server.transport.abort()
        return self.after_data

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail, envelope in zip(self.mails, self.envelopes, strict=True) if address in envelope.rcpt_tos]

    def __enter__(self) -> Self:
        door = socket.create_server(("127.0.0.1", self.port))
        self.port = door.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()  # first: where Playwright runs, the thread of the tests has a loop already
        serve = self._loop.create_server(lambda: SMTP(self, loop=self._loop, enable_SMTPUTF8=True), sock=door)
        self._server = asyncio.run_coroutine_threadsafe(serve, self._loop).result()
        return self

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

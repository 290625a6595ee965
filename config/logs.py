"""What the house says of itself: one JSON object a line, without people in it and without what opens something."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

# Keys of feeds, of links in mails, of slots, of people who were asked, of feedback; what follows them stays readable.
KEYS = re.compile(r"(/calendars/[a-z]+/|/[bfmtu]/)[^/\s?\"']+")
QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']*")  # of an address: filters, but also keys and what somebody searched
MAILBOX = re.compile(r"[^\s@<>\"'(=:,;]+@[^\s@<>\"'),;:]+\.\w+")
TOKEN = re.compile(r"\blo_[\w-]{10,}|(?i:bearer\s+)[\w.~+/=-]+")
ROW = re.compile(
    r"^(DETAIL|CONTEXT|LINE \d+): .*$|(?<=Failing row contains ).*", re.MULTILINE
)  # PostgreSQL quotes rows


def clean(text: str) -> str:
    for pattern, instead in ((KEYS, r"\1…"), (QUERY, r"\1"), (TOKEN, "…"), (MAILBOX, "…@…"), (ROW, "…")):
        text = pattern.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """`at`, `level`, `logger`, `message`, what else the record's `facts` say, and the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": clean(record.getMessage()),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = clean(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)

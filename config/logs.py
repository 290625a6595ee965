"""What a log may not hold: addresses that open something for whoever reads them."""

from __future__ import annotations

import logging
import re

SECRET = re.compile(r"(/calendars/[a-z]+/|/b/)[^/\s?]+")


class WithoutSecrets(logging.Filter):
    """Takes the keys of feeds and of links in mails out of every line; Django logs the path of what goes wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET.sub(r"\1…", record.getMessage()), ()
        return True

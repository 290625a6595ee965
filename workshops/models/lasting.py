from __future__ import annotations

from datetime import date
from typing import Any

from schools.schooldays import ONE_DAY


class Lasting:
    """Of rows that are `valid` from a day to a day."""

    valid: Any

    @property
    def last_day(self) -> date | None:
        """The range ends before its upper bound; None where it has no end."""
        after: date | None = self.valid.upper
        return after and after - ONE_DAY

"""What an address or a button says, before it goes anywhere."""

from __future__ import annotations

LONGEST = 80


def word(text: str | None) -> str:
    """A short name without characters that no database takes; nothing for nothing."""
    return "".join(sign for sign in (text or "")[:LONGEST] if sign.isprintable())

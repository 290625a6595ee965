"""The course of a morning: one step a line, "8:00 · Arrive · Coats on the hook"."""

from __future__ import annotations

SEPARATOR = " · "


def steps_of(course: object) -> list[tuple[str, str, bool]]:
    """Steps as (when and what, the rest, past), ready for the part `steps`."""
    return [step(line) for line in str(course).splitlines() if line.strip()]


def step(line: str) -> tuple[str, str, bool]:
    parts = [part.strip() for part in line.split("·")]
    return SEPARATOR.join(parts[:2]), SEPARATOR.join(parts[2:]), False

"""Hours with two decimals, so rounded that the parts add up to their sum."""

from __future__ import annotations

from collections.abc import Sequence

HOUR, LESSON = 60, 45  # minutes


def in_hours(minutes: int, unit: int) -> float:
    """Half a hundredth is rounded up."""
    return hundredths(minutes, unit) / 100


def hundredths(minutes: int, unit: int) -> int:
    return (minutes * 200 + unit) // (2 * unit)


def shared_out(parts: Sequence[int], unit: int) -> list[float]:
    """The hours of each part: what is rounded of their sum goes to those that lose most (largest remainder), so each
    is less than a hundredth away from its exact value."""
    down = [minutes * 100 // unit for minutes in parts]
    more = hundredths(sum(parts), unit) - sum(down)
    losers = sorted(range(len(parts)), key=lambda number: -(parts[number] * 100 % unit))[:more]
    return [(value + (number in losers)) / 100 for number, value in enumerate(down)]

"""Rounds, rates and percentiles. Nothing here knows what is measured."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from threading import Barrier, Thread

ROUNDS = 3
Step = Callable[[], object]


@dataclass
class Series:
    """One kind of work over all rounds. `values` are medians of nothing: one number a round, in `unit`."""

    name: str
    unit: str = "/s"
    values: list[float] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return median(self.values)

    def __str__(self) -> str:
        spread = f"{min(self.values):.4g}–{max(self.values):.4g}"
        return f"{self.middle:.4g}{self.unit} ({spread})"


@dataclass
class Ratio:
    """`ours` beside its floor; `target` is what we want to reach, at least or at most."""

    ours: Series
    floor: Series
    target: float
    at_most: bool = False

    @property
    def value(self) -> float:
        return self.ours.middle / self.floor.middle

    @property
    def reached(self) -> bool:
        return self.value <= self.target if self.at_most else self.value >= self.target


def rate(threads: int, seconds: float, prepare: Callable[[int], Step], leave: Step = lambda: None) -> float:
    """How often a second the steps run, all threads together. `prepare` is called in its thread, outside the time."""
    start, counts = Barrier(threads + 1), [0] * threads

    def work(number: int) -> None:
        step = prepare(number)
        start.wait()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            step()
            counts[number] += 1
        leave()

    crew = [Thread(target=work, args=[number]) for number in range(threads)]
    for one in crew:
        one.start()
    start.wait()
    began = time.perf_counter()
    for one in crew:
        one.join()
    return sum(counts) / (time.perf_counter() - began)


def percentile(values: list[float], share: int) -> float:
    return quantiles(values, n=100, method="inclusive")[share - 1]


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """A list that holds the seconds once the block has ended."""
    took: list[float] = []
    began = time.perf_counter()
    yield took
    took.append(time.perf_counter() - began)

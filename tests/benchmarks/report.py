"""What was measured, for people on the screen and raw in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Ratio, Series


class Report:
    def __init__(self, facts: dict[str, Any], out: Path) -> None:
        self.facts, self.out = facts, out
        for name, value in facts.items():
            print(f"{name}: {value}")

    def add(self, name: str, title: str, ratios: list[Ratio]) -> None:
        print(f"\n{title}")
        for ratio in ratios:
            print(f"  {line_of(ratio)}")
        self.out.mkdir(parents=True, exist_ok=True)
        raw = {"title": title, "machine": self.facts, "ratios": [raw_of(ratio) for ratio in ratios]}
        (self.out / f"{name}.json").write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n")


def line_of(ratio: Ratio) -> str:
    sign, word = ("≤" if ratio.at_most else "≥"), ("reached" if ratio.reached else "NOT REACHED")
    sides = f"{ratio.ours.name} {ratio.ours}, {ratio.floor.name} {ratio.floor}"
    return f"{ratio.value:.3g} (target {sign} {ratio.target:g}: {word})  {sides}"


def raw_of(ratio: Ratio) -> dict[str, Any]:
    return {
        "ratio": ratio.value,
        "target": ratio.target,
        "at_most": ratio.at_most,
        "reached": ratio.reached,
        "ours": raw_series(ratio.ours),
        "floor": raw_series(ratio.floor),
    }


def raw_series(series: Series) -> dict[str, Any]:
    return {"name": series.name, "unit": series.unit.strip(), "median": series.middle, "rounds": series.values}

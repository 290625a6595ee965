"""Run all benchmarks, or those that are named: `python -m tests.benchmarks f01 f03`."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import django

HERE = Path(__file__).parent
OUT = Path(os.environ.get("DATA_DIR") or "var").resolve() / "bench"


def main(wanted: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # makes a home of its own, in the temporary folder
    django.setup()
    from tests.benchmarks.house import House  # needs loaded apps
    from tests.benchmarks.report import Report

    names = sorted(path.stem for path in HERE.glob("f[0-9]*.py"))
    with House() as house:
        report = Report(house.facts(), OUT)
        for name in names:
            if not wanted or any(name.startswith(word) for word in wanted):
                module = import_module(f"tests.benchmarks.{name}")
                report.add(name, module.TITLE, module.run(house))


main(sys.argv[1:])

"""Imports go one way: config → booking → workshops → schools → accounts."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "schools", "workshops", "booking", "config")
PYTHON = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]


def test_a_room_never_knows_the_rooms_that_stand_on_it():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout


def test_no_file_is_a_drawer():
    assert [str(path) for path in PYTHON if path.name in {"utils.py", "helpers.py", "signals.py", "misc.py"}] == []


def test_no_file_is_longer_than_400_lines():
    assert {path.name: n for path in PYTHON if (n := len(path.read_text().splitlines())) > 400} == {}


def test_only_the_delivery_sends_mail():
    """Nothing is sent inside a request: whoever tells people something writes a row of the outbox."""
    sends = re.compile(r"\b(send_mail|send_mass_mail|EmailMessage\(|EmailMultiAlternatives\()")
    senders = {str(path.relative_to(ROOT)) for path in PYTHON if sends.search(path.read_text())}

    assert senders <= {"booking/messages/delivery.py", "accounts/adapter.py"}


def test_every_silenced_rule_has_a_reason():
    """`noqa` and `type: ignore` name the rule and say why on the same line."""
    silenced = re.compile(r"#\s*(noqa|type:\s*ignore)(?P<rest>.*)$")
    reason = re.compile(r"^(\[[\w, -]+\]|: [A-Z]+\d+(, ?[A-Z]+\d+)*)\W+\w.{2,}")
    files = [*PYTHON, *(path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))]
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (found := silenced.search(line)) and not reason.match(found["rest"])
    ]

    assert bare == []

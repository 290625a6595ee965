"""ical.js, which Thunderbird and others read calendars with, finds what the readers in Python find."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from booking.calendars import events
from booking.calendars.events import Event
from tests.calendars.test_readers import BERLIN, CHANGES, TRAPS, Read, cleaned, is_doubtful, utc

pytestmark = pytest.mark.soak
VERSION = "2"
READER = """
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const read = calendar.getAllSubcomponents("vevent").map((one) => {
  const event = new ICAL.Event(one);
  const times = [event.startDate, event.endDate].map((time) => time.toJSDate().toISOString());
  return [event.uid, ...times, event.summary ?? "", event.description ?? "", event.location ?? ""];
});
console.log(JSON.stringify(read));
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """The command that reads a calendar from its standard input."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("ical.js needs node and npm, and they are not here")
    home = tmp_path_factory.mktemp("icaljs")
    (home / "read.mjs").write_text(READER)
    fetch = [npm, "install", "--no-save", "--silent", "--prefix", str(home), f"ical.js@{VERSION}"]
    fetched = subprocess.run(fetch, cwd=home, capture_output=True, text=True, timeout=180, check=False)
    if fetched.returncode:
        pytest.skip(f"npm could not fetch ical.js: {fetched.stderr[-300:]}")
    return [node, str(home / "read.mjs")]


def read_by(reader, written: bytes) -> list[Read]:
    answer = subprocess.run(reader, input=written, capture_output=True, timeout=120, check=True)
    rows = json.loads(answer.stdout)
    return [Read(uid, *map(datetime.fromisoformat, times), *texts) for uid, *times, texts in map(halves, rows)]


def halves(row: list[str]) -> list[object]:
    uid, starts, ends, *texts = row
    return [uid, starts.replace("Z", "+00:00"), ends.replace("Z", "+00:00"), texts]


def typed(rng: Random) -> str:
    if rng.random() < 0.3:
        return rng.choice(TRAPS)
    return "".join(chr(rng.choice((rng.randrange(0x20, 0x250), rng.randrange(0x1F300, 0x1F600)))) for _ in range(40))


def made(rng: Random, number: int) -> Event:
    """A date near a change of the clock, or any other."""
    near = datetime.combine(rng.choice(CHANGES), datetime.min.time()) + timedelta(minutes=rng.randrange(-2_000, 2_000))
    far = datetime(2025, 1, 1) + timedelta(minutes=rng.randrange(0, 10 * 365 * 24 * 60))  # noqa: DTZ001 (a local clock)
    begins = rng.choice((near, far))
    starts = (begins if not is_doubtful(begins) else begins + timedelta(hours=3)).replace(tzinfo=BERLIN)
    ends = (starts.astimezone(UTC) + timedelta(minutes=rng.randrange(5, 600))).astimezone(BERLIN)
    if is_doubtful(ends.replace(tzinfo=None)):
        ends = (ends + timedelta(hours=3)).replace(fold=0)
    texts = {name: typed(rng) for name in ("summary", "description", "location")}
    return Event(
        uid=f"slot-{number}@lernort.invalid", starts=starts, ends=ends, status="CONFIRMED", sequence=0,
        created=starts, changed=starts, **texts,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_ical_js_finds_the_same(reader, seed):
    rng = Random(seed)
    all_events = [made(rng, number) for number in range(400)]

    found = read_by(reader, events.calendar(all_events))

    for event, read in zip(all_events, found, strict=True):
        texts = map(cleaned, (event.summary, event.description, event.location))
        assert read == Read(event.uid, utc(event.starts), utc(event.ends), *texts)


def test_ical_js_would_see_another_hour(reader):
    starts = datetime(2027, 7, 1, 8, tzinfo=BERLIN)
    event = Event("u", starts, starts + timedelta(hours=1), "x", "CONFIRMED", 0, starts, starts)
    moved = events.calendar([event]).replace(b"20270701T080000", b"20270701T090000")

    assert read_by(reader, moved)[0].starts == utc(starts) + timedelta(hours=1)

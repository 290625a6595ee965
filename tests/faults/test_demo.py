"""`make demo` under the hands of people and accidents. Real processes; slow, so few."""

from __future__ import annotations

import signal

import pytest

from tests.faults.running import RunningDemo, until

pytestmark = pytest.mark.fault


@pytest.fixture
def demo(tmp_path):
    with RunningDemo(tmp_path / "var") as demo:
        yield demo


def test_the_demo_survives_its_parts_and_leaves_nothing_behind(demo):
    """One long test, for each start takes seconds."""
    assert "already runs" in beside_a_running_one(demo)
    assert "[X]" in demo.manage("showmigrations", "booking")

    postgres = demo.find("bin/postgres")[0]
    postgres.kill()
    postgres.wait(10)
    until(lambda: demo.status() == 200, seconds=60)

    web = demo.find("gunicorn")[0]
    web.kill()
    web.wait(10)
    until(lambda: demo.status() == 200, seconds=60)

    assert demo.stop() == 0
    assert demo.all() == []
    assert (demo.home / "postgres" / "PG_VERSION").exists()


def test_after_everything_was_killed_the_demo_starts_again_with_its_data(demo):
    demo.manage("shell", "-c", "from django.core.cache import cache; cache.set('kept', 'yes', None)")

    for process in [*demo.all()]:
        if process.is_running():
            process.kill()
    demo.process.wait(10)
    demo.start()

    assert "yes" in demo.manage("shell", "-c", "from django.core.cache import cache; print(cache.get('kept'))")


def test_a_killed_supervisor_takes_its_processes_along(demo):
    demo.process.send_signal(signal.SIGKILL)
    demo.process.wait(10)

    until(lambda: demo.all() == [], seconds=30)


def beside_a_running_one(demo: RunningDemo) -> str:
    twin = RunningDemo(demo.home)
    with pytest.raises(AssertionError) as refused:
        twin.start()
    return str(refused.value)

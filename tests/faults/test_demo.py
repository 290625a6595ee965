"""`make demo` under the hands of people and accidents: real processes.

Starting costs seconds, so the tests share one demo, and each leaves it running.
"""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.faults.running import ROOT, RunningDemo, until

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with RunningDemo(tmp_path_factory.mktemp("demo") / "var") as demo:
        yield demo


def test_manage_py_beside_it_needs_only_the_folder(demo):
    assert "[X]" in demo.manage("showmigrations", "booking")


def test_a_second_demo_in_the_same_folder_is_refused(demo):
    twin = RunningDemo(demo.home)

    with pytest.raises(AssertionError, match="already runs"):
        twin.start()

    assert demo.status() == 200


@pytest.mark.parametrize("part", ["bin/postgres", "valkey-server", "gunicorn", "worker", "beat", "maildrop"])
def test_what_dies_is_started_again(demo, part):
    until(lambda: bool(demo.find(part)))
    killed = demo.find(part)[0]

    killed.kill()
    killed.wait(10)

    until(lambda: bool(set(demo.find(part)) - {killed}))
    until(lambda: demo.status() == 200)


def test_after_everything_was_killed_it_starts_again_with_its_data(demo):
    demo.manage("shell", "-c", "from django.core.cache import cache; cache.set('kept', 'yes', None)")

    for process in sorted(demo.all(), key=lambda process: process.pid):
        if process.is_running():
            process.kill()
    demo.process.wait(10)
    demo.start()

    assert "yes" in demo.manage("shell", "-c", "from django.core.cache import cache; print(cache.get('kept'))")


def test_a_killed_supervisor_takes_its_processes_along(demo):
    demo.process.send_signal(signal.SIGKILL)
    demo.process.wait(10)

    until(lambda: demo.all() == [])
    demo.start()


@pytest.mark.parametrize("goodbye", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "Ctrl-C"])
def test_a_goodbye_stops_everything(demo, goodbye):
    assert demo.stop(goodbye) == 0
    until(lambda: demo.all() == [], seconds=10)  # who was just being born ends with its parent, a moment later
    demo.start()


BORN_WITH_A_GOODBYE = """
import os, signal
from config.demo.supervisor import main
def once(): said.append(1) or len(said) > 1 or os.kill(os.getpid(), signal.SIGTERM)
said = []
os.register_at_fork(after_in_parent=once)
main()
"""


def test_a_goodbye_between_fork_and_exec_is_heard(tmp_path):
    """Python ignores whatever is raised there."""
    demo = RunningDemo(tmp_path / "var")
    command = [sys.executable, "-c", BORN_WITH_A_GOODBYE]

    ended = subprocess.run(command, cwd=ROOT, env=demo.env, capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, ended.stdout) == (0, "Stopped.\n")
    assert demo.all() == []

"""Servers of our own, on the worst days of their lives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from config.engines import Engines, hold, stop


@pytest.fixture
def engines(tmp_path):
    return Engines(tmp_path / "var")


@pytest.fixture
def postgres(engines):
    started = []

    def start(*, durable=False):
        started.append(engines.start_postgres(durable=durable))
        return started[-1]

    yield start
    for server in started:
        stop(server, signal.SIGINT)


def ask(engines: Engines, question: str) -> object:
    with psycopg.connect(host=str(engines.sockets), user="postgres", dbname="booking", autocommit=True) as sql:
        answer = sql.execute(question)
        return answer.fetchone()[0] if answer.description else None


def test_a_killed_server_starts_again_with_its_data(engines, postgres):
    first = postgres(durable=True)
    ask(engines, "CREATE TABLE kept AS SELECT 7 AS n")
    first.kill()
    first.wait()

    postgres()

    assert ask(engines, "SELECT n FROM kept") == 7


def test_a_busy_backend_of_a_killed_server_does_not_stop_the_next(engines, postgres):
    """It would hold the shared memory for as long as its query runs."""
    first = postgres()
    busy = psycopg.connect(host=str(engines.sockets), user="postgres", dbname="booking", autocommit=True)
    busy.pgconn.send_query(b"SELECT pg_sleep(600)")
    first.kill()
    first.wait()

    postgres()

    assert ask(engines, "SELECT 1") == 1


@pytest.mark.parametrize("pid", [os.getpid(), 1, 4_000_000], ids=["ours", "a stranger's", "nobody's"])
def test_a_pid_file_left_behind_does_not_stop_the_next(engines, postgres, pid):
    stop(postgres(), signal.SIGINT)
    cluster = engines.home / "postgres"
    (cluster / "postmaster.pid").write_text(f"{pid}\n{cluster}\n1700000000\n5432\n{engines.sockets}\n")

    postgres()

    assert ask(engines, "SELECT 1") == 1


def test_a_half_made_cluster_is_made_anew(engines, postgres):
    (engines.home / "postgres.new" / "base").mkdir(parents=True)

    postgres()

    assert ask(engines, "SELECT 1") == 1


def test_postgres_knows_letters_of_the_region(engines, postgres):
    postgres()

    assert ask(engines, "SELECT upper('äłčß')") == "ÄŁČß"


def test_a_long_folder_name_gets_short_sockets(tmp_path):
    deep = tmp_path / ("x" * 60) / ("y" * 60)

    assert len(str(Engines(deep).sockets)) < 60
    assert Engines(deep).sockets == Engines(deep).sockets != Engines(deep / "z").sockets


def test_a_name_with_spaces_gets_plain_sockets(tmp_path):
    assert " " not in str(Engines(tmp_path / "my data").sockets)


def test_a_long_folder_name_works(tmp_path):
    deep = Engines(tmp_path / ("x" * 60) / "with spaces" / ("y" * 40))
    server = deep.start_postgres(durable=False)
    valkey = deep.start_valkey()
    try:
        assert ask(deep, "SELECT 1") == 1
    finally:
        stop(server, signal.SIGINT)
        stop(valkey, signal.SIGTERM)


def test_one_folder_has_one_holder(tmp_path):
    first = hold(tmp_path / "var")

    assert first is not None
    assert hold(tmp_path / "var") is None

    first.close()
    assert hold(tmp_path / "var") is not None


def test_burying_leaves_other_servers_alone(engines, postgres, tmp_path):
    postgres()

    Engines(tmp_path / "elsewhere").bury()

    assert ask(engines, "SELECT 1") == 1


def test_an_ordinary_user_needs_no_disguise(tmp_path):
    """Root becomes one in a namespace in which it is nobody special; who is one already starts the server as it is."""
    script = (
        "import os, signal, sys; from pathlib import Path; from config.engines import Engines, stop;"
        "e = Engines(Path(sys.argv[1])); p = e.start_postgres(); print(os.geteuid()); stop(p, signal.SIGINT)"
    )
    becoming = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []
    command = [*becoming, sys.executable, "-c", script, tmp_path / "var"]
    root = Path(__file__).resolve().parent.parent.parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)

    assert done.stdout.strip() == str(os.geteuid() or 1000), done.stderr

"""What docker-compose.yml, the Dockerfile and the systemd units say is what the program knows."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from booking.forms.organise import registers
from tests.config.test_configuration_guide import READ
from tests.config.test_settings import GOOD, ROOT
from workshops import pictures

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "booking"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
PROGRAMS = {"python", "gunicorn", "celery"}
IN_THE_FILE = {"SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "UID_HOST", "EMAIL_URL", "DEFAULT_FROM_EMAIL"}


def exists(command: list[str]) -> bool:
    """Whether the words name a program of ours and what it is to run."""
    program, *words = command
    if Path(program).name not in PROGRAMS:
        return False
    if "manage.py" in words:
        return words[words.index("manage.py") + 1] in get_commands()
    for word in words:
        if re.fullmatch(r"(python:)?config\.[\w.]+(:\w+)?", word):
            module, _, name = word.removeprefix("python:").partition(":")
            assert not name or hasattr(importlib.import_module(module), name)
            assert (ROOT / module.replace(".", "/")).with_suffix(".py").exists()
    return any("config." in word for word in words)


def default_command() -> list[str]:
    return yaml.safe_load(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1])


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name):
    assert exists(OURS[name].get("command", default_command()))


def test_each_process_runs_once():
    commands = [" ".join(service.get("command", default_command())) for service in OURS.values()]

    assert sorted(OURS) == ["beat", "mailer", "migrate", "web", "worker"]
    for words in ("gunicorn", "send_due --loop", "worker", "beat", "migrate"):
        assert sum(words in command for command in commands) == 1


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_of_ours(name):
    assert set(OURS[name]["environment"]) <= READ


def test_what_must_be_set_is_set_here_or_asked_for_in_the_file():
    head = (ROOT / "docker-compose.yml").read_text().split("name:")[0]
    named = set(re.findall(r"[A-Z_]{4,}", head))

    assert set(GOOD) == set(OURS["web"]["environment"]) & set(GOOD) | IN_THE_FILE
    assert named >= IN_THE_FILE | {"SITE", "TLS_EMAIL", "POSTGRES_PASSWORD"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_process_is_confined(name):
    service = SERVICES[name]

    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_process_says_whether_it_lives(name):
    check = SERVICES[name]["healthcheck"]

    assert check == {"disable": True} if name == "migrate" else check["test"][0] == "CMD"


def test_signs_of_life_are_shown_where_they_are_looked_for():
    for name in ("worker", "beat", "mailer"):
        assert OURS[name]["healthcheck"]["test"][-1] == "heartbeat"
        assert OURS[name]["environment"]["HEARTBEAT_FILE"].startswith("/tmp/")
        assert "/tmp" in OURS[name]["tmpfs"]


def test_only_the_proxy_has_a_door():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["valkey"]["networks"] == ["inside"]


def test_the_proxy_lets_through_what_pages_take():
    text = (ROOT / "deploy" / "Caddyfile").read_text()
    most = max(pictures.MOST_BYTES, registers.MOST_BYTES) + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    limit = int(re.search(r"max_size (\d+)MB", text)[1]) * 1_000_000
    refused = re.compile(re.search(r"header_regexp Content-Length (\S+)", text)[1])

    assert most < limit <= settings.MOST_REQUEST_BYTES
    assert not refused.search(str(most))
    assert not refused.search(str(limit - 1))
    assert all(refused.search(str(size)) for size in (limit, 2 * limit, 10 * limit, 100 * limit))
    assert all(int(size) * 2**20 > limit for size in re.findall(r"(?:request_buffers|max_buffer_size) (\d+)MiB", text))


def test_nothing_starts_before_what_it_needs():
    for name in ("web", "worker", "beat", "mailer"):
        assert OURS[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert OURS["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_the_image_runs_as_nobody_and_holds_no_secret():
    last = DOCKERFILE.split("\nFROM ")[-1]

    assert re.search(r"^USER app$", last, re.MULTILINE)
    assert last.index("USER app") < last.index("CMD")
    assert not re.search(r"(SECRET_KEY|PASSWORD|TOKEN)=", DOCKERFILE)
    assert set(re.findall(r"\b([A-Z_]{4,})=", last)) <= READ | {
        "PATH",
        "PYTHONUNBUFFERED",
        "PYTHONDONTWRITEBYTECODE",
        "DJANGO_SETTINGS_MODULE",
    }


def test_what_the_image_copies_exists_and_is_let_in():
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert sources
    for source in sources:
        for name in source.split():
            assert (ROOT / name).exists()
            assert name.split("/")[0] in let_in


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_what_exists_and_as_nobody(unit):
    text = unit.read_text()
    command = shlex.split(re.search(r"^ExecStart=(.+)$", text, re.MULTILINE)[1])
    if command[0] == "/bin/sh":
        command = shlex.split(command[2].removeprefix("exec "))

    assert exists(command)
    assert "\nUser=booking\n" in text
    assert "\nEnvironmentFile=/etc/booking.env\n" in text
    assert "\nProtectSystem=strict\n" in text


def test_the_units_are_those_of_the_composition():
    names = {unit.stem.removeprefix("booking-") for unit in UNITS}

    assert names == set(OURS) - {"migrate"} | {"backup"}
    target = (ROOT / "deploy" / "systemd" / "booking.target").read_text()
    assert all(f"booking-{name}.service" in target for name in names - {"backup"})

"""What docs/operating.md tells an operator to type exists."""

from __future__ import annotations

import re

import pytest
from django.core.management import get_commands, load_command_class

from config.metrics import figures
from tests.config.test_settings import ROOT
from tests.operating.test_deployment import COMPOSE, SERVICES

GUIDE = (ROOT / "docs" / "operating.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
TYPED = [line for block in BLOCKS for line in block.splitlines()]


@pytest.mark.parametrize("line", [line for line in TYPED if "manage.py" in line])
def test_every_command_and_its_options_exist(line):
    name, *words = line.split("manage.py ")[1].split()

    command = load_command_class(get_commands()[name], name)
    command.create_parser("manage.py", name).parse_args(words)


@pytest.mark.parametrize("line", [line for line in TYPED if re.search(r"docker compose (exec|run)", line)])
def test_every_container_exists(line):
    assert re.search(r"(?:exec|run)(?: --rm)?(?: --volume \S+)? (\w+) ", line)[1] in SERVICES


@pytest.mark.parametrize("path", sorted(set(re.findall(r"(?:deploy|requirements|docs)/[\w./]+", " ".join(TYPED)))))
def test_every_file_exists(path):
    assert (ROOT / path).exists()


def test_the_example_of_settings_is_what_the_composition_asks_for():
    example = set(re.findall(r"^([A-Z_]+)=", GUIDE.split("```ini")[1].split("```")[0], re.MULTILINE))
    head = (ROOT / "docker-compose.yml").read_text().split("name:")[0]

    assert example == set(re.findall(r"\b[A-Z]+_?[A-Z]+(?:_[A-Z]+)*\b", head.split("with")[1]))


def test_every_process_is_explained():
    assert all(f"`{name}`" in GUIDE for name in COMPOSE["services"])


@pytest.mark.django_db
def test_every_figure_to_watch_exists():
    from django.utils import timezone

    known = {figure.name for figure in figures(timezone.now())}

    assert set(re.findall(r"`((?:outbox|sending|database)_\w+)`", GUIDE)) <= known

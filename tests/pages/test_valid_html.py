"""Every page of the table of addresses, and each page for when something is wrong, is valid HTML. A validator of others
says so: html-validate, fetched for the run."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from django.test import RequestFactory

from config import errors
from tests.journeys.test_every_page import PEOPLE, pages_of
from tests.town import build

pytestmark = [pytest.mark.soak, pytest.mark.django_db]
VERSION = "10.9.0"
RULES = {
    "root": True,
    "extends": ["html-validate:standard", "html-validate:a11y"],
    "rules": {
        "prefer-native-element": "off",  # a box that scrolls is a region so that the keyboard can scroll it
        "aria-label-misuse": "off",  # a list may have a name
        "unique-landmark": "off",  # the date beside the form stands there twice, and the sheet hides one
        "wcag/h32": "off",  # forms of passkeys are sent by the script that asks for the key
    },
}


@pytest.fixture(scope="module")
def validator(tmp_path_factory) -> list[str]:
    """The command that looks at files; it prints what is wrong as JSON."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        pytest.skip("html-validate needs node and npm, and they are not here")
    home = tmp_path_factory.mktemp("validator")
    fetch = [npm, "install", "--no-save", "--silent", "--prefix", str(home), f"html-validate@{VERSION}"]
    fetched = subprocess.run(fetch, cwd=home, capture_output=True, text=True, timeout=180, check=False)
    if fetched.returncode:
        pytest.skip(f"npm could not fetch html-validate: {fetched.stderr[-300:]}")
    (home / "rules.json").write_text(json.dumps(RULES))
    program = home / "node_modules/.bin/html-validate"
    return [str(program), "--config", str(home / "rules.json"), "--formatter", "json"]


def faults(validator: list[str], folder: Path) -> dict[str, list[str]]:
    """What is wrong, by the rule that it breaks."""
    said = folder / "said.json"
    with said.open("w") as out:  # through a pipe it would lose the end of what it says
        subprocess.run([*validator, str(folder)], stdout=out, timeout=300, check=False)
    wrong = defaultdict(list)
    for page in json.loads(said.read_text()):
        for fault in page["messages"]:
            where = page["source"].splitlines()[fault["line"] - 1].strip()[:200]
            wrong[f"{fault['ruleId']}: {fault['message']}"].append(f"{Path(page['filePath']).name}: {where}")
    return dict(wrong)


def test_every_page_is_valid(validator, tmp_path):
    town = build()
    for who in PEOPLE:
        client = town.client(who)
        for path in pages_of(who, town):
            answer = client.get(path)
            assert answer.status_code == 200, path
            (tmp_path / f"{path.replace('/', '_')[:150]}.html").write_bytes(answer.content)
    asked = RequestFactory().get("/nothing/here/")
    for status in (400, 403, 404, 405, 413, 429, 500, 503):
        (tmp_path / f"{status}.html").write_bytes(errors.page(asked, status).content)

    wrong = faults(validator, tmp_path)

    assert wrong == {}, json.dumps(wrong, indent=1)


def test_what_is_wrong_is_seen(validator, tmp_path):
    (tmp_path / "wrong.html").write_text('<!doctype html><html lang="de"><title>A</title><p id="a"><div id="a"></p>')

    assert {rule.partition(":")[0] for rule in faults(validator, tmp_path)} >= {"no-dup-id", "close-order"}

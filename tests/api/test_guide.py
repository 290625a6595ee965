"""docs/api.md: what it says is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from booking.errors import BookingError
from booking.models import Attendance, Booking
from tests.api.conftest import BOOKINGS, Api
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from workshops.models import Slot

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
BODIES = [example for example in EXAMPLES if "slot" in example]
DATES = [example for example in EXAMPLES if "workshop" in example]
MOVE = next(example for example in EXAMPLES if "starts_at" in example and "workshop" not in example)
TEAM = next(example for example in EXAMPLES if "assignments" in example)
COUNTS = next(example for example in EXAMPLES if "present" in example)


@pytest.mark.parametrize("error", BookingError.__subclasses__(), ids=lambda error: error.code)
def test_every_refusal_is_explained(error: type[BookingError]):
    assert f"| `{error.code}` |" in GUIDE


def test_every_call_is_listed_and_no_other():
    described = {
        f"{method.upper()} {path.removeprefix('/api/v1/')}"
        for path, methods in SchemaGenerator().get_schema(public=True)["paths"].items()
        for method in methods
        if path.startswith("/api/v1/")
    }

    assert set(re.findall(r"^\| `([A-Z]+ [^`]+)` \|", GUIDE, re.MULTILINE)) == described


@pytest.mark.django_db
@pytest.mark.parametrize("example", BODIES, ids=["least", "all"])
def test_the_examples_of_bookings_work_and_mean_the_same(api: Api, example: dict[str, Any]):
    ada = make_user("ada")

    answer = api(ada).post(BOOKINGS, example | {"slot": make_slot().pk, "school": make_school().pk})

    assert answer.status_code == 201, answer.json()
    fields = ("group_name", "grades", "pupils", "adults", "language", "needs_list", "contact_name", "contact_email")
    assert Booking.objects.values_list(*fields).get() == ("7b", [7], 24, 0, "de", [], "Ada", ada.email)


@pytest.mark.django_db
def test_the_example_of_attendance_works(api: Api):
    booking = make_booking(make_slot(starts_at=in_days(-1)), at=in_days(-30))
    trainer = make_trainer(booking.slot.workshop.partner)
    make_assignment(booking.slot, trainer)

    assert api(trainer.user).put(f"{BOOKINGS}{booking.pk}/attendance/", COUNTS).status_code == 200
    assert Attendance.objects.get().present == 23


@pytest.mark.django_db
@pytest.mark.parametrize("example", DATES, ids=["least", "all"])
def test_the_examples_of_dates_work(api: Api, example: dict[str, Any]):
    partner = make_partner()
    make_workshop(partner, slug="3d-druck")
    times = {"starts_at": in_days(40).isoformat(), "ends_at": in_days(40, 11).isoformat()}

    answer = api(make_organiser(partner)).post("/api/v1/slots/", example | times)

    assert answer.status_code == 201, answer.json()
    assert Slot.objects.values_list("capacity", "max_groups", "languages").get() == (24, 1, ["de"])


@pytest.mark.django_db
def test_the_examples_of_moving_and_staffing_work(api: Api):
    slot = make_slot()
    olga, url = api(make_organiser(slot.workshop.partner)), f"/api/v1/slots/{slot.pk}/"
    team = [make_trainer(slot.workshop.partner) for _row in TEAM["assignments"]]
    rows = [row | {"trainer": one.pk} for row, one in zip(TEAM["assignments"], team, strict=True)]

    assert olga.patch(url, MOVE | {"starts_at": in_days(47).isoformat()}).status_code == 200
    assert olga.put(f"{url}assignments/", TEAM | {"assignments": rows}).status_code == 200
    assert slot.assignments.filter(role="assistant").count() == 1

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
from tests.factories import in_days, make_assignment, make_booking, make_school, make_slot, make_trainer, make_user

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
BODIES = [example for example in EXAMPLES if "slot" in example]
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

"""POST bookings/: a program books a group."""

from __future__ import annotations

from typing import Any

import pytest

from booking.models import Booking
from tests.api.conftest import Api
from tests.factories import make_school, make_slot, make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/bookings/"


def body(slot: Any, **extra: Any) -> dict[str, Any]:
    group = {"name": "7b", "grades": [7], "pupils": 24, "adults": 2} | extra.pop("group", {})
    return {"slot": slot.pk, "school": extra.pop("school", None) or make_school().pk, "group": group, **extra}


def test_a_program_books_a_group(api: Api):
    ada, slot = make_user("ada"), make_slot()

    answer = api(ada).post(URL, body(slot))

    assert answer.status_code == 201, answer.json()
    booking = Booking.objects.get()
    shown = answer.json()
    assert shown["id"] == booking.pk
    assert shown["state"] == "confirmed"
    assert shown["group"] == {"name": "7b", "grades": [7], "pupils": 24, "adults": 2}
    assert shown["contact"] == {"name": "Ada", "email": ada.email, "phone": "", "language": "de"}
    assert shown["actions"] == ["change", "cancel"]
    print(shown)

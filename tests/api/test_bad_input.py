"""Bad input gets a clear answer: no 500, no change of data, a problem document that names the field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import User
from booking.models import Booking, Change
from tests.api.conftest import BOOKINGS, Api, refusal, wrong_fields
from tests.factories import make_booking, make_organiser, make_school, make_slot, make_user

pytestmark = pytest.mark.django_db

DEEP = "[" * 2000 + "]" * 2000
RAW: dict[str, bytes] = {
    "nothing": b"",
    "spaces": b"   ",
    "no json": b"slot=1",
    "half a brace": b"{",
    "trailing comma": b'{"slot": 1,}',
    "two documents": b"{}{}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "latin 1": '{"note": "ä"}'.encode("latin-1"),
    "utf-16": '{"note": "a"}'.encode("utf-16"),
    "a raw NUL": b'{"note": "a\0b"}',
    "a raw control character": b'{"note": "a\x07b"}',
    "a list": b"[]",
    "a list of bodies": b'[{"slot": 1}]',
    "a text": b'"slot"',
    "a number": b"7",
    "null": b"null",
    "true": b"true",
    "NaN": b'{"slot": NaN}',
    "Infinity": b'{"slot": -Infinity}',
    "a number too large for a float": b'{"slot": 1e999}',
    "a number of 5000 digits": b'{"slot": ' + b"9" * 5000 + b"}",
    "deep nesting": DEEP.encode(),
    "deep nesting in a field": b'{"note": ' + DEEP.encode() + b"}",
    "deep and open": b"[" * 100_000,
    "deep objects": b'{"a":' * 1000 + b"1" + b"}" * 1000,
    "a key twice": b'{"slot": 1, "slot": 2}',
    "a key twice inside": b'{"group": {"name": "7b", "name": "8a"}}',
    "a NUL by escape": rb'{"note": "a\u0000b"}',
    "half a character": rb'{"note": "\ud83d"}',
    "the other half": rb'{"note": "\udc00 x"}',
    "half a character in a key": rb'{"\ud83d": 1}',
    "a NUL in a key": rb'{"a\u0000": 1}',
    "single quotes": b"{'slot': 1}",
    "a comment": b'{"slot": 1} // hello',
}


@pytest.fixture
def ada() -> User:
    return make_user("ada")


@pytest.mark.parametrize("name", RAW)
def test_bodies_that_are_no_booking(api: Api, ada: User, name: str):
    answer = api(ada).generic("POST", BOOKINGS, RAW[name], content_type="application/json")

    status, _code = refusal(answer)
    assert status == 400
    assert answer.json()["detail"]
    assert not Booking.objects.exists()


LONG = "a" * 100_000
FIELDS: list[tuple[str, dict[str, Any]]] = [
    ("slot", {"slot": None}),
    ("slot", {"slot": "soon"}),
    ("slot", {"slot": -1}),
    ("slot", {"slot": 0}),
    ("slot", {"slot": 2**63}),
    ("slot", {"slot": 1.5}),
    ("slot", {"slot": True}),
    ("slot", {"slot": [1]}),
    ("slot", {"slot": {"id": 1}}),
    ("school", {"school": None}),
    ("school", {"school": "Oberschule"}),
    ("school", {"school": 10**30}),
    ("group", {"group": None}),
    ("group", {"group": "7b"}),
    ("group", {"group": []}),
    ("group.name", {"group.name": ""}),
    ("group.name", {"group.name": "   "}),
    ("group.name", {"group.name": None}),
    ("group.name", {"group.name": "a" * 41}),
    ("group.name", {"group.name": LONG}),
    ("group.name", {"group.name": "7b\nBcc: all@school.example"}),
    ("group.name", {"group.name": "7b\u0007"}),
    ("group.name", {"group.name": ["7b"]}),
    ("group.name", {"group.name": True}),
    ("group.name", {"group.name": 7}),
    ("group.grades", {"group.grades": []}),
    ("group.grades", {"group.grades": 7}),
    ("group.name", {"group.name": "\ufb03" * 40}),  # ffi, as one sign
    ("group.name", {"group.name": "\u20a7" * 40}),
    ("group.grades", {"group.grades": "7"}),
    ("group.grades", {"group.grades": [0]}),
    ("group.grades", {"group.grades": [14]}),
    ("group.grades", {"group.grades": ["seven"]}),
    ("group.grades", {"group.grades": [None]}),
    ("group.grades", {"group.grades": [7] * 14}),
    ("group.grades", {"group.grades": {"7": True}}),
    ("group.pupils", {"group.pupils": None}),
    ("group.pupils", {"group.pupils": 0}),
    ("group.pupils", {"group.pupils": -5}),
    ("group.pupils", {"group.pupils": 501}),
    ("group.pupils", {"group.pupils": 10**18}),
    ("group.pupils", {"group.pupils": 23.5}),
    ("group.pupils", {"group.pupils": "many"}),
    ("group.adults", {"group.adults": -1}),
    ("group.adults", {"group.adults": 32768}),
    ("group.adults", {"group.adults": None}),
    ("group.colour", {"group.colour": "red"}),
    ("language", {"language": "fr"}),
    ("language", {"language": None}),
    ("language", {"language": 7}),
    ("needs", {"needs": "a" * 501}),
    ("needs", {"needs": "\u202e\u0001"}),
    ("needs_list", {"needs_list": ["pizza"]}),
    ("needs_list", {"needs_list": "step_free"}),
    ("needs_list", {"needs_list": ["step_free"] * 50}),
    ("needs_list", {"needs_list": [["step_free"]]}),
    ("needs_list", {"needs_list": [{}]}),
    ("note", {"note": "a" * 1001}),
    ("note", {"note": {"text": "hello"}}),
    ("alternatives", {"alternatives": [1, 2, 3]}),
    ("alternatives", {"alternatives": ["x"]}),
    ("alternatives", {"alternatives": 5}),
    ("contact", {"contact": None}),
    ("contact", {"contact": "Ada"}),
    ("contact.email", {"contact": {"email": "ada"}}),
    ("contact.email", {"contact": {"email": "ada@school.example\nBcc: b@school.example"}}),
    ("contact.email", {"contact": {"email": f"{'a' * 250}@school.example"}}),
    ("contact.email", {"contact": {"email": ""}}),
    ("contact.name", {"contact": {"name": "a\tb"}}),
    ("contact.phone", {"contact": {"phone": "1" * 41}}),
    ("contact.language", {"contact": {"language": "german"}}),
    ("contact.role", {"contact": {"role": "teacher"}}),
    ("consents", {"consents": ["everything"]}),
    ("consents", {"consents": "terms"}),
    ("waitlist", {"waitlist": "perhaps"}),
    ("waitlist", {"waitlist": None}),
    ("override_reason", {"override_reason": "a" * 501}),
    ("state", {"state": "confirmed"}),
    ("owner", {"owner": 1}),
    ("<script>", {"<script>": 1}),
    ("x" * 60, {"x" * 10_000: 1}),
]


@pytest.mark.parametrize(("field", "wrong"), FIELDS, ids=lambda value: str(value)[:50])
def test_values_that_cannot_be_are_named(api: Api, ada: User, field: str, wrong: dict[str, Any]):
    sent: dict[str, Any] = {
        "slot": make_slot().pk,
        "school": make_school().pk,
        "group": {"name": "7b", "grades": [7], "pupils": 24},
    }
    for name, value in wrong.items():
        inside, _dot, last = name.rpartition(".")
        (sent[inside] if inside else sent)[last] = value

    assert list(wrong_fields(api(ada).post(BOOKINGS, sent))) == [field]
    assert not Booking.objects.exists()


def test_everything_that_is_missing_is_named_at_once(api: Api, ada: User):
    assert wrong_fields(api(ada).post(BOOKINGS, {})) == dict.fromkeys(("slot", "school", "group"), "required")
    answer = api(ada).post(BOOKINGS, {"slot": 1, "school": 1, "group": {}})
    assert wrong_fields(answer) == dict.fromkeys(("group.name", "group.grades", "group.pupils"), "required")


def test_what_is_unknown_is_named_beside_what_is_missing(api: Api, ada: User):
    answer = api(ada).post(BOOKINGS, {"slot": 1, "colour": "red", "group": {"name": "7b", "size": 3}})

    assert wrong_fields(answer) == {
        "school": "required",
        "colour": "unknown",
        "group.grades": "required",
        "group.pupils": "required",
        "group.size": "unknown",
    }


def test_text_is_stored_in_one_normal_form(api: Api, ada: User):
    sent = {
        "slot": make_slot().pk,
        "school": make_school().pk,
        "group": {"name": " 7u\u0308 ", "grades": [7], "pupils": 24},
        "note": "a\r\nb",
    }

    shown = api(ada).post(BOOKINGS, sent).json()

    assert (shown["group"]["name"], shown["note"]) == ("7ü", "a\nb")


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "json", ";"]
)
def test_only_json_is_read(api: Api, ada: User, media_type: str):
    answer = api(ada).generic("POST", BOOKINGS, b"slot=1", content_type=media_type)

    assert refusal(answer) == (415, "unsupported_media_type")


def test_a_body_has_an_end(api: Api, ada: User):
    sent = json.dumps({"note": "a" * 1_000_001}).encode()

    assert refusal(api(ada).generic("POST", BOOKINGS, sent, content_type="application/json")) == (413, "too_large")


@pytest.mark.parametrize("path", ["cancel", "confirm", "decline", "accept", "reject"])
@pytest.mark.parametrize("sent", [[], "x", 7, {"reason": 7.5}, {"reason": None}, {"slot": "x"}, {"unknown": 1}])
def test_actions_refuse_nonsense_too(api: Api, path: str, sent: Any):
    booking = make_booking()
    client = api(booking.owner if path in {"accept", "reject"} else make_organiser(booking.slot.workshop.partner))

    answer = client.post(f"{BOOKINGS}{booking.pk}/{path}/", sent)

    assert answer.status_code in {400, 409}
    assert Change.objects.filter(booking=booking).count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "bookings/x/",
        "bookings/1.5/",
        "bookings/-1/",
        "bookings/99999999999999999999/",
        "bookings/1/%00/",
        "bookings/%F0%9F%8E%88/",
        "bookings/1/explode/",
        "slots/0x1/",
        "slots/1/?key=%00%ff",
        "workshops/%2e%2e/",
        "workshops/" + "a" * 81 + "/",
        "workshops/ä/",
        "me/calendar/nothing/",
        "../admin/",
    ],
)
def test_addresses_that_lead_nowhere(api: Api, ada: User, path: str):
    assert refusal(api(ada).get(f"/api/v1/{path}"))[0] == 404


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=" + "9" * 5000,
        "page=%00",
    ],
)
def test_pages_that_are_not_there(api: Api, query: str):
    assert refusal(api().get(f"/api/v1/slots/?{query}"))[0] == 404


@pytest.mark.parametrize(
    "query", ["page_size=0", "page_size=x", "page_size=%00", "unknown=1", "=", "&&&", "%", "q=%ff%fe", "grade="]
)
def test_questions_that_nobody_asks_are_left_alone(api: Api, query: str):
    assert api().get(f"/api/v1/workshops/?{query}").status_code in {200, 400}

"""`manage.py import_schools sn FILE`: what the Saxon register says becomes schools, again and again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.translation import override

from accounts.actor import Actor
from booking import rules
from schools.models import School
from schools.registers import SOURCES
from schools.registers.files import UnreadableError
from schools.registers.importing import import_schools
from tests.factories import make_booking, make_slot, make_workshop
from tests.together import together

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parent / "registers"
JSON, CSV, OLD = (SAMPLES / f"sn_api_v1_schools{end}" for end in (".json", ".csv", "_2021_shape.json"))


def run(file: Path, *options: str) -> str:
    told = StringIO()
    call_command("import_schools", "sn", str(file), *options, stdout=told)
    return told.getvalue()


def counts(told: str) -> dict[str, int]:
    pairs = (line.split(": ") for line in told.splitlines()[-5:])
    return {name: int(number) for name, number in pairs}


def brought(
    created: int = 0, changed: int = 0, unchanged: int = 0, closed: int = 0, skipped: int = 0
) -> dict[str, int]:
    return {"created": created, "changed": changed, "unchanged": unchanged, "closed": closed, "skipped": skipped}


@pytest.fixture
def register(tmp_path: Path) -> Callable[..., Path]:
    """A file of records, or the sample with changes."""

    def write(records: Any = None, name: str = "register.json", **edits: dict[str, Any]) -> Path:
        records = json.loads(JSON.read_text()) if records is None else records
        for record in records:
            record.update(edits.get(f"id{record['id']}", {}))
        path = tmp_path / name
        path.write_text(json.dumps(records), encoding="utf-8")
        return path

    return write


def sample() -> list[dict[str, Any]]:
    return list(json.loads(JSON.read_text()))


def many(count: int) -> list[dict[str, Any]]:
    """Schools of one district."""
    building = {"building_id": 1, "community": "Löbau", "community_key": "14626290", "school_type_keys": [12]}
    return [
        {"id": n, "institution_key": f"49{n:05}", "name": f"Oberschule {n}", "school_category_key": "10",
         "buildings": [building]}
        for n in range(count)
    ]  # fmt: skip


def school(number: int) -> School:
    return School.objects.get(source="sn", source_id=f"SN-{number}")


def test_the_register_becomes_schools_and_the_authority_does_not():
    told = run(JSON)

    assert counts(told) == brought(created=8, skipped=1)
    assert "row 8: skipped: Not a school (category 90)." in told
    assert not School.objects.filter(name__startswith="Landesamt").exists()
    first = school(900001)
    assert (first.name, first.kind, first.city, first.district_code, first.region_code) == (
        "Grundschule am Musterhang Zittau", "primary", "Zittau", "14626", "14626610",
    )  # fmt: skip
    assert (first.lat, first.lon, first.phone, first.legal) == (50.896, 14.807, "03583 000000", "public")
    assert (first.office_mail, first.institution_key) == ("sekretariat@gs-musterhang.example", "4900001")


@pytest.mark.parametrize("file", [JSON, CSV, OLD], ids=lambda path: path.name)
def test_a_second_run_changes_nothing(file):
    first = counts(run(file))

    assert counts(run(file)) == brought(unchanged=first["created"], skipped=first["skipped"])
    assert set(School.objects.values_list("version", flat=True)) == {1}


@pytest.mark.parametrize(
    ("number", "kind", "types"),
    [
        (900002, "lower_sec", ["Oberschule", "Abendoberschule"]),  # coordinates are texts
        (900003, "other", ["Abendoberschule"]),  # the same institution key as the one before
        (900004, "vocational", ["Berufsschule", "Berufsfachschule", "Fachschule", "Berufliches Gymnasium",
                                "Berufsbildende Förderschule"]),  # two buildings, a doubled key
        (900005, "other", []),  # its only type key is empty
        (900007, "mixed", ["Grundschule", "Oberschule", "Gymnasium"]),
        (900009, "primary", []),  # no building: what it is, its name says
    ],
)  # fmt: skip
def test_the_odd_ones_survive(number, kind, types):
    run(JSON)

    assert (school(number).kind, school(number).local_types) == (kind, types)


def test_csv_joins_the_lines_of_a_school_and_parts_two_of_one_key():
    told = run(CSV)

    assert counts(told) == brought(created=7, skipped=1)
    assert School.objects.filter(institution_key="4900002").count() == 2
    assert School.objects.get(institution_key="4900004").local_types[-1] == "Berufsbildende Förderschule"


@pytest.mark.parametrize(("one", "other"), [(JSON, CSV), (CSV, JSON), (JSON, OLD), (OLD, JSON)])
def test_whatever_shape_comes_next_no_school_is_doubled(one, other):
    run(one)
    known = set(School.objects.values_list("pk", flat=True))
    run(other, "--force")

    assert School.objects.filter(source="sn", name__startswith="Grundschule am Musterhang").count() == 1
    assert known <= set(School.objects.values_list("pk", flat=True))
    assert School.objects.values("institution_key", "name").distinct().count() == School.objects.count()


def test_the_older_shape_takes_no_coordinates_away():
    run(JSON)
    run(OLD, "--force")

    assert (school(900001).lat, school(900001).name) == (50.896, "Grundschule am Musterhang Zittau")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_comes_in_every_encoding_with_either_delimiter(tmp_path, encoding, delimiter):
    lines = ["institution_key,name,school_type_keys,building_id,community,community_key",
             "4900001,Oberschule Löbau-Süd,12,1,Löbau,14626290"]  # fmt: skip
    path = tmp_path / "schools.csv"
    path.write_bytes("\r\n".join(lines).replace(",", delimiter).encode(encoding))
    run(path)

    assert str(School.objects.get()) == "Oberschule Löbau-Süd, Löbau"


def test_no_name_of_a_person_comes_in_or_out(register):
    head = {"headmaster_salutation_key": "w", "headmaster_firstname": "Erika", "headmaster_lastname": "Beispiel"}
    records = sample()
    records[0] |= head
    records[0]["buildings"][0] |= {"mail": "e.beispiel@gs.example", "phone_identifier_1": "Frau Erika Beispiel"}
    records[1] |= {"school_portal_mail": "gs.schulleiter@gs.example"}
    records[3] |= {"id": None, "institution_key": None, "name": "Frau Erika Beispiel"}
    file = register(records)
    told = run(file, "--dry-run") + run(file)

    assert "Erika" not in told
    assert "beispiel@" not in told
    assert "schulleiter" not in told
    stored = json.dumps(list(School.objects.values()), default=str)
    assert "Erika" not in stored
    assert set(School.objects.filter(source_id__in=["SN-900001", "SN-900002"]).values_list("office_mail")) == {("",)}


def test_a_dry_run_says_what_would_change_and_writes_nothing(register):
    run(JSON)
    file = register(id900001={"name": "Grundschule am neuen Hang"}, id900006={"school_portal_mail": "post@os.example"})
    told = run(file, "--dry-run")

    assert "name “Grundschule am Musterhang Zittau” → “Grundschule am neuen Hang”" in told
    assert "office's address changes" in told
    assert "post@os.example" not in told
    assert counts(told) == brought(changed=2, unchanged=6, skipped=1)
    assert school(900001).name == "Grundschule am Musterhang Zittau"
    assert school(900006).office_mail == ""


def test_a_dry_run_of_a_new_register_names_the_schools():
    assert "+ Klinikschule Beispiel, Großschweidnitz" in run(JSON, "--dry-run")
    assert not School.objects.exists()


def test_what_changed_is_written_and_only_that_raises_the_version(register):
    run(JSON)
    run(register(id900001={"name": "Grundschule am neuen Hang"}))

    assert (school(900001).name, school(900001).version) == ("Grundschule am neuen Hang", 2)
    assert school(900002).version == 1


def test_what_was_set_by_hand_stays(register):
    run(JSON)
    School.objects.filter(source_id="SN-900001").update(name="Die Hangschule", overridden_fields=["name"])
    told = run(register(id900001={"name": "Grundschule am neuen Hang", "legal_status_key": "02"}))

    assert counts(told)["changed"] == 1
    assert (school(900001).name, school(900001).legal) == ("Die Hangschule", "private")


def test_a_school_of_another_kind_and_in_another_district_is_told_in_words(register):
    records = many(3)
    run(register(records))
    records[0]["buildings"] = [
        {**records[0]["buildings"][0], "school_type_keys": [12, 13], "community": "Kamenz", "community_key": "14625250"}
    ]
    told = run(register(records))

    assert counts(told) == brought(unchanged=2, changed=1)
    assert "types in the register “Oberschule” → “Oberschule, Gymnasium”" in told
    assert "key of the district “Landkreis Görlitz” → “Landkreis Bautzen”" in told


def test_a_school_that_is_gone_closes_keeps_its_bookings_and_opens_again(register):
    records = many(10)
    run(register(records))
    booking = make_booking(school=school(3))
    told = run(register(records[:3] + records[4:]))

    assert counts(told) == brought(unchanged=9, closed=1)
    assert "- Oberschule 3, Löbau: closed" in told
    booking.refresh_from_db()
    assert (booking.school.state, booking.state) == ("closed", "confirmed")
    assert "state “closed” → “active”" in run(register(records))
    assert (school(3).state, school(3).version) == ("active", 3)


def test_a_file_of_one_district_closes_nothing_elsewhere(register):
    run(register(many(10)))
    elsewhere = [{**record, "id": 100 + record["id"], "institution_key": f"48{record['id']:05}"} for record in many(10)]
    for record in elsewhere:
        record["buildings"] = [{**record["buildings"][0], "community_key": "14625020"}]

    assert counts(run(register(elsewhere))) == brought(created=10)


def test_half_a_file_closes_nothing_unless_it_is_meant(register):
    records = many(10)
    run(register(records))
    half = register(records[:7])
    with pytest.raises(CommandError, match=r"3 of 10 schools .* Nothing was written") as refused:
        run(half)

    assert refused.value.returncode == 1
    assert School.objects.active().count() == 10
    with pytest.raises(CommandError):
        run(half, "--dry-run")
    assert counts(run(half, "--force"))["closed"] == 3


def test_a_row_that_cannot_be_used_keeps_its_school_open(register):
    records = many(10)
    run(register(records))
    records[4]["name"] = "x" * 300
    told = run(register(records))

    assert "row 5: skipped: A text is too long for “name”." in told
    assert (school(4).state, school(4).name) == ("active", "Oberschule 4")


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ("no object", "The row cannot be read."),
        ({"name": "Schule"}, "The row has no key."),
        ({"id": 5, "school_category_key": "10", "buildings": []}, "The school has no name."),
        ({"id": 5, "name": "A\u0000B", "school_category_key": "10"}, "characters that cannot be stored"),
        ({"id": 5, "name": "A\ud800", "school_category_key": "10"}, "characters that cannot be stored"),
        ({"id": 5, "name": {"de": "A"}, "school_category_key": "10"}, "The school has no name."),
        ({"id": 5, "name": "Schwimmhalle", "school_category_key": "50"}, "Not a school (category 50)."),
        ({"id": 1, "name": "Oberschule 1", "school_category_key": "10"}, "This school stood there before."),
    ],
)
def test_bad_rows_are_told_with_number_and_reason_and_the_others_come(tmp_path, record, why):
    file = tmp_path / "bad.json"
    file.write_text(json.dumps([*many(2), record]))
    told = run(file)

    assert f"row 3: skipped: {why}" in told or why in told
    assert counts(told) == brought(created=2, skipped=1)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        ({"latitude": 14.8, "longitude": 50.9}, "The coordinates are not in our countries"),
        ({"latitude": "north", "longitude": "east"}, "The coordinates are not in our countries"),
        ({"community_key": "00000000"}, "The key of the community is not one of Saxony"),
        ({"school_type_keys": ["12", "77"]}, "Type key “77” is unknown"),
    ],
)
def test_what_cannot_be_true_is_left_out_and_told(register, edit, why):
    records = many(1)
    records[0]["buildings"][0] |= edit

    assert why in run(register(records))
    assert (school(0).name, school(0).lat) == ("Oberschule 0", None)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The column “institution_key” is missing"),
        (b"[]", "The file has no rows"),
        (b'{"schools": []}', "We expect a list of schools"),
        (b'[{"id": 1', "not the JSON"),
        (b"[" * 100_000, "nested deeper than 20"),
        (b"\x89PNG\0\0", "no text file"),
        (b"name;town\nA;B", "The column “institution_key” is missing"),
        (b"institution_key,name,name\n1,2,3", "does not name each column once"),
        (b'[{"name": "nobody"}]', "no school could be read. row 1: The row has no key."),
    ],
)
def test_when_nothing_can_be_read_the_command_fails_and_says_why(tmp_path, content, why):
    file = tmp_path / "register"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=why) as failed:
        run(file)

    assert failed.value.returncode == 1


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "nothing.json")


def test_a_line_with_a_cell_too_many_is_skipped(tmp_path):
    file = tmp_path / "schools.csv"
    file.write_text("institution_key,name,school_type_keys\n1,Oberschule A,12\n2,Oberschule B, Haus 2,12\n")

    assert "row 3: skipped: The row cannot be read." in run(file)
    assert School.objects.get().name == "Oberschule A"


def test_the_size_of_a_file_is_bounded(monkeypatch):
    monkeypatch.setattr("schools.registers.files.MOST_ROWS", 5)

    with override("en"), pytest.raises(UnreadableError, match="more than 5 rows"):
        SOURCES["sn"](json.dumps(many(6)).encode())


def test_other_sources_are_not_known():
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("import_schools", "moon", str(JSON))


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_bring_each_school_once():
    reading = SOURCES["sn"](JSON.read_bytes())
    day = date(2027, 4, 20)
    plans = together(*[lambda: import_schools("sn", reading, today=day)] * 2)

    assert sorted(len(plan.created) for plan in plans) == [0, 8]
    assert School.objects.count() == 8


def test_the_state_s_schools_come_in_a_few_statements(register, django_assert_max_num_queries):
    reading = SOURCES["sn"](register(many(2200)).read_bytes())
    with django_assert_max_num_queries(12):
        import_schools("sn", reading, today=date(2027, 4, 20))
    with django_assert_max_num_queries(5):
        import_schools("sn", reading, today=date(2027, 4, 20))

    assert School.objects.count() == 2200


@pytest.mark.parametrize(("column", "rises"), [("street", True), ("mail", False)])
def test_what_comes_to_a_school_is_newer_in_calendars_once_the_register_moves_the_school(register, column, rises):
    run(JSON)
    moved = school(900001)
    offer = make_workshop(format="mobile", max_groups=2, capacity=60)
    coming, elsewhere = make_slot(offer), make_slot(make_workshop())
    there = make_booking(coming, school=moved)
    others = [make_booking(coming, school=school(900002)), make_booking(elsewhere, school=moved)]
    gone = make_booking(coming, group_name="9a", school=moved)
    rules.cancel(gone, by=Actor.person(gone.owner), now=timezone.now())
    before = sequences(coming, elsewhere, there, gone, *others)

    records = sample()
    records[0]["buildings"][0][column] = "Neue Gasse 2" if column == "street" else "neu@schule.example"
    assert counts(run(register(records)))["changed"] == 1
    run(register(records))

    raised = [
        after > was for after, was in zip(sequences(coming, elsewhere, there, gone, *others), before, strict=True)
    ]
    assert raised == [rises, False, rises, False, False, False]


def sequences(*things: Any) -> list[tuple[int, int]]:
    return [type(one).objects.values_list("sequence", "version").get(pk=one.pk) for one in things]

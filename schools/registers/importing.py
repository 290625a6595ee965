"""From what a register says to our schools: what is new, what changed from what to what, what is gone.

Nothing is deleted, nothing that was set by hand is overwritten, and a file that would close much closes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from schools import moving
from schools.districts import NAMES, district_name
from schools.models import Country, School
from schools.registers.reading import Entry, Reading

LOCK = 7_302_114  # one import at a time
BATCH = 1000
PRIVATE = {"office_mail", "phone"}  # a diff says that they change, not what stands there
MOST_GONE = 5  # at most one in five schools of a district may close at once
COLUMNS = {
    "source_id": gettext_lazy("key in the register"),
    "name": gettext_lazy("name"),
    "kind": gettext_lazy("type"),
    "local_types": gettext_lazy("types in the register"),
    "legal": gettext_lazy("legal status"),
    "street": gettext_lazy("street"),
    "postcode": gettext_lazy("postcode"),
    "city": gettext_lazy("town"),
    "country": gettext_lazy("country"),
    "region_code": gettext_lazy("key of the community"),
    "district_code": gettext_lazy("key of the district"),
    "lat": gettext_lazy("latitude"),
    "lon": gettext_lazy("longitude"),
    "office_mail": gettext_lazy("office's address"),
    "phone": gettext_lazy("phone"),
    "institution_key": gettext_lazy("institution key"),
    "state": gettext_lazy("state"),
}
CHOICES: dict[str, dict[Any, Any]] = {
    "kind": dict(School.Kind.choices),
    "state": dict(School.State.choices),
    "country": dict(Country.choices),
    "district_code": NAMES,
}
State = School.State


class TooManyGoneError(Exception):
    """So many schools of a district are missing in the file that it is probably not whole. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A school and its columns that change, each as (before, after)."""

    school: School
    columns: dict[str, tuple[Any, Any]]

    def __str__(self) -> str:
        return f"{self.school}: {self.words}"

    @property
    def words(self) -> str:
        return ", ".join(in_words(*change) for change in self.columns.items())


def in_words(column: str, change: tuple[Any, Any]) -> str:
    label = str(COLUMNS[column])
    if column in PRIVATE:
        return _("%(column)s changes") % {"column": label}
    before, after = (shown(column, value) for value in change)
    return f"{label} “{before}” → “{after}”"


def shown(column: str, value: Any) -> str:
    """A value as people call it; of a list each, as the register writes it."""
    if isinstance(value, list | tuple):
        return ", ".join(value)
    return str(CHOICES.get(column, {}).get(value, value)) if value else ""


@dataclass(slots=True)
class Plan:
    """What an import does to the schools of a source."""

    created: list[School] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    closed: list[School] = field(default_factory=list)
    seen: list[School] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)

    @property
    def unchanged(self) -> int:
        return len(self.seen) - len(self.changed)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "created": len(self.created),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "closed": len(self.closed),
        }


def import_schools(source: str, reading: Reading, *, today: date, force: bool = False) -> Plan:
    """Write what a register says, all or nothing; a twin waits and then finds nothing to do. Raises TooManyGoneError.

    Locks the schools of the source, then what is to come to those with another address.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        plan = compare(source, reading, known_schools(source).select_for_update(no_key=True))
        if plan.too_many and not force:
            raise TooManyGoneError(" ".join(plan.too_many))
        write(plan, today)
        moving.follow((difference.school.pk, difference.columns) for difference in plan.changed)
    return plan


def preview(source: str, reading: Reading) -> Plan:
    """What an import would do; writes nothing."""
    return compare(source, reading, known_schools(source))


def known_schools(source: str) -> Any:
    return School.objects.filter(source=source).defer("search", "sort_name").order_by("pk")


def compare(source: str, reading: Reading, known: Iterable[School]) -> Plan:
    plan, schools = Plan(), Schools(known, reading)
    for entry in reading.entries.values():
        school = schools.of(entry)
        if school is None:
            plan.created.append(School(source=source, source_id=entry.source_id, **entry.values))
            continue
        plan.seen.append(school)
        if columns := differences(school, entry):
            plan.changed.append(Difference(school, columns))
    missing = schools.missing(reading)
    plan.closed = [school for school in missing if "state" not in school.overridden_fields]
    plan.too_many = too_many_gone(plan.closed, schools.active)
    return plan


class Schools:
    """The schools that we have of a source, found by the register's key, or by institution and name."""

    def __init__(self, known: Iterable[School], reading: Reading) -> None:
        self.by_key = {school.source_id: school for school in known}
        free = [school for key, school in self.by_key.items() if key not in reading.entries]
        self.by_name = {(school.institution_key, school.name.casefold()): school for school in free}
        entries = Counter(entry.values.get("institution_key") for entry in reading.entries.values())
        ours = Counter(school.institution_key for school in self.by_key.values())
        self.by_institution = {
            key: school
            for school in free
            if (key := school.institution_key) and ours[key] == 1 and entries[key] == 1
        }  # fmt: skip
        self.active = Counter(s.district_code for s in self.by_key.values() if s.state == State.ACTIVE)
        self.found: set[int] = set()

    def of(self, entry: Entry) -> School | None:
        institution = entry.values.get("institution_key") or None
        name = (institution, str(entry.values["name"]).casefold())
        school = self.by_key.get(entry.source_id) or self.by_name.get(name) or self.by_institution.get(institution)  # type: ignore[arg-type]  # None finds nothing
        if school is None or school.pk in self.found:
            return None
        self.found.add(school.pk)
        return school

    def missing(self, reading: Reading) -> list[School]:
        """Active schools of the districts that the file speaks of, in no row of it, not even an unusable one."""
        districts = {entry.values.get("district_code", "") for entry in reading.entries.values()}
        return [
            school
            for key, school in self.by_key.items()
            if school.pk not in self.found
            and key not in reading.present
            and school.state == State.ACTIVE
            and school.district_code in districts
        ]


def differences(school: School, entry: Entry) -> dict[str, tuple[Any, Any]]:
    """What the register says otherwise than we; a column set by hand stays, a closed school opens again."""
    said = dict(entry.values)
    if not entry.provisional:
        said["source_id"] = entry.source_id
    if school.merged_into_id is None:
        said["state"] = State.ACTIVE
    return {
        column: (before, after)
        for column, after in said.items()
        if (before := getattr(school, column)) != after and column not in school.overridden_fields
    }


def too_many_gone(closed: Iterable[School], active: Counter[str]) -> list[str]:
    """A sentence for each district of which more than a fifth would close; a single school may always."""
    gone = Counter(school.district_code for school in closed)
    return [
        ngettext(
            "In district %(district)s %(gone)d of %(all)d school is missing in the file.",
            "In district %(district)s %(gone)d of %(all)d schools are missing in the file.",
            active[district],
        )
        % {"district": district_name(district) or "–", "gone": number, "all": active[district]}
        for district, number in sorted(gone.items())
        if number > 1 and number * MOST_GONE > active[district]
    ]


def write(plan: Plan, today: date) -> None:
    """New rows, changed columns, closed schools; the version rises only where something changed."""
    for school in plan.created:
        school.last_seen = today
    School.objects.bulk_create(plan.created, batch_size=BATCH)
    stale = [school.pk for school in plan.seen if school.last_seen != today]
    School.objects.filter(pk__in=stale).update(last_seen=today)
    for difference in plan.changed:
        take_over(difference)
    for school in plan.closed:
        school.state, school.version = State.CLOSED, school.version + 1
    touched = [difference.school for difference in plan.changed] + plan.closed
    School.objects.bulk_create(
        touched, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=[*COLUMNS, "version"]
    )


def take_over(difference: Difference) -> None:
    school = difference.school
    for column, (_before, after) in difference.columns.items():
        setattr(school, column, after)
    school.version += 1

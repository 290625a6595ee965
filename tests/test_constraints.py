"""The database has the last word: each constraint is broken here by raw SQL, and refuses by its name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Tally, Token
from booking import rules
from booking.documents.issuing import issue
from booking.models import (
    Alternative,
    Booking,
    Bounce,
    Broadcast,
    Explanation,
    Feed,
    Feedback,
    FeedbackCode,
    HandOver,
    IdempotencyKey,
    MessageChoice,
    Note,
    Pause,
)
from booking.orders import Contact
from booking.reports.freezing import freeze
from booking.reports.question import Question
from booking.wishes import inquiring, watching
from schools.models import Closure, Membership
from schools.schooldays import local_day
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
    make_venue,
    make_workshop,
)
from workshops.models import Cooperation, Funder, FundingPot, PotReader, Qualification, WorkshopPot

OURS = ("accounts", "schools", "workshops", "booking")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]


def twin(table: str, **different: str) -> str:
    """SQL for a second row like the first; `different` are columns with SQL expressions."""
    model = next(model for model in MODELS if model._meta.db_table == table)
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    names = [field.column for field in fields]
    values = ", ".join(different.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}" ORDER BY id LIMIT 1'


FRESH = {"uuid": "gen_random_uuid()", "reference": "'TWI-N222'"}

CASES: dict[str, str] = {
    # accounts
    "user_email_once": twin("accounts_user", email="upper(email)"),
    "token_scope_known": "UPDATE accounts_token SET scope = 'everything'",
    # schools
    "school_once_a_source": twin("schools_school"),
    "school_state_known": "UPDATE schools_school SET state = 'haunted'",
    "school_not_its_own_heir": "UPDATE schools_school SET merged_into_id = id",
    "membership_once_a_role": twin("schools_membership"),
    "membership_role_known": "UPDATE schools_membership SET role = 'parent'",
    "membership_state_known": "UPDATE schools_membership SET state = 'perhaps'",
    "closure_ends_after_it_begins": "UPDATE schools_closure SET last = first - 1",
    "closure_of_one_scope": "UPDATE schools_closure SET region_code = 'DE-SN'",
    # workshops
    "partner_colour_is_a_colour": "UPDATE workshops_partner SET colour = 'blue'",
    "pot_reader_once": twin("workshops_potreader"),
    "workshop_pot_once": twin("workshops_workshoppot"),
    "cooperation_once_a_house": twin("workshops_cooperation"),
    "partner_role_once": twin("workshops_partnerrole"),
    "partner_role_known": "UPDATE workshops_partnerrole SET role = 'king'",
    "workshop_grades_1_to_13": "UPDATE workshops_workshop SET grades = '{14}'",
    "workshop_has_room": "UPDATE workshops_workshop SET capacity = 0",
    "workshop_takes_time": "UPDATE workshops_workshop SET minutes = 0",
    "trainer_once_a_partner": twin("workshops_trainerpartner"),
    "qualification_once": twin("workshops_qualification"),
    "slot_never_overbooked": "UPDATE workshops_slot SET places_taken = capacity + 1",
    "slot_never_too_many_groups": "UPDATE workshops_slot SET groups_taken = max_groups + 1",
    "slot_waiting_not_negative": "UPDATE workshops_slot SET groups_waiting = -1",
    "slot_ends_after_it_starts": "UPDATE workshops_slot SET ends_at = starts_at",
    "slot_booking_ends_before_it_starts": "UPDATE workshops_slot SET book_until = starts_at + interval '1 second'",
    "slot_state_known": "UPDATE workshops_slot SET state = 'perhaps'",
    "assignment_once_a_slot": twin("workshops_assignment", state="'declined'"),
    "trainer_in_one_place": twin("workshops_assignment", slot_id="(SELECT max(id) FROM workshops_slot)"),
    # booking
    "fact_status_known": (
        "ALTER TABLE booking_visitfact DROP CONSTRAINT fact_counts_who_came;"  # it refuses first
        "UPDATE booking_visitfact SET status = 'lost'"
    ),
    "fact_counts_who_came": "UPDATE booking_visitfact SET status = 'no_show'",
    "fact_turned_away_has_no_visit": "UPDATE booking_visitfact SET turned_away = 5",
    "frozen_ends_after_it_begins": "UPDATE booking_frozenreport SET last = first - 1",
    "frozen_has_a_digest": "UPDATE booking_frozenreport SET sha256 = 'none'",
    "change_of_one_thing": "UPDATE booking_change SET slot_id = (SELECT max(id) FROM workshops_slot)",
    "booking_has_pupils": "UPDATE booking_booking SET pupils = 0, places_held = 0",
    "booking_state_known": (
        "ALTER TABLE booking_booking DROP CONSTRAINT booking_holds_what_its_state_says;"  # it refuses first
        "UPDATE booking_booking SET state = 'lost'"
    ),
    "booking_holds_what_its_state_says": "UPDATE booking_booking SET places_held = pupils - 1",
    "booking_offer_has_a_deadline": "UPDATE booking_booking SET offer_expires_at = now()",
    "booking_grades_1_to_13": "UPDATE booking_booking SET grades = '{}'",
    "booking_once_a_group": (
        "UPDATE booking_booking SET state = 'confirmed';"
        + twin("booking_booking", **FRESH, group_name="'7 B'")  # written otherwise, the same class
    ),
    "booking_reconfirm_step_is_due": "UPDATE booking_booking SET reconfirm_step = 'asked', reconfirm_due_at = NULL",
    "hand_over_one_open": twin("booking_handover", token_hash="'another'"),
    "alternative_once": twin("booking_alternative", rank="2"),
    "alternative_rank_once": twin("booking_alternative", slot_id="(SELECT max(id) FROM workshops_slot)"),
    "alternative_first_or_second": "UPDATE booking_alternative SET rank = 3",
    "attendance_nobody_counts_nobody": "UPDATE booking_attendance SET no_show = true",
    "attendance_somebody_came": "UPDATE booking_attendance SET f = 0",
    "attendance_only_who_missed_is_excused": "UPDATE booking_attendance SET excused_at = now()",
    "feedback_of_one_teacher_a_visit": twin("booking_feedback"),
    "feedback_side_known": "UPDATE booking_feedback SET said_by = 'parent'",
    "feedback_answers_all_questions": "UPDATE booking_feedback SET answers = '{1, 2, 3, 4, 5}'",
    "feed_once": twin("booking_feed", token="'another'"),
    "feed_scope_fits_its_kind": "UPDATE booking_feed SET kind = 'school'",
    "idempotency_key_once": twin("booking_idempotencykey"),
    "message_state_known": "UPDATE booking_message SET state = 'mislaid'",
    "message_claim_has_a_lease": "UPDATE booking_message SET state = 'claimed'",
    "message_choice_once_a_kind": twin("booking_messagechoice"),
    "message_choice_known": "UPDATE booking_messagechoice SET how = 'by pigeon'",
    "pause_at_most_one": "UPDATE booking_pause SET id = 2",
    "note_on_one_thing": "UPDATE booking_note SET school_id = (SELECT max(id) FROM schools_school)",
    "broadcast_to_one_circle": "UPDATE booking_broadcast SET day = '2027-05-07'",
    "document_number_once": twin("booking_document", revision="2"),
    "document_once_a_revision": twin("booking_document", number="2"),
    "document_kind_known": "UPDATE booking_document SET kind = 'diploma'",
    "message_seal_wiped_when_sent": "UPDATE booking_message SET state = 'sent', sealed = '123456'",
    # wishes
    "inquiry_state_known": "UPDATE booking_inquiry SET state = 'lost', ended_at = now()",
    "inquiry_has_pupils": "UPDATE booking_inquiry SET pupils = 0",
    "inquiry_grades_1_to_13": "UPDATE booking_inquiry SET grades = '{14}'",
    "inquiry_ended_has_a_moment": "UPDATE booking_inquiry SET state = 'closed'",
    "watch_once_a_wish": twin("booking_watch"),
    "watch_grade_1_to_13": "UPDATE booking_watch SET grade = 14",
    "watch_month_written": "UPDATE booking_watch SET month = 'May'",
}


@pytest.fixture
def house(db: Any) -> None:
    """One row of everything."""
    school, user, now = make_school(), make_user("ada"), timezone.now()
    partner = make_partner()
    make_organiser(partner)
    trainer, workshop = make_trainer(partner), make_workshop(partner, venue=make_venue(partner))
    slot = make_slot(workshop)
    elsewhere = make_slot(workshop)
    booking = make_booking(slot, owner=user, school=school, group_name="7b")
    Alternative.objects.create(booking=booking, slot=slot, rank=1)
    make_assignment(slot, trainer)
    fill_small_tables(user, school, workshop, trainer, now)
    make_slot(workshop, starts_at=elsewhere.starts_at)
    visit(slot, booking)
    FeedbackCode.objects.create(booking=booking)
    Feedback.objects.create(booking=booking, said_by="teacher", answers=[4, 3, 4, 2, 1], day=now)
    MessageChoice.objects.create(user=user, kind="request_arrived", how="digest")
    Note.objects.create(partner=partner, booking=booking, text="Ruft lieber an.", by=user, at=now)
    Broadcast.objects.create(partner=partner, slot=slot, subject="Baustelle", text="Bitte Hintereingang.", at=now)
    Explanation.objects.create(booking=booking, text="Der Bus kam nicht.", at=now)
    HandOver.objects.create(booking=booking, email="bea@school.example", created_at=now, expires_at=now)
    Pause.objects.create(since=now, why="restored")
    Bounce.objects.create(address="gone@school.example", reason="550", at=now)


def fill_small_tables(user: Any, school: Any, workshop: Any, trainer: Any, now: Any) -> None:
    Token.objects.issue(user, scope="read")
    Tally.objects.create(key="sign-in", ends_at=now)
    Membership.objects.declare(user, school, role="teacher", how="booking")
    Closure.objects.create(school=school, first=date(2027, 5, 7), last=date(2027, 5, 7), name="Brückentag")
    pot = FundingPot.objects.create(
        funder=Funder.objects.create(name="Land"), code="pot", name="Topf", valid="[2026-01-01,)"
    )
    PotReader.objects.create(user=user, pot=pot)
    WorkshopPot.objects.create(workshop=workshop, pot=pot, valid="[2026-01-01,)")
    Cooperation.objects.create(workshop=workshop, partner=make_partner(), valid="[2026-01-01,)")
    Qualification.objects.create(workshop=workshop, trainer=trainer)
    Feed.objects.create(user=user, kind="teacher")
    IdempotencyKey.objects.create(user=user, key="k", request_hash="h", created_at=now)


def visit(slot: Any, booking: Booking) -> None:
    after = slot.ends_at + timedelta(minutes=10)
    organiser = slot.workshop.partner.roles.first().user
    rules.attend(booking, rules.Counts(f=20, minutes=90), by=Actor.person(organiser), now=after)
    issue(Booking.objects.get(pk=booking.pk), "service", by=Actor.person(organiser), now=after)
    make_booking(make_slot(slot.workshop, starts_at=in_days(50)))
    day, by = local_day(slot.starts_at), Actor.person(organiser)
    freeze(Question(day, day), frozenset({slot.workshop.partner_id}), by=by, now=after)
    wish(slot.workshop, booking)


def wish(workshop: Any, booking: Booking) -> None:
    by, now = Actor.person(booking.owner), timezone.now()
    question = inquiring.Question(
        workshop, booking.school, 24, (7,), "im Mai", "", Contact("Ada", "ada@school.example")
    )
    inquiring.ask(question, by=by, now=now)
    watching.watch(workshop, grade=7, month="", language="de", by=by, now=now)


def run(statements: str) -> None:
    with connection.cursor() as sql:
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE;" + statements)


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(house: None, name: str) -> None:
    with pytest.raises(IntegrityError) as refusal:
        run(CASES[name])

    assert refusal.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]  # psycopg's error


def test_every_constraint_of_a_model_is_broken_above() -> None:
    named = {constraint.name for model in MODELS for constraint in model._meta.constraints}

    assert named == set(CASES)


UNIQUE = [
    (model, field)
    for model in MODELS
    for field in model._meta.concrete_fields
    if field.unique and not field.primary_key
]  # fmt: skip


def another(field: models.Field[Any, Any]) -> str:
    """An SQL expression for a value that nobody has."""
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    if isinstance(field, models.OneToOneField):
        return "(SELECT max(id) FROM booking_booking)"
    return "NULL" if field.null else "left(md5(random()::text), 8)"


@pytest.mark.parametrize(("model", "field"), UNIQUE, ids=lambda thing: getattr(thing, "name", None) or thing.__name__)
def test_unique_columns_hold_a_value_once(house: None, model: Any, field: Any) -> None:
    others = {each.column: another(each) for owner, each in UNIQUE if owner is model and each is not field}
    others |= {"accepted_at": "now()"}  # so that what may be there once while it is open does not refuse first

    with pytest.raises(IntegrityError) as refusal:
        run(f"DELETE FROM {model._meta.db_table} WHERE {field.column} IS NULL;" + twin(model._meta.db_table, **others))

    assert field.column in refusal.value.__cause__.diag.constraint_name  # type: ignore[union-attr]  # psycopg's error


COUNTS = [
    (model, field)
    for model in MODELS
    for field in model._meta.concrete_fields
    if isinstance(field, models.PositiveIntegerField | models.PositiveSmallIntegerField)
]


@pytest.mark.parametrize(("model", "field"), COUNTS, ids=lambda thing: getattr(thing, "name", None) or thing.__name__)
def test_no_count_is_negative(house: None, model: Any, field: Any) -> None:
    with pytest.raises(IntegrityError):
        run(f"UPDATE {model._meta.db_table} SET {field.column} = -1")

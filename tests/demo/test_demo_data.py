"""`manage.py demo_data`: what the interface promises, and what people find when they sign in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, F, Sum
from django.db.models.functions import Now
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from booking import rules
from booking.access import roles_of
from booking.audit import breaches
from booking.demo.load import load
from booking.models import LIVE, Booking, Change, Inquiry, Message, Watch
from booking.rules import marks
from schools.schooldays import at_local, closed_days, is_school_day, local_day, school_days_between
from tests.demo.any_day import BERLIN, any_day, on
from tests.factories import make_order
from workshops.models import Partner, Slot, Workshop


@pytest.fixture(scope="module", params=any_day(always=2))
def demo(request: pytest.FixtureRequest, django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """Loaded once a day for all questions of this file, and taken back."""
    with on(request.param), django_db_blocker.unblock(), transaction.atomic():
        call_command("demo_data", verbosity=0)
        yield
        transaction.set_rollback(True)


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")


def ours() -> Any:
    """The dates of the first partner that can be booked now."""
    return Slot.objects.bookable(timezone.now()).filter(workshop__partner__slug="zuklos-demo")


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("admin", {"admin"}),
        ("organiser", {"organiser"}),
        ("organiser2", {"organiser"}),
        ("trainer", {"trainer"}),
        ("trainer2", {"trainer"}),
        ("funder", {"funder"}),
        ("teacher", {"teacher"}),
        ("teacher2", {"teacher"}),
        ("office", {"office"}),
    ],
)
def test_everybody_of_the_cast_has_the_role_and_can_sign_in(demo: None, name: str, roles: set[str]) -> None:
    assert roles_of(person(name)).names == roles
    assert EmailAddress.objects.filter(user=person(name), verified=True, primary=True).exists()


def test_a_busy_machine_may_take_its_time(demo: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0",)


def test_whoever_leads_workshops_has_been_here_lately(demo: None) -> None:
    month_ago = timezone.now() - timedelta(days=30)

    seen = User.objects.filter(trainer__isnull=False).values_list("last_login", flat=True)

    assert seen
    assert all(last is not None and month_ago < last < timezone.now() for last in seen)


def test_the_partners_and_the_school_have_their_names(demo: None) -> None:
    assert set(Partner.objects.values_list("slug", flat=True)) == {"zuklos-demo", "makerspace-demo", "museum-demo"}
    teacher, office = person("teacher").memberships.get(), person("office").memberships.get()
    assert (teacher.school.name, teacher.school.city) == ("Oberschule Beispielstadt", "Löbau")
    assert (teacher.state, office.state) == ("confirmed", "confirmed")
    assert office.school == teacher.school != person("teacher2").memberships.get().school


def test_there_are_workshops_in_all_modes_and_one_that_drives(demo: None) -> None:
    assert set(Workshop.objects.values_list("booking_mode", flat=True)) == {"instant", "request", "wish"}
    assert Workshop.objects.filter(format="mobile", radius_km__gt=0, venue=None).exists()


@pytest.mark.parametrize(
    "text", ["title", "summary", "description", "course", "bring", "cost", "accessibility", "curriculum"]
)
def test_every_workshop_reads_in_german_and_english(demo: None, text: str) -> None:
    for workshop in Workshop.objects.all():
        words = getattr(workshop, text)
        assert words["de"], workshop.slug
        assert words["en"], workshop.slug
        assert text != "course" or all(line.count(" · ") >= 1 for line in words["de"].splitlines()), workshop.slug


def test_ten_dates_or_more_are_instant_shared_and_empty(demo: None) -> None:
    soon = timezone.now() + timedelta(days=120)
    shared = ours().filter(
        booking_mode="instant", capacity=30, max_groups=30, workshop__grades__contains=[7], starts_at__lt=soon
    )

    assert shared.filter(places_taken=0, groups_taken=0).count() >= 10
    assert all(slot.most_pupils == 30 for slot in shared.select_related("workshop"))


def test_such_a_date_takes_a_class_at_once(demo: None) -> None:
    slot = ours().filter(max_groups=30).select_related("workshop__partner").first()
    with transaction.atomic():
        order = make_order(person("teacher").memberships.get().school, pupils=30)
        booking = rules.place(slot, order, by=Actor.person(person("teacher")), now=timezone.now())
        transaction.set_rollback(True)

    assert booking.state == "confirmed"


def test_dates_keep_clear_of_weekends_and_saxon_holidays(demo: None) -> None:
    days = {local_day(at) for at in Slot.objects.values_list("starts_at", flat=True)}

    assert all(is_school_day(day, closed_days(None, min(days), max(days))) for day in days)


def test_free_dates_reach_over_the_next_four_months(demo: None) -> None:
    last = ours().order_by("starts_at").last()

    assert last
    assert timedelta(days=90) < last.starts_at - timezone.now() <= timedelta(days=121)


def test_wishes_cannot_be_booked_yet(demo: None) -> None:
    wishes = Slot.objects.filter(booking_mode="wish", starts_at__gt=timezone.now())

    assert wishes.exists()
    assert not wishes.bookable(timezone.now()).exists()


def test_requests_wait_for_the_organiser_some_for_days(demo: None) -> None:
    now, closed = timezone.now(), closed_days(None, timezone.now().date() - timedelta(days=30), timezone.now().date())
    waiting = Booking.objects.requested().filter(slot__workshop__partner__slug="zuklos-demo")
    ages = [school_days_between(local_day(one.created_at), local_day(now), closed) for one in waiting]

    assert len(ages) >= 5
    assert {2, 3} <= set(ages)
    assert max(ages) <= 3
    assert waiting.annotate(wishes=Count("alternatives")).filter(wishes=2).exists()


def test_there_are_dates_to_book_classes_to_come_and_nothing_told_of_what_is_still_to_come(demo: None) -> None:
    now = timezone.now()

    assert Slot.objects.bookable(now).filter(max_groups=30, places_taken=0).count() >= 10
    assert Booking.objects.filter(state__in=LIVE, slot__starts_at__gt=now).count() > 10
    assert not Change.objects.filter(at__gt=now).exists()


def test_who_was_to_be_asked_was_asked_and_at_most_one_is_a_task(demo: None) -> None:
    coming = Booking.objects.filter(slot__starts_at__gt=timezone.now())

    assert not coming.to_reconfirm(timezone.now()).exists()
    assert coming.unanswered().count() <= 1  # in the holidays nobody comes whom one could call


def test_who_tries_the_demo_is_not_looked_at_first(demo: None) -> None:
    for name in ("teacher", "teacher2"):
        for slot in Slot.objects.filter(booking_mode="instant").distinct("workshop__partner"):
            school = person(name).memberships.get(role="teacher").school
            assert marks.standing(school, slot, timezone.now()).missed == 0


def test_full_dates_have_a_waiting_list(demo: None) -> None:
    full = Slot.objects.filter(starts_at__gt=timezone.now(), groups_waiting__gt=0)

    assert full.count() == 4
    assert full.aggregate(Sum("groups_waiting"))["groups_waiting__sum"] == 8


def test_past_visits_were_counted_but_for_the_trainers_last_ones(demo: None) -> None:
    today = at_local(timezone.localdate(), time.min)  # those of today are still to be recorded
    open_ones = Booking.objects.unrecorded(timezone.now()).filter(slot__starts_at__lt=today)

    assert Booking.objects.filter(state="attended", attendance__isnull=False).count() > 60
    assert Booking.objects.filter(state="no_show", attendance__no_show=True).exists()
    assert 2 <= open_ones.of_trainer(person("trainer")).values("slot").distinct().count() <= 5
    assert not open_ones.exclude(pk__in=open_ones.of_trainer(person("trainer"))).exists()


def test_the_trainer_has_a_visit_today_or_on_the_next_school_day(demo: None) -> None:
    today = timezone.localdate()
    visits = Booking.objects.filter(state="confirmed", slot__starts_at__date__gte=today).of_trainer(person("trainer"))
    first = visits.order_by("slot__starts_at").first()

    assert first
    assert (first.contact_name, first.needs_list) == ("Petra Vogel", ["step_free"])
    assert first.contact_phone
    between = [today + timedelta(days=n) for n in range((local_day(first.slot.starts_at) - today).days)]
    assert not any(is_school_day(day, closed_days(None, today, today + timedelta(days=90))) for day in between)


def test_calendars_of_the_demo_show_set_up_and_nothing_that_changed_before_it_was_made(demo: None) -> None:
    assert Slot.objects.filter(setup_minutes__gt=0, teardown_minutes__gt=0).count() == 3
    made = {"created_at__lt": Now()}  # by the clock of the database, which says when a row changed
    assert not Slot.objects.filter(created_at__gt=F("updated_at"), **made).exists()
    assert not Booking.objects.filter(created_at__gt=F("updated_at"), **made).exists()
    assert Booking.objects.filter(updated_at__lt=timezone.now() - timedelta(days=30)).exists()


def test_the_teacher_finds_bookings_of_every_age(demo: None) -> None:
    mine = Booking.objects.of_owner(person("teacher"))

    assert {"confirmed", "requested", "offered", "waitlisted", "attended", "cancelled"} <= set(
        mine.values_list("state", flat=True)
    )


def test_some_coming_visits_have_no_trainer_yet(demo: None) -> None:
    coming = Booking.objects.filter(state="confirmed", slot__starts_at__gt=timezone.now())

    assert coming.filter(slot__assignments=None).exists()
    assert coming.exclude(slot__assignments=None).exists()


def test_money_has_dates_and_the_funder_reads_one_pot(demo: None) -> None:
    printing, today = Workshop.objects.get(slug="3d-druck"), timezone.localdate()

    assert printing.pots.valid_on(today).count() == 3
    assert printing.pots.count() == 4  # the fourth is over
    assert person("funder").pot_readings.get().pot.code == "regionalfonds"
    assert not Slot.objects.filter(pot=None).exists()


def test_history_was_written_by_people_in_the_order_of_time(demo: None) -> None:
    for booking in Booking.objects.prefetch_related("changes"):
        kinds = [change.kind for change in reversed(booking.changes.all())]
        assert kinds[0] in {"confirmed", "requested", "waitlisted"}, booking
    assert not Change.objects.filter(at__gt=timezone.now()).exists()
    assert Change.objects.filter(kind="resized", facts__has_key="pupils").exists()


def test_loading_owes_no_old_mail_but_the_coming_reminders(demo: None) -> None:
    owed = Message.objects.filter(state="owed")

    assert not Message.objects.due(timezone.now()).exists()
    assert set(owed.values_list("kind", flat=True)) == {"reminder"}
    assert owed.filter(booking__state="confirmed").count() == owed.count() > 10


def test_who_was_invited_hears_of_the_end_in_the_calendar(demo: None) -> None:
    coming = Booking.objects.filter(owner=person("teacher"), state="confirmed", slot__starts_at__gt=timezone.now())
    invited = Message.objects.filter(booking__in=coming, kind="booking_confirmed", state="sent")
    teams = Message.objects.filter(kind="trainer_assigned", state="sent")

    assert invited.count() == coming.count() > 0
    assert {mail.context.get("calendar") for mail in (*invited, *teams)} == {"REQUEST"}
    assert not Message.objects.filter(booking__confirmed_at=None, slot=None, context__has_key="calendar").exists()


def test_the_audit_finds_nothing(demo: None) -> None:
    assert list(breaches(timezone.now())) == []


def test_a_freed_place_was_offered_to_who_waited_first(demo: None) -> None:
    offered = Booking.objects.get(state="offered")

    assert offered.owner == person("teacher")
    assert offered.offer_expires_at
    assert offered.offer_expires_at > timezone.now()
    assert offered.slot.groups_waiting == 2


def test_a_second_run_changes_nothing(demo: None) -> None:
    def counted() -> tuple[int, ...]:
        return tuple(model.objects.count() for model in (User, Slot, Booking, Change, Message))

    before = counted()
    call_command("demo_data", "--seed", "2", verbosity=0)

    assert counted() == before


def story() -> list[tuple[Any, ...]]:
    facts = ("reference", "school__name", "group_name", "pupils", "state", "slot__starts_at", "created_at")
    return list(Booking.objects.order_by("reference").values_list(*facts))


def loaded(at: datetime, seed: int = 1) -> list[tuple[Any, ...]]:
    with transaction.atomic():
        load(seed=seed, now=at)
        told = story()
        transaction.set_rollback(True)
    return told


@pytest.mark.soak
@pytest.mark.django_db
def test_the_same_seed_tells_the_same_story() -> None:
    at = datetime(2027, 4, 20, 9, 30, tzinfo=BERLIN)

    assert loaded(at) == loaded(at)


def test_two_wishes_wait_for_an_answer_and_somebody_waits_for_a_date(demo: None) -> None:
    assert Inquiry.objects.open().organised_by(User.objects.get(email="organiser@demo.example")).count() == 2
    assert Watch.objects.live(timezone.now()).count() == 1

"""`manage.py demo_data --size region` and larger: rows that no rule has written, and yet as the rules leave them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from booking.audit import breaches
from booking.demo.load import load
from booking.demo.sizes import SIZES, Size, load_size
from booking.models import Booking, Change, Message
from schools.models import School
from schools.schooldays import closed_days, is_school_day, local_day
from tests.demo.any_day import BERLIN, any_day, on
from workshops.models import Slot, Trainer

VILLAGE = Size("village", 80, 20, 700, 3_000, partners=2, shared=1 / 3, back=timedelta(days=200))


@pytest.fixture(scope="module", params=any_day(always=1))
def village(request: pytest.FixtureRequest, django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """A region in small, loaded once a day for all questions of this file, and taken back."""
    with on(request.param), django_db_blocker.unblock(), transaction.atomic():
        load(seed=1, now=timezone.now())
        load_size(VILLAGE, seed=1, now=timezone.now())
        yield
        transaction.set_rollback(True)


def test_there_are_as_many_as_promised(village: None) -> None:
    assert [model.objects.count() for model in (School, Trainer, Slot, Booking)] == [80, 20, 700, 3_000]


def test_the_audit_finds_nothing(village: None) -> None:
    assert list(breaches(timezone.now())) == []


def test_a_part_of_the_dates_is_shared_by_many_groups(village: None) -> None:
    fair = Slot.objects.filter(workshop__slug__startswith="offenes-labor-village")

    assert 0.2 < fair.count() / 700 < 0.4
    assert fair.filter(groups_taken__gt=5).count() > fair.count() / 3
    assert not fair.filter(groups_taken__gt=30).exists()


def test_bookings_are_in_every_state_that_people_know(village: None) -> None:
    states = dict(Booking.objects.values_list("state").annotate(Count("pk")))

    assert set(states) == {
        "requested", "waitlisted", "offered", "confirmed", "declined", "expired", "cancelled", "attended", "no_show",
    }  # fmt: skip
    assert states["attended"] > 1_000


def test_visits_that_are_over_were_counted_but_for_a_few_of_the_last_days(village: None) -> None:
    now = timezone.now()
    open_ones = Booking.objects.unrecorded(now).filter(school__source_id__startswith="village")

    assert not open_ones.filter(slot__ends_at__lt=now - timedelta(days=7)).exists()
    assert Booking.objects.filter(state="attended", attendance__f__gt=0, attendance__m__gt=0).exists()


def test_nothing_happened_before_it_could_or_after_now(village: None) -> None:
    now = timezone.now()
    ours = Booking.objects.filter(school__source_id__startswith="village")

    assert not ours.exclude(created_at__gte=F("slot__book_from"), created_at__lt=F("slot__book_until")).exists()
    assert not Change.objects.filter(at__gt=now).exists()
    assert not ours.filter(confirmed_at__gt=now).exists()
    first = Change.objects.filter(booking=F("booking__pk"), at__lt=F("booking__created_at"))
    assert not first.filter(booking__in=ours).exists()


def test_each_booking_tells_its_story_from_the_first_step_to_its_state(village: None) -> None:
    ours = Booking.objects.filter(school__source_id__startswith="village").prefetch_related("changes")
    assert ours
    for booking in ours:
        kinds = [change.kind for change in reversed(booking.changes.all())]
        assert kinds[0] in {"confirmed", "requested", "waitlisted"}
        assert kinds[-1] == booking.state
        assert booking.version == len(kinds)


def test_no_old_mail_is_owed(village: None) -> None:
    now = timezone.now()

    assert not Message.objects.due(now).exists()
    assert set(Message.objects.filter(state="owed").values_list("kind", flat=True)) == {"reminder"}


def test_nobody_leads_two_dates_at_once_and_schools_are_open(village: None) -> None:
    days = {local_day(at) for at in Slot.objects.values_list("starts_at", flat=True)}
    lively = Trainer.objects.annotate(dates=Count("assignments", filter=Q(assignments__state="accepted")))

    assert all(is_school_day(day, closed_days(None, min(days), max(days))) for day in days)
    assert lively.filter(dates__gt=10).count() > 10


def test_what_is_made_later_gets_keys_of_its_own(village: None) -> None:
    """The sequences went on: the next row does not meet a copied one."""
    with transaction.atomic():
        change = Change.objects.create(slot=Slot.objects.order_by("pk")[0], kind="closed", at=timezone.now())
        transaction.set_rollback(True)

    assert change.pk > Change.objects.order_by("-pk")[0].pk


def story() -> list[tuple[Any, ...]]:
    facts = ("reference", "school__name", "group_name", "pupils", "state", "slot__starts_at", "created_at")
    return list(
        Booking.objects.filter(school__source_id__startswith="village").order_by("reference").values_list(*facts)
    )


@pytest.mark.soak
@pytest.mark.django_db
def test_the_same_seed_tells_the_same_story() -> None:
    at, told = datetime(2027, 4, 20, 9, 30, tzinfo=BERLIN), []
    load(seed=1, now=at)
    for seed in (1, 1, 2):
        with transaction.atomic():
            load_size(VILLAGE, seed=seed, now=at)
            told.append(story())
            transaction.set_rollback(True)

    assert told[0] == told[1] != told[2]


@pytest.mark.soak
@pytest.mark.django_db
def test_the_region_loads_once_and_nothing_larger_beside_it() -> None:
    call_command("demo_data", "--size", "region", verbosity=0)
    size = SIZES["region"]
    counts = [model.objects.count() for model in (School, Trainer, Slot, Booking)]
    call_command("demo_data", "--size", "region", verbosity=0)

    assert counts == [size.schools, size.trainers, size.slots, size.bookings]
    assert [model.objects.count() for model in (School, Trainer, Slot, Booking)] == counts
    assert list(breaches(timezone.now())) == []
    with pytest.raises(CommandError, match="needs a place of its own"):
        call_command("demo_data", "--size", "state")

"""The trainer's day and the record of who came."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.models import Attendance, Booking, Message
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, title="Robotik", max_groups=3, capacity=72)


@pytest.fixture
def tom(partner):
    return make_trainer(partner, "tom")


def visit(workshop, trainer=None, *, days=-1, hour=8, groups=("7b",), **order) -> Slot:
    """A slot with its groups; booked well before, whatever its day is."""
    slot = make_slot(workshop, starts_at=in_days(days, hour))
    for name in groups:
        make_booking(slot, group_name=name, at=slot.book_from + timedelta(days=1), **order)
    if trainer:
        make_assignment(slot, trainer)
    return slot


def page_of(slot: Slot) -> str:
    return f"/trainer/slots/{slot.pk}/"


def answer(booking: Booking, how: str, **numbers: object) -> dict[str, object]:
    return {"booking": booking.reference, "how": how, "seen": 0, **numbers}


def state_of(booking: Booking) -> str:
    return Booking.objects.values_list("state", flat=True).get(pk=booking.pk)


@pytest.mark.parametrize("days", [3, -1], ids=["before the visit", "on its record"])
def test_who_leads_reads_how_a_class_comes_and_whether_photos_are_allowed(days, client, workshop, tom):
    slot = visit(workshop, tom, days=days, arrival="coach", photos="no_faces")
    client.force_login(tom.user)

    page = client.get(page_of(slot), headers={"accept-language": "en"}).content.decode()

    assert "by a coach of our own" in page
    assert "Photos: only without faces" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("tom", 200),  # leads the slot
        ("olga", 200),  # organises for the partner
        ("nina", 200),  # the network's admin
        ("tim", 404),  # a trainer of another slot
        ("otto", 404),  # an organiser elsewhere
        ("ada", 403),  # a teacher
        (None, 302),  # nobody: to the sign-in
    ],
)
def test_who_may_record_attendance(who, status, client, workshop, partner, tom, settings):
    settings.ADMIN_NEEDS_SECOND_FACTOR = False
    slot = visit(workshop, tom)
    booking = slot.bookings.get()
    cast = {
        "tom": tom.user,
        "olga": make_organiser(partner, "olga"),
        "nina": make_user("nina", is_network_admin=True),
        "tim": make_trainer(partner, "tim").user,
        "otto": make_organiser(make_partner(), "otto"),
        "ada": make_user("ada"),
    }
    if who:
        client.force_login(cast[who])

    assert client.get(page_of(slot)).status_code == status
    client.post(page_of(slot), answer(booking, "planned"))
    assert Attendance.objects.filter(booking=booking).exists() is (status == 200)


def test_the_day_shows_who_comes_where_and_whom_to_call(client, workshop, tom):
    visit(workshop, tom, days=2, school=make_school("Oberschule Musterdorf"), needs_list=("step_free",))
    client.force_login(tom.user)

    text = client.get("/trainer/").content.decode()

    assert "Tom" in text
    assert "Robotik" in text
    assert "Oberschule Musterdorf" in text
    assert 'href="tel:01700000000"' in text
    assert "8:00" in text


@pytest.mark.parametrize(("over", "words"), [(True, "heute kein Einsatz mehr"), (False, "heute kein Einsatz,")])
def test_the_evening_knows_that_there_were_visits_today(over, words, client, workshop, tom, monkeypatch):
    visit(workshop, tom, days=5)
    visit(workshop, tom, days=2 if over else 1, hour=8)
    evening = in_days(2, 18)
    monkeypatch.setattr(
        "booking.views.trainer.day.timezone", SimpleNamespace(now=lambda: evening, localtime=timezone.localtime)
    )
    client.force_login(tom.user)

    assert words in client.get("/trainer/").content.decode()


def test_the_day_lists_what_to_take_along_for_the_next_visit(client, workshop, tom):
    workshop.kit = {"de": "26 Schutzbrillen\n\n12 Tablets, geladen"}
    workshop.save()
    visit(workshop, tom, days=3)
    client.force_login(tom.user)

    page = client.get("/trainer/").content.decode()

    assert re.findall('type="checkbox" autocomplete="off" value="(.+?)"', page) == [
        "26 Schutzbrillen",
        "12 Tablets, geladen",
    ]


def test_a_trainer_sees_own_dates_only(client, workshop, tom, partner):
    visit(workshop, make_trainer(partner, "tim"), days=2)
    client.force_login(tom.user)

    assert "Robotik" not in client.get("/trainer/").content.decode()


def test_what_is_not_recorded_stays_open_until_somebody_does(client, workshop, tom):
    slot = visit(workshop, tom)
    client.force_login(tom.user)
    assert f'href="{page_of(slot)}"' in client.get("/trainer/").content.decode()

    client.post(page_of(slot), answer(slot.bookings.get(), "planned"))

    assert f'href="{page_of(slot)}"' not in client.get("/trainer/").content.decode()


def test_who_has_recorded_a_date_is_led_to_the_next_that_waits(client, workshop, tom):
    """Three dates are missing at the end of a week: after each the next is one tap away."""
    first, second = visit(workshop, tom, days=-2), visit(workshop, tom, days=-1)
    client.force_login(tom.user)
    link = f'class="button small" href="{page_of(second)}"'
    before = client.get(page_of(first)).content.decode()

    client.post(page_of(first), answer(first.bookings.get(), "planned"))

    assert link not in before
    assert link in client.get(page_of(first)).content.decode()
    client.post(page_of(second), answer(second.bookings.get(), "planned"))
    assert "Noch offen" not in client.get(page_of(second)).content.decode()


def test_as_planned_counts_all_pupils_without_a_gender(client, workshop, tom):
    slot = visit(workshop, tom)
    client.force_login(tom.user)

    answered = client.post(page_of(slot), answer(slot.bookings.get(), "planned"))

    assert answered.status_code == 302
    record = Attendance.objects.get()
    assert (record.f, record.m, record.d, record.unknown) == (0, 0, 0, 24)
    assert (record.adults, record.minutes, record.by) == (2, 180, tom.user)


def test_a_second_tap_changes_nothing(client, workshop, tom):
    slot = visit(workshop, tom)
    booking = slot.bookings.get()
    client.force_login(tom.user)

    for _tap in range(2):
        assert client.post(page_of(slot), answer(booking, "planned")).status_code == 302

    assert Attendance.objects.get().revision == 1
    assert booking.changes.filter(kind="attended").count() == 1


def test_numbers_are_recorded_as_they_were_counted(client, workshop, tom):
    slot = visit(workshop, tom)
    client.force_login(tom.user)

    client.post(page_of(slot), answer(slot.bookings.get(), "counts", f=11, m=9, unknown=2, adults=1, minutes=150))

    record = Attendance.objects.get()
    assert (record.f, record.m, record.d, record.unknown, record.present) == (11, 9, 0, 2, 22)
    assert (record.adults, record.minutes) == (1, 150)


@pytest.mark.parametrize(
    "numbers",
    [
        {},  # nobody there is said by another button
        {"f": -1, "m": 12},
        {"f": "eleven"},
        {"f": 40000},  # no class is that large
        {"f": 11, "m": 9, "unknown": 24},  # forgot to take off those without gender: 44 of 24
    ],
)
def test_numbers_that_cannot_be_are_asked_again_and_kept(numbers, client, workshop, tom):
    slot = visit(workshop, tom)
    client.force_login(tom.user)

    answered = client.post(page_of(slot), answer(slot.bookings.get(), "counts", **numbers))

    assert answered.status_code == 200
    assert "error-summary" in answered.content.decode()
    assert not Attendance.objects.exists()


def test_far_more_than_booked_is_recorded_once_the_trainer_is_sure(client, workshop, tom):
    slot = visit(workshop, tom)
    client.force_login(tom.user)

    client.post(page_of(slot), answer(slot.bookings.get(), "counts", unknown=44, sure="on"))

    assert Attendance.objects.get().present == 44


def test_that_nobody_came_is_said_in_a_second_step(client, workshop, tom):
    slot = visit(workshop, tom)
    booking = slot.bookings.get()
    client.force_login(tom.user)

    step = client.get(f"{page_of(slot)}?nobody={booking.reference}")
    assert step.status_code == 200
    assert state_of(booking) == "confirmed"  # looking changes nothing
    client.post(page_of(slot), answer(booking, "nobody"))

    assert state_of(booking) == "no_show"
    assert Attendance.objects.get().present == 0


def test_a_correction_says_so_in_the_history(client, workshop, tom):
    slot = visit(workshop, tom)
    booking = slot.bookings.get()
    client.force_login(tom.user)
    client.post(page_of(slot), answer(booking, "nobody"))

    client.post(page_of(slot), answer(booking, "counts", unknown=20) | {"seen": 1})

    assert state_of(booking) == "attended"
    assert Attendance.objects.get().revision == 2
    assert [change.kind for change in booking.changes.all()][:2] == ["attended", "no_show"]


def test_a_record_of_a_colleague_is_not_overwritten_unseen(client, workshop, tom, partner):
    slot = visit(workshop, tom)
    booking = slot.bookings.get()
    client.force_login(make_organiser(partner))
    client.post(page_of(slot), answer(booking, "counts", unknown=20))
    client.force_login(tom.user)
    counted = answer(booking, "counts", f=11, m=10, late_minutes=12)
    late = client.post(page_of(slot), counted).content.decode()

    answered = client.post(page_of(slot), answer(booking, "planned"))  # this page was open before

    assert "180 min (11 Mädchen, 10 Jungen, 12 min zu spät)" in late
    assert "<h1>Anwesenheit</h1>" in late  # somebody has said whether all were there

    assert answered.status_code == 409
    assert Attendance.objects.get().present == 20
    page = answered.content.decode()
    assert "20 Lernende" in page  # what stands there
    assert "24 Lernende" in page  # and what was to be recorded
    assert 'name="unknown" value="24"' in page
    client.post(page_of(slot), answer(booking, "counts", unknown=24) | {"seen": 1})  # both were seen
    assert Attendance.objects.get().present == 24


@pytest.mark.parametrize(("mine", "kept"), [("", "Steckdose war tot"), ("Beamer fehlt", "Beamer fehlt")])
def test_the_note_of_a_colleague_stays_unless_another_one_was_typed(client, workshop, tom, partner, mine, kept):
    slot = visit(workshop, tom)
    booking = slot.bookings.get()
    client.force_login(make_organiser(partner))
    client.post(page_of(slot), answer(booking, "counts", unknown=20, note="Steckdose war tot"))
    client.force_login(tom.user)

    page = client.post(page_of(slot), answer(booking, "counts", unknown=21, note=mine)).content.decode()

    fields = re.findall(r'<textarea name="note"[^>]*>\s*([^<]*)</textarea>', page)
    assert fields == [kept]


def test_minutes_that_nobody_typed_are_the_planned_ones(client, workshop, tom):
    slot = visit(workshop, tom)
    client.force_login(tom.user)

    client.post(page_of(slot), answer(slot.bookings.get(), "counts", unknown=20, minutes=""))

    assert Attendance.objects.get().minutes == 180


def test_before_the_start_the_page_says_from_when(client, workshop, tom):
    slot = visit(workshop, tom, days=2)
    booking = slot.bookings.get()
    client.force_login(tom.user)

    assert 'value="planned"' not in client.get(page_of(slot)).content.decode()
    client.post(page_of(slot), answer(booking, "planned"))
    assert not Attendance.objects.exists()


def test_each_group_of_a_shared_date_has_its_own_record(client, workshop, tom):
    slot = visit(workshop, tom, groups=("7a", "7b", "7c"))
    client.force_login(tom.user)
    first = slot.bookings.get(group_name="7b")

    assert client.get(page_of(slot)).content.decode().count('value="planned"') == 3
    client.post(page_of(slot), answer(first, "planned"))

    assert client.get(page_of(slot)).content.decode().count('value="planned"') == 2
    assert slot.bookings.filter(state="confirmed").count() == 2


def test_a_group_of_another_slot_is_not_found(client, workshop, tom):
    slot, other = visit(workshop, tom), visit(workshop, hour=13)
    client.force_login(tom.user)

    assert client.post(page_of(slot), answer(other.bookings.get(), "planned")).status_code == 404
    for reference in ("", "\x00", "x" * 5000):
        assert client.post(page_of(slot), {"how": "planned", "booking": reference}).status_code == 404


def test_a_cancelled_group_is_not_recorded(client, workshop, tom):
    slot = visit(workshop, tom)
    booking = slot.bookings.get()
    slot.bookings.update(state="cancelled", places_held=0)
    client.force_login(tom.user)

    assert client.post(page_of(slot), answer(booking, "planned")).status_code == 404


@pytest.mark.parametrize("address", ["/trainer/", "slot"])
def test_questions_to_the_database_do_not_grow_with_the_rows(address, client, workshop, tom):
    visit(workshop, tom, days=-2)
    slot = visit(workshop, tom, groups=("7a",))
    visit(workshop, tom, days=3)
    visit(workshop, tom, days=4)
    client.force_login(tom.user)
    address = page_of(slot) if address == "slot" else address
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)

    for name in ("7b", "7c"):
        make_booking(slot, group_name=name, at=slot.book_from + timedelta(days=1))
    for day in (5, 6, -3, -4):
        visit(workshop, tom, days=day, groups=("8a", "8b"))
    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few)


def test_an_empty_day_says_what_will_stand_here(client, tom):
    client.force_login(tom.user)

    assert client.get("/trainer/").status_code == 200


def test_a_visit_that_is_on_can_be_recorded_already(client, workshop, tom):
    now = timezone.now()
    slot = make_slot(workshop, starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(minutes=5))
    make_booking(slot, at=slot.book_from + timedelta(days=1))
    make_assignment(slot, tom)
    client.force_login(tom.user)

    assert f'href="{page_of(slot)}"' in client.get("/trainer/").content.decode()
    client.post(page_of(slot), answer(slot.bookings.get(), "planned"))
    assert Attendance.objects.exists()


def test_the_address_of_the_qr_code_opens_the_page_after_signing_in(client, workshop, tom):
    slot = visit(workshop, tom)

    asked = client.get(page_of(slot))
    assert asked["Location"] == f"/sign-in/?next={page_of(slot)}"
    client.post(asked["Location"], {"email": tom.user.email, "next": page_of(slot)})
    code = Message.objects.get(kind="sign_in_code").sealed
    signed_in = client.post("/sign-in/code/", {"code": code, "next": page_of(slot)}, follow=True)

    assert signed_in.redirect_chain[-1][0] == page_of(slot)
    assert 'value="planned"' in signed_in.content.decode()


def test_the_page_says_how_many_groups_are_left(client, workshop, tom):
    slot = visit(workshop, tom, groups=("7a", "7b", "7c"))
    client.force_login(tom.user)

    for left, booking in enumerate(slot.bookings.order_by("-pk")):
        assert f"Noch {3 - left} von 3 Gruppen" in client.get(page_of(slot)).content.decode()
        client.post(page_of(slot), answer(booking, "nobody" if left else "planned"))

    assert "Alle 3 Gruppen sind eingetragen" in client.get(page_of(slot)).content.decode()


def test_lateness_and_a_note_are_kept_and_the_note_is_not_asked_for_after_two_weeks(client, workshop, tom):
    slot, old = visit(workshop, tom), visit(workshop, tom, days=-15)
    client.force_login(tom.user)

    for one in (slot, old):
        numbers = {"unknown": 20, "late_minutes": 15, "note": "Brille im Labor"}
        client.post(page_of(one), answer(one.bookings.get(), "counts", **numbers))

    assert "Notiz: Brille im Labor" in client.get(page_of(slot)).content.decode()
    records = Attendance.objects.order_by("booking__slot__starts_at").values_list("late_minutes", "note")
    assert list(records) == [(15, ""), (15, "Brille im Labor")]


@pytest.mark.parametrize(
    ("sent", "status", "state"),
    [
        ({"how": "planned"}, 200, "done"),
        ({"how": "counts"}, 409, "look"),  # nobody there: the page says how to say that
        ({"how": "planned", "seen": 3}, 409, "look"),
        ({"how": "planned", "person": "0"}, 401, "somebody else"),  # who signed in on this device since
    ],
)
def test_its_script_hears_in_a_word_what_became_of_an_entry(sent, status, state, client, workshop, tom):
    slot = visit(workshop, tom)
    client.force_login(tom.user)
    entry = answer(slot.bookings.get(), "") | {"person": tom.user.pk} | sent

    answered = client.post(page_of(slot), entry, headers={"accept": "application/json"})

    assert (answered.status_code, answered.json()) == (status, {"state": state})
    assert Attendance.objects.exists() is (state == "done")

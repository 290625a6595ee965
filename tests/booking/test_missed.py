"""Nobody came: the school is asked why, may explain it, and the house may let it pass."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.actor import Actor
from booking import rules
from booking.clock.retention import erase_expired
from booking.errors import NotActive, NotAllowed
from booking.messages import links, sending
from booking.models import Attendance, Booking, Explanation, Message
from booking.rules import Counts, marks
from tests.factories import in_days, make_assignment, make_booking, make_organiser, make_school, make_slot, make_trainer

pytestmark = pytest.mark.django_db
NOBODY = Counts(no_show=True)
OFFICE = "office@school.example"


@pytest.fixture
def slot():
    return make_slot(starts_at=in_days(-1))


@pytest.fixture
def booking(slot):
    return make_booking(slot, at=in_days(-30), school=make_school(office_mail=OFFICE, office_copies=True))


@pytest.fixture
def tom(slot):
    trainer = make_trainer(slot.workshop.partner, "tom")
    make_assignment(slot, trainer)
    return Actor.person(trainer.user)


@pytest.fixture
def olga(slot):
    return Actor.person(make_organiser(slot.workshop.partner))


@pytest.fixture
def ada(booking):
    return Actor.person(booking.owner)


@pytest.fixture
def missed(booking, tom, slot):
    return rules.attend(booking, NOBODY, by=tom, now=slot.ends_at)


def mails(kind: str = "booking_missed") -> list[tuple[str, str]]:
    return list(Message.objects.filter(kind=kind).order_by("pk").values_list("to_address", "state"))


def test_contact_and_office_are_asked_two_hours_later(smtp, missed, slot):
    assert mails() == [("ada@school.example", "owed"), (OFFICE, "owed")]
    due = slot.ends_at + timedelta(hours=2)

    sending.send_due(due - timedelta(seconds=1))
    assert "gefehlt" not in str([one["Subject"] for one in smtp.mails])
    sending.send_due(due)

    first, copy = (one for one in smtp.mails if "gefehlt" in one["Subject"])
    assert f"/b/{links.sign(missed)}/missed/" in first.get_body().get_content()
    assert "/b/" not in copy.get_body().get_content()  # who reads along is asked nothing


def test_a_correction_takes_the_question_back(missed, tom, slot):
    rules.attend(missed, Counts(unknown=20), by=tom, now=slot.ends_at + timedelta(hours=1))

    assert {state for _to, state in mails()} == {"dropped"}
    assert [to for to, _state in mails("thanks")] == ["ada@school.example"]


def test_corrected_there_and_back_it_is_asked_once(missed, tom, slot):
    for counts in (Counts(unknown=20), NOBODY):
        rules.attend(missed, counts, by=tom, now=slot.ends_at)

    assert [state for _to, state in mails()] == ["dropped", "dropped", "owed", "owed"]


@pytest.mark.parametrize("thanked_before", [True, False])
def test_who_read_of_a_missed_visit_that_was_none_is_thanked_after_all(smtp, booking, tom, slot, thanked_before):
    hours = [slot.ends_at + timedelta(hours=hour) for hour in range(20)]
    rules.attend(booking, Counts(unknown=20), by=tom, now=hours[0])
    if thanked_before:
        sending.send_due(hours[3])
    rules.attend(booking, NOBODY, by=tom, now=hours[4] if thanked_before else hours[1])
    sending.send_due(hours[7])

    for present, hour in ((20, 8), (21, 9)):
        rules.attend(booking, Counts(unknown=present), by=tom, now=hours[hour])
    sending.send_due(hours[12])

    subjects = [one["Subject"].partition(":")[0] for one in smtp.to("ada@school.example")]
    thanks = ["Danke für Ihren Besuch"]
    assert subjects == [*(thanks if thanked_before else []), "Sie haben uns gefehlt", *thanks]
    read_along = [one["Subject"].split(": ")[1] for one in smtp.to(OFFICE) if "Zur Kenntnis" in one["Subject"]]
    assert read_along[-2:] == ["Sie haben uns gefehlt", *thanks]


def test_the_school_may_explain_until_it_is_answered(missed, ada, olga, slot):
    rules.explain_missed(missed, "Der Bus kam nicht.", by=ada, now=slot.ends_at)
    rules.explain_missed(missed, "Der Bus kam nicht.", by=ada, now=slot.ends_at)
    rules.explain_missed(missed, "Der Bus war kaputt.", by=ada, now=slot.ends_at)
    assert list(Booking.objects.explained()) == [missed]

    rules.answer_missed(missed, excused=False, answer="Ein Anruf hätte geholfen.", by=olga, now=slot.ends_at)

    assert list(Booking.objects.explained()) == []
    with pytest.raises(NotActive):
        rules.explain_missed(missed, "Doch.", by=ada, now=slot.ends_at)
    assert Explanation.objects.get().text == "Der Bus war kaputt."
    kinds = list(missed.changes.values_list("kind", flat=True))
    assert kinds[:4] == ["not_excused", "explained", "explained", "no_show"]
    assert "Bus" not in str(list(missed.changes.values()))
    assert [to for to, _state in mails("booking_missed_answer")] == ["ada@school.example", OFFICE]


def test_who_explained_before_the_mail_went_out_is_not_asked(smtp, missed, ada, slot):
    rules.explain_missed(missed, "Der Bus kam nicht.", by=ada, now=slot.ends_at)

    sending.send_due(slot.ends_at + timedelta(hours=2))

    assert "gefehlt" not in str([one["Subject"] for one in smtp.mails])
    assert set(Message.objects.filter(kind="booking_missed").values_list("state", "last_error")) == {
        ("dropped", "answered")
    }


def test_what_is_excused_stays_missed_and_is_no_mark_any_more(missed, olga, slot):
    assert marks.standing(missed.school, slot, slot.ends_at).missed == 1

    for _twice in range(2):
        rules.answer_missed(missed, excused=True, by=olga, now=slot.ends_at)

    assert marks.standing(missed.school, slot, slot.ends_at).missed == 0
    assert list(Booking.objects.missed()) == []
    assert (Booking.objects.get().state, Attendance.objects.get().excused_by) == ("no_show", olga.user)
    assert missed.changes.filter(kind="excused").count() == 1
    assert {state for _to, state in mails()} == {"dropped"}  # nobody need explain what is excused
    assert mails("booking_missed_answer") == []  # nor hear of what it did not ask


@pytest.mark.parametrize("answered", [True, False])
def test_missed_once_more_the_school_may_explain_anew_or_is_still_heard(missed, ada, olga, tom, slot, answered):
    rules.explain_missed(missed, "Der Bus kam nicht.", by=ada, now=slot.ends_at)
    if answered:
        rules.answer_missed(missed, excused=False, by=olga, now=slot.ends_at)

    for counts in (Counts(unknown=20), NOBODY):
        rules.attend(missed, counts, by=tom, now=slot.ends_at)

    asked = ["owed", "owed"] if answered else []
    assert [state for _to, state in mails() if state == "owed"] == asked
    assert list(Booking.objects.explained()) == ([] if answered else [missed])
    rules.explain_missed(missed, "Wirklich nicht.", by=ada, now=slot.ends_at)
    assert list(Booking.objects.explained()) == [missed]


def test_an_excuse_is_for_what_stood_there(missed, olga, tom, slot):
    rules.answer_missed(missed, excused=True, by=olga, now=slot.ends_at)
    for counts in (Counts(unknown=20), NOBODY):
        rules.attend(missed, counts, by=tom, now=slot.ends_at)

    assert Attendance.objects.get().excused_at is None


def test_who_may_do_what(missed, ada, olga, tom, slot):
    for stranger in (tom, olga):
        with pytest.raises(NotAllowed):
            rules.explain_missed(missed, "x", by=stranger, now=slot.ends_at)
    for stranger in (tom, ada):
        with pytest.raises(NotAllowed):
            rules.answer_missed(missed, excused=True, by=stranger, now=slot.ends_at)


def test_of_a_class_that_came_there_is_nothing_to_explain(booking, tom, ada, olga, slot):
    rules.attend(booking, Counts(unknown=20), by=tom, now=slot.ends_at)

    with pytest.raises(NotActive):
        rules.explain_missed(booking, "x", by=ada, now=slot.ends_at)
    with pytest.raises(NotActive):
        rules.answer_missed(booking, excused=True, by=olga, now=slot.ends_at)


def test_the_link_opens_two_weeks_from_when_it_was_recorded(booking, olga, slot):
    late = slot.ends_at + timedelta(days=30)
    assert links.open_link(links.sign(booking), late) is None

    rules.attend(booking, NOBODY, by=olga, now=late)

    assert links.open_link(links.sign(booking), late + timedelta(days=13)) == booking
    assert links.open_link(links.sign(booking), late + timedelta(days=14)) is None


def test_notes_are_forgotten_after_two_weeks_and_explanations_after_ninety_days(booking, tom, ada, slot):
    rules.attend(booking, NOBODY, by=tom, now=slot.ends_at, note="Hat angerufen")
    rules.explain_missed(booking, "Der Bus kam nicht.", by=ada, now=slot.ends_at)

    for days, note, told in ((13, "Hat angerufen", 1), (14, "", 1), (89, "", 1), (90, "", 0)):
        erase_expired(slot.ends_at + timedelta(days=days))
        assert (Attendance.objects.get().note, Explanation.objects.count()) == (note, told)

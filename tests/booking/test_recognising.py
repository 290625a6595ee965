"""Who signs in is the trainer of every house that noted their address, each of them once."""

from __future__ import annotations

import pytest
from django.utils import timezone

from booking.houses.recognising import recognise
from booking.messages import outbox
from booking.messages.relevance import why_not
from booking.models import Message
from tests.factories import in_days, make_assignment, make_partner, make_slot, make_trainer, make_user, make_workshop
from tests.together import together
from workshops.models import Partner, Qualification, Slot, Trainer, TrainerPartner

ADDRESS = "tom@school.example"


def noted(partner: Partner, name: str, email: str = ADDRESS) -> Trainer:
    """Somebody whom a house knows without an account."""
    trainer = Trainer.objects.create(name=name, email=email)
    TrainerPartner.objects.create(trainer=trainer, partner=partner)
    return trainer


def date_of(trainer: Trainer, days: int = 40, **extra) -> Slot:
    slot = make_slot(make_workshop(trainer.partners.get()), starts_at=in_days(days))
    make_assignment(slot, trainer, **extra)
    Qualification.objects.create(trainer=trainer, workshop=slot.workshop)
    return slot


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("had_a_trainer", [False, True])
def test_two_houses_of_one_person_find_each_other_when_the_person_signs_in(had_a_trainer):
    first, second = noted(make_partner("lab"), "Tom"), noted(make_partner("museum"), "Thomas", ADDRESS.upper())
    dates = [date_of(first, 40), date_of(second, 41)]
    tom = make_user("tom")
    if had_a_trainer:
        Trainer.objects.filter(pk=second.pk).update(user=tom)

    together(lambda: recognise(tom), lambda: recognise(tom))

    mine = Trainer.objects.get()
    assert mine.user == tom
    assert list(Slot.objects.led_by(tom).by_time()) == dates
    assert (mine.engagements.count(), mine.qualifications.count()) == (2, 2)
    assert mine.version > second.version


@pytest.mark.django_db
def test_what_two_houses_planned_for_the_same_time_stays_planned():
    first, second = noted(make_partner("lab"), "Tom"), noted(make_partner("museum"), "Tom")
    dates = [date_of(first), date_of(second)]
    tom = make_user("tom")

    recognise(tom)

    assert set(Slot.objects.led_by(tom)) == set(dates)
    assert [one.assignments.get().override_reason != "" for one in dates] == [False, True]


@pytest.mark.django_db
def test_two_people_of_one_house_with_one_mailbox_stay_two():
    lab = make_partner("lab")
    first, second = noted(lab, "Tom"), noted(lab, "Ute")

    recognise(make_user("tom"))

    assert [one.user_id is not None for one in Trainer.objects.order_by("pk")] == [True, False]
    assert {first.pk, second.pk} == set(lab.engagements.values_list("trainer", flat=True))


@pytest.mark.django_db
def test_of_two_colleagues_in_another_house_only_one_can_be_who_signs_in():
    lab, museum = make_partner("lab"), make_partner("museum")
    mine, same, other = noted(lab, "Tom"), noted(museum, "Tom"), noted(museum, "Ute")
    date = date_of(same)
    make_assignment(date, other)

    recognise(make_user("tom"))

    assert set(Trainer.objects.values_list("pk", flat=True)) == {mine.pk, other.pk}
    assert set(date.assignments.values_list("trainer", flat=True)) == {mine.pk, other.pk}
    assert Trainer.objects.get(pk=other.pk).user is None


@pytest.mark.django_db
def test_what_was_to_be_mailed_before_signing_in_still_goes_out():
    noted(make_partner("lab"), "Tom")
    second, now = noted(make_partner("museum"), "Tom"), timezone.now()
    slot = date_of(second, state="asked")
    outbox.announce_slot("trainer_asked", slot, [second], now=now, role="lead")

    recognise(make_user("tom"))

    assert why_not(Message.objects.get(), now) == ""


@pytest.mark.django_db
def test_who_has_nothing_to_be_found_costs_one_question(django_assert_num_queries):
    tom = make_trainer(make_partner(), "tom").user

    with django_assert_num_queries(1):
        recognise(tom)

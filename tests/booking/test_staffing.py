"""Who works for a house: what happens when two people do it at once, and what a rule refuses whoever asks."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from booking import planning
from booking.errors import FieldErrors, NotAllowed
from booking.houses import networking, people, staffing
from booking.houses.partner import edit
from booking.models import Change, Message
from tests.factories import make_organiser, make_partner, make_slot, make_trainer, make_user, make_workshop
from tests.together import kinds, together
from workshops.models import Assignment, Partner, PartnerRole, Trainer, TrainerPartner

NELE = staffing.Facts(name="Nele", email="Nele@lab.example")
BOTH = [staffing.ORGANISER, staffing.TRAINER]


def invite(partner: Partner, by: User, roles=BOTH, facts=NELE):
    return staffing.invite(partner, facts, roles, by=Actor.person(by), now=timezone.now())


def person(partner: Partner, user: User) -> people.Person:
    trainer = Trainer.objects.filter(user=user, engagements__partner=partner).first()
    return people.Person(partner, user, trainer, is_organiser=user.partner_roles.filter(partner=partner).exists())


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_address_at_once_make_one_person_and_one_mail():
    lab = make_partner("lab")
    olga, otto = make_organiser(lab, "olga"), make_organiser(lab, "otto")

    answers = together(lambda: invite(lab, olga), lambda: invite(lab, otto))

    assert kinds(answers) == ["FieldErrors", "Person"]
    assert User.objects.filter(email="nele@lab.example").count() == 1
    assert (Trainer.objects.count(), TrainerPartner.objects.count()) == (1, 1)
    assert (PartnerRole.objects.count(), Message.objects.count(), Change.objects.count()) == (3, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_houses_that_invite_one_trainer_at_once_share_the_trainer():
    lab, museum = make_partner("lab"), make_partner("museum")
    olga, mia = make_organiser(lab, "olga"), make_organiser(museum, "mia")

    answers = together(lambda: invite(lab, olga, [staffing.TRAINER]), lambda: invite(museum, mia, [staffing.TRAINER]))

    assert kinds(answers) == ["Person", "Person"]
    assert Trainer.objects.get().engagements.count() == 2
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_organisers_who_take_each_other_out_leave_one():
    lab = make_partner("lab")
    olga, otto = make_organiser(lab, "olga"), make_organiser(lab, "otto")

    def leave(who: User):
        return staffing.take_out(person(lab, who), staffing.ORGANISER, by=Actor.person(who), now=timezone.now())

    answers = together(lambda: leave(olga), lambda: leave(otto))

    assert kinds(answers) == ["FieldErrors", "NoneType"]
    assert lab.roles.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_houses_of_one_address_at_once_are_one():
    ada = make_user("ada", is_network_admin=True)

    def found():
        values = {"slug": "lab", "name": "Lab", "mailbox": "lab@lab.example"}
        who = {"email": "olga@lab.example", "name": "Olga", "language": "de"}
        return networking.found(values, **who, by=Actor.person(ada), now=timezone.now())

    assert kinds(together(found, found)) == ["FieldErrors", "Partner"]
    assert Message.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["trainer", "teacher", "organiser elsewhere", "nobody"])
def test_only_organisers_of_the_house_change_its_people(who):
    lab, now = make_partner("lab"), timezone.now()
    olga, tom = make_organiser(lab, "olga"), make_trainer(lab, "tom")
    users = {"trainer": tom.user, "teacher": make_user("ada"), "organiser elsewhere": make_organiser(make_partner())}
    by = Actor.person(users[who]) if who in users else SYSTEM
    facts = staffing.Facts(name="Anders")
    before = (PartnerRole.objects.count(), TrainerPartner.objects.count())

    for forbidden in (
        lambda: staffing.invite(lab, NELE, BOTH, by=by, now=now),
        lambda: staffing.invite_again(person(lab, olga), by=by, now=now),
        lambda: staffing.give(person(lab, olga), staffing.TRAINER, by=by, now=now),
        lambda: staffing.amend(person(lab, tom.user), facts, version=tom.version, by=by, now=now),
        lambda: staffing.take_out(person(lab, tom.user), staffing.TRAINER, by=by, now=now),
        lambda: edit(lab, {"name": "Meins"}, version=1, by=by, now=now),
        lambda: networking.found({}, email="", name="", language="de", by=by, now=now),
    ):
        with pytest.raises(NotAllowed):
            forbidden()

    assert (PartnerRole.objects.count(), TrainerPartner.objects.count()) == before
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_the_networks_admin_may_take_out_even_the_last_organiser():
    lab, ada = make_partner("lab"), make_user("ada", is_network_admin=True)
    olga = make_organiser(lab, "olga")

    staffing.take_out(person(lab, olga), staffing.ORGANISER, by=Actor.person(ada), now=timezone.now())

    assert not lab.roles.exists()


@pytest.mark.django_db
def test_a_closed_account_is_not_invited():
    lab = make_partner("lab")
    make_user("bea", is_active=False)

    with pytest.raises(FieldErrors, match="email"):
        invite(lab, make_organiser(lab), facts=staffing.Facts(name="Bea", email="bea@school.example"))


@pytest.mark.django_db
def test_who_was_only_asked_is_asked_no_more_after_leaving():
    lab = make_partner("lab")
    tom, slot = make_trainer(lab, "tom"), make_slot(make_workshop(lab))
    asked = Assignment.objects.create(slot=slot, trainer=tom, state="asked", during=slot.during)

    by = Actor.person(make_organiser(lab))
    staffing.take_out(person(lab, tom.user), staffing.TRAINER, by=by, now=timezone.now())

    assert not Assignment.objects.filter(pk=asked.pk).exists()
    assert Message.objects.get(kind="trainer_unassigned").to_user == tom.user


@pytest.mark.django_db(transaction=True)
def test_whoever_is_taken_out_at_this_moment_is_not_assigned_any_more():
    lab = make_partner("lab")
    olga, tom = make_organiser(lab, "olga"), make_trainer(lab, "tom")
    slot, by, now = make_slot(make_workshop(lab)), Actor.person(olga), timezone.now()
    leaving = person(lab, tom.user)

    answers = together(
        lambda: planning.assign(slot, [(tom, "lead")], by=by, now=now),
        lambda: staffing.take_out(leaving, staffing.TRAINER, by=by, now=now),
    )

    assert [isinstance(answer, FieldErrors) for answer in answers].count(True) == 1  # whoever came second
    assert slot.assignments.accepted().exists() == tom.engagements.exists()

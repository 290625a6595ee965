"""The team of a house: who sees it, who comes in, who goes."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from booking.models import Change, Message
from tests.factories import (
    in_days,
    make_assignment,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from workshops.models import PartnerRole, Trainer, TrainerPartner

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    return make_partner("lab")


@pytest.fixture
def museum():
    return make_partner("museum")


@pytest.fixture
def olga(client, lab):
    user = make_organiser(lab, "olga")
    client.force_login(user)
    return user


def invitation(**typed) -> dict[str, object]:
    return {
        "key": "k1",
        "name": "Nele Neu",
        "email": "nele@lab.example",
        "roles": ["trainer"],
        "language": "de",
    } | typed


def names(response) -> list[str]:
    return [person.name for person in response.context["page"]]


def shown(client, person) -> str:
    return client.get(f"/organise/people/lab/{person}/").content.decode()


# Who is there


def test_a_team_is_listed_by_name_with_what_each_does(client, olga, lab):
    tom = make_trainer(lab, "tom", languages=["de", "cs"], towing=True)
    tom.qualifications.create(workshop=make_workshop(lab, title="Robotik"))

    page = client.get("/organise/people/")

    assert names(page) == ["Olga", "Tom"]
    text = page.content.decode()
    assert "Robotik" in text
    assert "has not signed in yet" in text or "noch nicht angemeldet" in text


def test_who_organises_and_leads_stands_there_once(client, olga, lab):
    TrainerPartner.objects.create(trainer=Trainer.objects.create(user=olga, name="Olga"), partner=lab)

    page = client.get("/organise/people/")

    assert names(page) == ["Olga"]
    assert page.context["page"][0].roles == ["organiser", "trainer"]


def test_people_of_other_houses_are_nobody(client, olga, museum):
    mia, otto = make_trainer(museum, "mia"), make_organiser(museum, "otto")

    assert names(client.get("/organise/people/")) == ["Olga"]
    assert client.get("/organise/people/?partner=museum").status_code == 404
    for house in ("lab", "museum"):
        for key in (f"t{mia.pk}", f"u{otto.pk}"):
            assert client.get(f"/organise/people/{house}/{key}/").status_code == 404
            assert client.post(f"/organise/people/{house}/{key}/give/", {"role": "organiser"}).status_code == 404
    assert PartnerRole.objects.filter(partner=museum).count() == 1


@pytest.mark.parametrize("key", ["x1", "t", "t99999999999999999999", "u0", "t²"])
def test_an_address_that_names_nobody_is_not_found(client, olga, key):
    assert client.get(f"/organise/people/lab/{key}/").status_code == 404


def test_an_organiser_of_two_houses_chooses(client, olga, museum):
    PartnerRole.objects.create(user=olga, partner=museum)
    make_trainer(museum, "mia")

    assert names(client.get("/organise/people/")) == ["Mia", "Olga", "Olga"]
    assert names(client.get("/organise/people/?partner=museum")) == ["Mia", "Olga"]
    assert "museum" in client.get("/organise/people/new/").content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(client, olga, lab, django_assert_num_queries):
    def add(number):
        trainer = make_trainer(lab, f"t{number}")
        trainer.qualifications.create(workshop=make_workshop(lab))
        make_organiser(lab, f"o{number}")

    add(1)
    client.get("/organise/people/")
    with django_assert_num_queries(14):
        client.get("/organise/people/")
    for number in range(2, 12):
        add(number)
    with django_assert_num_queries(14):
        assert len(names(client.get("/organise/people/"))) == 23


# Who comes in


def test_an_invited_trainer_has_an_account_a_place_in_the_pool_and_a_mail(client, olga, lab):
    robots = make_workshop(lab, title="Robotik")
    typed = invitation(languages=["de", "pl"], qualifications=[robots.pk], towing="on", phone="0171 1")

    answered = client.post("/organise/people/new/", typed)

    assert answered["Location"] == "/organise/people/?partner=lab"
    trainer = Trainer.objects.get()
    assert (trainer.name, trainer.email, trainer.languages) == ("Nele Neu", "nele@lab.example", ["de", "pl"])
    assert (trainer.user.email, trainer.user.name) == ("nele@lab.example", "Nele Neu")
    assert [one.workshop for one in trainer.qualifications.all()] == [robots]
    mail = Message.objects.get()
    assert (mail.kind, mail.to_address, mail.context["roles"]) == ("invited", "nele@lab.example", ["trainer"])
    assert Change.objects.get(partner=lab).kind == "invited"


def test_a_question_left_open_is_named_without_a_second_sign(client, olga, lab):
    page = client.post("/organise/people/new/", invitation(roles=[])).content.decode()

    assert ">Was soll die Person tun? Bitte füllen Sie das aus.</a>" in page


def test_an_invited_organiser_may_organise(client, olga, lab):
    client.post("/organise/people/new/", invitation(roles=["organiser"]))

    client.force_login(User.objects.get(email="nele@lab.example"))
    assert client.get("/organise/people/").status_code == 200
    assert not Trainer.objects.exists()


def test_a_trainer_without_an_address_gets_no_account_and_no_mail(client, olga):
    client.post("/organise/people/new/", invitation(email=""))

    assert Trainer.objects.get().user is None
    assert (User.objects.count(), Message.objects.count()) == (1, 0)


def test_who_organises_needs_an_address(client, olga):
    page = client.post("/organise/people/new/", invitation(email="", roles=["organiser"]))

    assert page.context["form"].has_error("email")
    assert 'value="Nele Neu"' in page.content.decode()


def test_an_address_is_found_whatever_its_case_and_keeps_its_name(client, olga, lab):
    known = make_user("bea", language="en")

    client.post("/organise/people/new/", invitation(email="BEA@School.example", roles=["organiser"], language="de"))

    known.refresh_from_db()
    assert (known.name, list(known.partner_roles.values_list("partner", flat=True))) == ("Bea", [lab.pk])
    assert Message.objects.get().language == "en"


def test_a_double_click_invites_once(client, olga):
    for _click in range(2):
        assert client.post("/organise/people/new/", invitation()).status_code == 302

    assert (Trainer.objects.count(), Message.objects.count()) == (1, 1)


def test_who_is_here_already_is_not_invited_again(client, olga):
    client.post("/organise/people/new/", invitation())

    page = client.post("/organise/people/new/", invitation(key="k2"))

    assert page.context["form"].has_error("email")
    assert Message.objects.count() == 1


def test_a_trainer_known_elsewhere_becomes_one_person_in_two_pools(client, olga, lab, museum):
    mia = make_trainer(museum, "mia", languages=["cs"])

    client.post("/organise/people/new/", invitation(email="mia@school.example", name="Somebody", languages=["de"]))

    mia.refresh_from_db()
    assert (mia.name, mia.languages) == ("Mia", ["cs"])
    assert mia.engagements.count() == 2


def test_a_trainer_known_by_address_alone_gets_the_account(client, olga, lab):
    lea = Trainer.objects.create(name="Lea", email="Lea@lab.example")
    TrainerPartner.objects.create(trainer=lea, partner=lab)

    client.post(f"/organise/people/lab/t{lea.pk}/invite/")

    lea.refresh_from_db()
    assert lea.user.email == "lea@lab.example"
    assert Message.objects.get().to_address == "lea@lab.example"


def failed_invitation() -> Message:
    Message.objects.filter(kind="invited").update(state="failed", tries=14, last_error="550 no such user")
    return Message.objects.get(kind="invited")


def test_an_invitation_that_failed_stands_among_the_mails_that_did_not_arrive(client, olga):
    client.post("/organise/people/new/", invitation())
    failed = failed_invitation()
    User.objects.filter(email="nele@lab.example").update(email="nele.neu@lab.example")

    page = client.get("/organise/messages/", headers={"accept-language": "en"}).content.decode()
    client.post(f"/organise/messages/{failed.pk}/resend/")

    assert "a person, nele@lab.example" in page
    assert "Invitation to the team" in page
    assert "The address does not exist." in page
    failed.refresh_from_db()
    assert (failed.state, failed.tries, failed.to_address) == ("owed", 0, "nele.neu@lab.example")


def test_other_houses_neither_see_nor_send_it(client, olga, museum):
    client.post("/organise/people/new/", invitation())
    failed = failed_invitation()
    elsewhere = Client()
    elsewhere.force_login(make_organiser(museum, "otto"))

    assert "nele@lab.example" not in elsewhere.get("/organise/messages/").content.decode()
    assert elsewhere.post(f"/organise/messages/{failed.pk}/resend/").status_code == 404


def test_a_new_invitation_takes_the_place_of_the_one_that_failed(client, olga):
    client.post("/organise/people/new/", invitation())
    failed = failed_invitation()

    client.post(f"/organise/people/lab/t{Trainer.objects.get(email='nele@lab.example').pk}/invite/")

    assert sorted(Message.objects.filter(kind="invited").values_list("state", flat=True)) == ["dropped", "owed"]
    client.post(f"/organise/messages/{failed.pk}/resend/")
    assert Message.objects.get(pk=failed.pk).state == "dropped"


def test_an_invitation_is_sent_again_only_to_who_has_not_come_yet(client, olga, lab):
    client.post("/organise/people/new/", invitation())
    nele = Trainer.objects.get()

    client.post(f"/organise/people/lab/t{nele.pk}/invite/")
    assert sorted(Message.objects.values_list("state", flat=True)) == ["dropped", "owed"]

    User.objects.filter(pk=nele.user_id).update(last_login=timezone.now())
    client.post(f"/organise/people/lab/t{nele.pk}/invite/")
    assert Message.objects.count() == 2


# What is known of them


def said(trainer, **typed) -> dict[str, object]:
    return {"version": trainer.version, "name": trainer.name, "phone": ""} | typed


def test_an_organiser_changes_what_a_trainer_can(client, olga, lab):
    tom, robots = make_trainer(lab, "tom"), make_workshop(lab)

    client.post(
        f"/organise/people/lab/t{tom.pk}/",
        said(tom, name="Tom T.", phone="0171 2", languages=["hsb"], towing="on", qualifications=[robots.pk]),
    )

    tom.refresh_from_db()
    assert (tom.name, tom.phone, tom.languages, tom.towing) == ("Tom T.", "0171 2", ["hsb"], True)
    assert tom.qualifications.get().workshop == robots


def test_of_a_shared_trainer_each_house_says_only_its_own(client, olga, lab, museum):
    mia = make_trainer(museum, "mia", languages=["cs"])
    TrainerPartner.objects.create(trainer=mia, partner=lab)
    theirs, ours = make_workshop(museum), make_workshop(lab)
    mia.qualifications.create(workshop=theirs)

    page = client.post(
        f"/organise/people/lab/t{mia.pk}/", said(mia, name="Mia M.", languages=["de"], qualifications=[ours.pk])
    )

    mia.refresh_from_db()
    assert page.status_code == 302
    assert (mia.name, mia.languages) == ("Mia M.", ["cs"])
    assert {one.workshop for one in mia.qualifications.all()} == {theirs, ours}


def test_workshops_of_another_house_cannot_be_ticked(client, olga, lab, museum):
    tom, theirs = make_trainer(lab, "tom"), make_workshop(museum)

    page = client.post(f"/organise/people/lab/t{tom.pk}/", said(tom, qualifications=[theirs.pk]))

    assert page.context["form"].has_error("qualifications")
    assert not tom.qualifications.exists()


def test_two_organisers_at_once_lose_nothing(client, olga, lab):
    tom = make_trainer(lab, "tom")
    client.post(f"/organise/people/lab/t{tom.pk}/", said(tom, phone="0171 colleague"))

    page = client.post(f"/organise/people/lab/t{tom.pk}/", said(tom, phone="0171 mine"))

    tom.refresh_from_db()
    assert tom.phone == "0171 colleague"
    text = page.content.decode()
    assert 'value="0171 mine"' in text
    assert "0171 colleague" in text

    again = client.post(f"/organise/people/lab/t{tom.pk}/", said(tom, phone="0171 mine", version=tom.version))
    assert again.status_code == 302


def test_an_address_of_somebody_else_is_refused(client, olga, lab):
    make_trainer(lab, "tom")
    lea = Trainer.objects.create(name="Lea")
    TrainerPartner.objects.create(trainer=lea, partner=lab)

    page = client.post(f"/organise/people/lab/t{lea.pk}/", said(lea, email="TOM@school.example"))

    assert page.context["form"].has_error("email")


def test_the_address_of_an_account_links_the_trainer(client, olga, lab):
    lea, account = Trainer.objects.create(name="Lea"), make_user("lea")
    TrainerPartner.objects.create(trainer=lea, partner=lab)

    client.post(f"/organise/people/lab/t{lea.pk}/", said(lea, email="Lea@school.example"))

    lea.refresh_from_db()
    assert lea.user == account


# Who goes


def test_a_further_task_and_one_less(client, olga, lab):
    tom = make_trainer(lab, "tom")

    client.post(f"/organise/people/lab/t{tom.pk}/give/", {"role": "organiser"})
    assert tom.user.partner_roles.exists()

    client.post(f"/organise/people/lab/t{tom.pk}/leave/organiser/")
    assert not tom.user.partner_roles.exists()
    assert list(Change.objects.filter(partner=lab).values_list("kind", flat=True)) == ["removed", "invited"]


def test_the_last_organiser_stays(client, olga, lab):
    page = client.post(f"/organise/people/lab/u{olga.pk}/leave/organiser/")

    assert page.status_code == 200
    assert olga.partner_roles.exists()


def test_with_another_one_an_organiser_may_go(client, olga, lab):
    make_organiser(lab, "otto")

    client.post(f"/organise/people/lab/u{olga.pk}/leave/organiser/")

    assert not olga.partner_roles.exists()
    assert client.get("/organise/people/").status_code == 403


def test_a_trainer_who_is_still_to_lead_stays_and_the_dates_are_named(client, olga, lab):
    tom, slot = make_trainer(lab, "tom"), make_slot(make_workshop(lab, title="Robotik"))
    make_assignment(slot, tom)

    page = client.post(f"/organise/people/lab/t{tom.pk}/leave/trainer/")

    assert f'href="/organise/slots/{slot.pk}/"' in page.content.decode()
    assert tom.engagements.exists()


def test_a_trainer_who_goes_keeps_the_past(client, olga, lab, museum):
    tom, past = make_trainer(lab, "tom"), make_slot(make_workshop(lab), starts_at=in_days(-5))
    elsewhere = make_slot(make_workshop(museum))
    TrainerPartner.objects.create(trainer=tom, partner=museum)
    make_assignment(past, tom)
    make_assignment(elsewhere, tom)  # the other house's dates are no business of this one

    client.post(f"/organise/people/lab/t{tom.pk}/leave/trainer/")

    assert [one.partner for one in tom.engagements.all()] == [museum]
    assert past.assignments.get().trainer == tom
    assert client.get(f"/organise/people/lab/t{tom.pk}/").status_code == 404


def test_whoever_goes_is_not_greeted_any_more(client, olga, lab):
    client.post("/organise/people/new/", invitation())

    client.post(f"/organise/people/lab/t{Trainer.objects.get().pk}/leave/trainer/")

    assert Message.objects.get().state == "dropped"


@pytest.mark.parametrize("path", ["", "new/"])
def test_only_organisers_come_here(client, lab, path):
    make_trainer(lab, "tom")
    assert client.get(f"/organise/people/{path}").status_code == 302
    client.force_login(User.objects.get(email="tom@school.example"))
    assert client.get(f"/organise/people/{path}").status_code == 403

"""The network's admin: houses, funders, readers, and how an empty installation begins."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command

from accounts.models import User
from booking.models import Change, Message
from tests.factories import make_organiser, make_partner, make_slot, make_trainer, make_user, make_venue, make_workshop
from workshops.models import Funder, FundingPot, Partner, PotReader

pytestmark = pytest.mark.django_db

NETWORK = "/organise/network/"


@pytest.fixture
def ada(client):
    user = make_user("ada", is_network_admin=True)
    client.force_login(user)
    return user


def house(**typed) -> dict[str, object]:
    first = {"person": "Olga Otto", "email": "olga@lab.example", "language": "de"}
    return {"key": "k1", "name": "Schülerlabor Görlitz", "slug": "", "mailbox": "lab@lab.example"} | first | typed


def pot_of(payer: Funder, **typed) -> dict[str, object]:
    said = {"name": "MINT 2027", "code": "mint-2027", "funder": payer.pk, "first": "2027-01-01", "last": "2027-12-31"}
    return {"key": "k1", "acknowledgement_de": "Gefördert vom Land.", "hold_until": "2037-12-31"} | said | typed


def test_a_new_house_and_its_first_organiser_come_by_one_form(client, ada):
    answered = client.post(f"{NETWORK}houses/new/", house())

    assert answered["Location"] == "/organise/partner/?partner=schuelerlabor-goerlitz"
    partner = Partner.objects.get()
    assert (partner.name, partner.mailbox) == ("Schülerlabor Görlitz", "lab@lab.example")
    assert partner.roles.get().user.email == "olga@lab.example"
    mail = Message.objects.get()
    assert (mail.kind, mail.to_address, mail.context["house"]) == ("invited", "olga@lab.example", partner.name)
    assert sorted(Change.objects.values_list("kind", flat=True)) == ["created", "invited"]


def test_a_double_click_makes_one_house(client, ada):
    for _click in range(2):
        assert client.post(f"{NETWORK}houses/new/", house()).status_code == 302

    assert (Partner.objects.count(), Message.objects.count()) == (1, 1)


def test_an_address_that_is_taken_makes_nothing_and_keeps_what_was_typed(client, ada):
    make_partner("lab")

    page = client.post(f"{NETWORK}houses/new/", house(slug="lab"))

    assert page.context["form"].has_error("slug")
    assert 'value="Olga Otto"' in page.content.decode()
    assert (Partner.objects.count(), User.objects.count(), Message.objects.count()) == (1, 1, 0)


def test_a_name_without_letters_asks_for_an_address(client, ada):
    assert client.post(f"{NETWORK}houses/new/", house(name="!!!")).context["form"].has_error("slug")


def test_the_list_says_how_each_house_does_in_the_same_number_of_queries(client, ada, django_assert_num_queries):
    def add(name):
        partner = make_partner(name)
        make_organiser(partner)
        make_trainer(partner)
        make_slot(make_workshop(partner))

    add("lab")
    client.get(NETWORK)
    with django_assert_num_queries(10):
        page = client.get(NETWORK)
    assert page.context["page"][0].numbers == {"organisers": 1, "trainers": 1, "workshops": 1, "dates": 1}
    for name in ("museum", "makerspace"):
        add(name)
    with django_assert_num_queries(10):
        client.get(NETWORK)


def test_a_funder_and_a_pot_with_its_sentence_in_several_languages(client, ada):
    client.post(f"{NETWORK}funders/new/", {"key": "k1", "name": "Land Sachsen", "kind": "Ministerium"})
    funder = Funder.objects.get()
    client.post(f"{NETWORK}pots/new/", pot_of(funder, acknowledgement_pl="Sfinansowano przez kraj związkowy."))

    pot = FundingPot.objects.get()
    assert (pot.valid.lower, pot.last_day, pot.hold_until) == (date(2027, 1, 1), date(2027, 12, 31), date(2037, 12, 31))
    assert set(pot.acknowledgement) == {"de", "pl"}
    text = client.get(f"{NETWORK}funding/").content.decode()
    assert "Land Sachsen" in text
    assert "MINT 2027" in text

    client.post(f"{NETWORK}pots/mint-2027/", pot_of(funder, name="MINT", last=""))
    client.post(f"{NETWORK}funders/{funder.pk}/", {"key": "k2", "name": "Freistaat Sachsen"})
    pot.refresh_from_db()
    assert (pot.name, pot.last_day, pot.funder.name) == ("MINT", None, "Freistaat Sachsen")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"last": "2026-12-31"}, "last"),
        ({"hold_until": "2027-06-30"}, "hold_until"),
        ({"code": "new"}, "code"),
        ({"code": "taken"}, "code"),
        ({"funder": 0}, "funder"),
    ],
)
def test_a_pot_that_cannot_be_is_refused(client, ada, typed, wrong):
    funder = Funder.objects.create(name="Land")
    FundingPot.objects.create(funder=funder, code="taken", name="Topf", valid="[2026-01-01,)")

    page = client.post(f"{NETWORK}pots/new/", pot_of(funder, **typed))

    assert page.context["form"].has_error(wrong)
    assert FundingPot.objects.count() == 1


def test_a_reader_is_invited_once_and_taken_out(client, ada):
    pot = FundingPot.objects.create(
        funder=Funder.objects.create(name="Land"), code="p", name="Topf", valid="[2026-01-01,)"
    )
    who = {"email": "Rita@land.example", "person": "Rita", "language": "en"}
    for _click in range(2):
        client.post(f"{NETWORK}pots/p/readers/", who)

    reader = PotReader.objects.get(pot=pot)
    assert reader.user.email == "rita@land.example"
    mail = Message.objects.get()
    assert (mail.language, mail.context["roles"], mail.context["pot"]) == ("en", ["reader"], "Topf")

    client.post(f"{NETWORK}pots/p/readers/{reader.pk}/")
    assert not PotReader.objects.exists()


def test_a_reader_of_another_pot_is_not_found_here(client, ada):
    funder = Funder.objects.create(name="Land")
    one, _other = (
        FundingPot.objects.create(funder=funder, code=code, name=code, valid="[2026-01-01,)") for code in ("a", "b")
    )
    reader = PotReader.objects.create(user=make_user("rita"), pot=one)

    assert client.post(f"{NETWORK}pots/b/readers/{reader.pk}/").status_code == 404


def test_a_reader_with_a_wrong_address_is_told_so(client, ada):
    FundingPot.objects.create(funder=Funder.objects.create(name="Land"), code="p", name="p", valid="[2026-01-01,)")

    page = client.post(f"{NETWORK}pots/p/readers/", {"email": "rita", "person": "Rita", "language": "de"})

    assert page.context["reader_form"].has_error("email")
    assert 'value="rita"' in page.content.decode()


ADDRESSES = ["", "houses/new/", "funding/", "funders/new/", "pots/new/", "pots/p/", "funders/1/"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_organisers_have_no_business_here(client, path):
    client.force_login(make_organiser(make_partner()))

    assert client.get(f"{NETWORK}{path}").status_code == 403
    assert client.post(f"{NETWORK}{path}").status_code == 403


# An empty installation


def missing(page) -> list[str]:
    return [step.key for step in page.context["steps"] if not step.done]


def test_an_empty_installation_says_what_to_do_first(client):
    call_command("make_admin", "admin@network.example")
    client.force_login(User.objects.get())

    page = client.get("/organise/")

    assert missing(page)[0] == "partner"
    assert f'href="{NETWORK}houses/new/"' in page.content.decode()
    for path in (
        "people/",
        "people/new/",
        "partner/",
        "network/",
        "network/funding/",
        "workshops/",
        "venues/",
        "slots/",
    ):
        assert client.get(f"/organise/{path}").status_code == 200, path


@pytest.mark.parametrize("path", ["people/new/", "partner/"])
def test_where_a_house_is_missing_the_page_leads_to_the_first(client, ada, path):
    assert f'href="{NETWORK}houses/new/"' in client.get(f"/organise/{path}").content.decode()


def test_each_step_goes_when_it_is_done_and_the_list_with_the_last(client, ada):
    partner = make_partner()
    assert missing(client.get("/organise/"))[:3] == ["school", "organiser", "venue"]
    client.force_login(make_organiser(partner))
    make_venue(partner)
    assert missing(client.get("/organise/")) == ["workshop", "leader", "slot", "published"]

    make_trainer(partner)
    offer = make_workshop(partner, state="draft")
    assert missing(client.get("/organise/")) == ["slot", "published"]

    make_slot(offer)
    offer.state = "published"
    offer.save()
    assert not client.get("/organise/").context["steps"]


def test_who_goes_to_the_schools_needs_no_place(client):
    partner = make_partner()
    client.force_login(make_organiser(partner))
    make_workshop(partner, format="mobile")

    assert "venue" not in missing(client.get("/organise/"))


def test_what_others_have_is_no_step_of_mine(client):
    make_slot(make_workshop(make_partner("museum")))
    client.force_login(make_organiser(make_partner("lab")))

    assert missing(client.get("/organise/")) == ["venue", "workshop", "leader", "slot", "published"]

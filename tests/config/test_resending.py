"""A sign-in that ended, or a page that was open for too long, costs nobody what was typed."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from accounts import interrupted
from tests.factories import in_days, make_organiser, make_partner, make_slot, make_user, make_workshop
from workshops.models import Slot

pytestmark = pytest.mark.django_db
NEW, PAGE = "/organise/slots/new/", "/start/resend/"
OURS = "http://testserver"


class Form(HTMLParser):
    """The form of the page, as a browser would send it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.sent, self.action, self.name = {}, "", ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag == "form":
            self.action = facts["action"]
        if tag == "input":
            self.sent[facts["name"]] = [facts["value"]]
        self.name = facts["name"] if tag == "textarea" else ""

    def handle_data(self, data):
        if self.name:
            self.sent.setdefault(self.name, []).append(data.removeprefix("\n"))
            self.name = ""


@pytest.fixture
def workshop():
    return make_workshop(make_partner("lab"))


@pytest.fixture
def typed(workshop) -> dict[str, object]:
    day = in_days(40).date().isoformat()
    return {
        "workshop": workshop.pk,
        "day": day,
        "starts": "08:00",
        "reason": 'Tag der "offenen" Tür </textarea>',
        "key": "k1",
    }


def test_a_form_sent_after_the_sign_in_ended_waits_and_goes_as_it_was_typed(client, workshop, typed):
    answer = client.post(NEW, typed, headers={"Referer": f"{OURS}{NEW}?workshop=x"})
    assert answer["Location"] == f"/sign-in/?next={PAGE}"
    assert not Slot.objects.exists()
    assert "Ihre Angaben sind noch da." in client.get(answer["Location"]).content.decode()
    assert "Ihre Angaben" not in Client().get(answer["Location"]).content.decode()  # nothing of this reader's waits

    client.force_login(make_organiser(workshop.partner, "olga"))
    text = client.get(PAGE).content.decode()
    form = Form(text)

    assert "Olga" in text
    assert f'href="{NEW}?workshop=x"' in text
    assert form.sent["reason"] == [typed["reason"]]
    assert client.post(form.action, form.sent).status_code == 302
    assert Slot.objects.count() == 1


def test_a_list_a_line_break_and_a_wrong_entry_come_back(client, workshop, typed):
    client.post(NEW, typed | {"languages": ["de", "pl"], "reason": "\nerst\nzweit", "day": "gestern"})
    client.force_login(make_organiser(workshop.partner))
    form = Form(client.get(PAGE).content.decode())

    assert form.sent["languages"] == ["de", "pl"]
    assert form.sent["reason"] == ["\nerst\nzweit"]
    assert 'value="gestern"' in client.post(form.action, form.sent).content.decode()


def test_a_bare_button_and_what_is_too_long_lead_back_to_their_page(client):
    for sent in ({}, {"reason": "x" * (interrupted.LONGEST + 1)}):
        answer = client.post(NEW, sent, headers={"Referer": f"{OURS}{NEW}"})

        assert answer["Location"] == f"/sign-in/?next={NEW}"


def test_a_script_keeps_its_entries_itself(client, typed):
    client.post(NEW, typed, headers={"Accept": "application/json"})

    assert interrupted.NAME not in client.session


def test_a_fragment_keeps_its_form_too(client, typed):
    answer = client.post(NEW, typed, headers={"HX-Request": "true", "HX-Current-URL": f"{OURS}{NEW}"})

    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fstart%2Fresend%2F"


def test_it_waits_for_two_hours_only(client, workshop, typed, monkeypatch):
    client.post(NEW, typed)
    client.force_login(make_organiser(workshop.partner))
    later = timezone.now() + interrupted.LIFE + timedelta(seconds=1)
    monkeypatch.setattr(interrupted.timezone, "now", lambda: later)

    assert client.get(PAGE)["Location"] == "/start/"


def test_an_old_page_of_ours_sends_once_more_what_was_typed_a_page_of_others_does_not(workshop, typed):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(make_organiser(workshop.partner))
    before = careful.get(NEW).cookies["csrftoken"].value
    careful.force_login(make_organiser(workshop.partner, "otto"))  # signed in anew elsewhere: the token is another
    careful.cookies["csrftoken"] = "x" * 32

    strange = careful.post(NEW, typed | {"csrfmiddlewaretoken": before}, headers={"Origin": "https://evil.example"})
    assert strange.status_code == 403
    assert "offenen" not in strange.content.decode()

    answer = careful.post(NEW, typed | {"csrfmiddlewaretoken": before}, headers={"Origin": OURS})
    assert answer.status_code == 403
    form = Form(answer.content.decode())
    assert careful.post(form.action, form.sent, headers={"Origin": OURS}).status_code == 302
    assert Slot.objects.count() == 1


def test_who_books_and_is_signed_out_meanwhile_goes_on_as_a_guest(client):
    slot = make_slot(make_workshop(make_partner()))
    client.force_login(make_user("petra"))
    client.get(f"/slots/{slot.pk}/book/")
    client.logout()

    text = client.post(
        f"/slots/{slot.pk}/book/", {"group_name": "7b", "pupils": "22", "grades": ["7"]}
    ).content.decode()

    assert 'value="7b"' in text
    assert 'value="22"' in text
    assert 'name="contact_email"' in text

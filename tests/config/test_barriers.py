"""Who meets a barrier says so without signing in; the admins get it as a mail, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from booking.clock.retention import erase_expired
from booking.messages import barriers, delivery
from booking.messages.about import load_subjects
from booking.models import Message
from tests.factories import make_user

pytestmark = pytest.mark.django_db
FORM, THANKS = "/legal/accessibility/report/", "/legal/accessibility/thanks/"
SAID = {"text": "Der Kalender liest\nnichts vor.", "page": "/calendar/", "email": "ada@school.example"}
OURS = "http://testserver"


def test_a_report_goes_to_each_admin_and_the_answer_to_who_wrote(client):
    for name in ("anna", "arne"):
        make_user(name, is_network_admin=True)
    make_user("gone", is_network_admin=True, is_active=False)
    make_user("ada")

    assert client.post(FORM, SAID)["Location"] == THANKS

    mails = list(Message.objects.order_by("to_address"))
    assert [mail.to_address for mail in mails] == ["anna@school.example", "arne@school.example"]
    load_subjects(mails)
    email = delivery.compose(mails[0]).email
    assert email.reply_to == ["ada@school.example"]
    assert "nichts vor." in email.body
    assert "/calendar/" in email.subject


def test_without_an_admin_the_mailbox_of_the_site_gets_it_and_nobody_is_answered(client, settings):
    settings.DEFAULT_FROM_EMAIL = "Netz <netz@lab.example>"

    client.post(FORM, {"text": "Zu klein."})

    mail = Message.objects.get()
    assert mail.to_address == "netz@lab.example"
    load_subjects([mail])
    assert delivery.compose(mail).email.reply_to == []


def test_sent_twice_it_is_one_report(client):
    client.post(FORM, SAID)
    client.post(FORM, SAID)

    assert Message.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"text": " "}, {"email": "ada@school"}, {"text": "\x00"}])
def test_what_is_wrong_stands_at_its_field_and_the_rest_stays(client, wrong):
    text = client.post(FORM, SAID | wrong).content.decode()

    assert 'class="error-summary"' in text
    assert 'value="/calendar/"' in text
    assert not Message.objects.exists()


def test_who_floods_is_asked_to_wait_and_keeps_what_was_typed(client):
    for number in range(barriers.MOST_AN_HOUR):
        assert client.post(FORM, {"text": f"Nr. {number}"}).status_code == 302

    answer = client.post(FORM, {"text": "noch etwas"})

    assert answer.status_code == 429
    assert "noch etwas</textarea>" in answer.content.decode()
    assert Message.objects.count() == barriers.MOST_AN_HOUR
    assert client.post(FORM, {"text": "von nebenan"}, REMOTE_ADDR="192.0.2.7").status_code == 302


@pytest.mark.parametrize(
    ("before", "proposed"),
    [
        (f"{OURS}/calendar/?q=Krause", "/calendar/"),  # what somebody searched for stays there
        (f"{OURS}/legal/accessibility/", ""),
        (f"{OURS}/nowhere/", ""),
        ("https://evil.example/calendar/", ""),
        ("", ""),
    ],
)
def test_the_page_one_came_from_stands_in_the_form(client, before, proposed):
    from_there = {"headers": {"Referer": before}} if before else {}
    statement = client.get("/legal/accessibility/", **from_there).content.decode()

    assert client.get(FORM, **from_there).context["form"]["page"].value() == proposed
    assert (f'href="{FORM}?page={proposed}"' in statement) is bool(proposed)


@pytest.mark.parametrize("named", ["https://evil.example/", "//evil.example/", "/nowhere/", "/calendar/\n", "x" * 5000])
def test_the_address_of_the_form_names_only_pages_of_ours(client, named):
    assert client.get(FORM, {"page": named}).context["form"]["page"].value() == ""
    assert client.get(FORM, {"page": "/calendar/"}).context["form"]["page"].value() == "/calendar/"


def test_a_report_is_forgotten_after_90_days(client):
    client.post(FORM, SAID)

    erase_expired(timezone.now() + timedelta(days=89))
    assert Message.objects.count() == 1
    erase_expired(timezone.now() + timedelta(days=91))
    assert not Message.objects.exists()


def test_the_statement_says_what_does_not_work_and_leads_to_the_form(client):
    text = client.get("/legal/accessibility/", headers={"Accept-Language": "en"}).content.decode()

    assert FORM in text
    for words in ("WCAG 2.2", "EN 301 549", "programming interface", "four weeks"):
        assert words in text

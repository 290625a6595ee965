"""Own words to many groups: who gets them, once each, how they look, and what the log says afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.demo.groups import reference
from booking.messages.sending import send_due
from booking.models import Booking, Broadcast, Message
from booking.orders import Contact
from tests.factories import in_days, make_booking, make_organiser, make_partner, make_slot, make_user, make_workshop
from workshops.models import Slot

pytestmark = pytest.mark.django_db
WRITE = "/organise/write/"


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, title="Robotik", max_groups=3, capacity=90)


@pytest.fixture
def slot(workshop):
    return make_slot(workshop)


def letter(**more) -> dict[str, object]:
    text = "Bitte nehmen Sie den hinteren Eingang.\n\nVorn wird gebaut:\n- Tor 2\n- Treppe"
    return {"key": "k1", "subject": "Anderer Eingang", "text": text, "do": "send"} | more


def booked(slot: Slot, name: str) -> Booking:
    return make_booking(slot, group_name=name, contact=Contact(name, f"{name}@school.example"))


def reached() -> list[str]:
    return sorted(Message.objects.filter(kind="broadcast").values_list("to_address", flat=True))


def test_the_page_of_a_workshop_leads_to_writing_to_its_groups(client, olga, workshop):
    page, link = f"/organise/workshops/{workshop.slug}/", f'href="{WRITE}?workshop={workshop.slug}"'
    assert link not in client.get(page).content.decode()
    booked(make_slot(workshop), "7a")

    assert link in client.get(page).content.decode()
    assert client.get(f"{WRITE}?workshop={workshop.slug}").context["groups"] == 1


def test_all_groups_of_a_date_get_it_once_and_nobody_else(client, olga, workshop, slot):
    booked(slot, "7a"), booked(slot, "7b"), booked(make_slot(workshop), "elsewhere")
    gone = booked(slot, "gone")
    rules.cancel(gone, by=Actor.person(gone.owner), now=timezone.now())

    for _click in range(2):
        answered = client.post(f"{WRITE}?slot={slot.pk}", letter())

    assert answered["Location"] == "/organise/messages/?tab=written"
    assert reached() == ["7a@school.example", "7b@school.example"]
    assert (Broadcast.objects.get().slot, Broadcast.objects.get().by) == (slot, olga)


def test_a_day_reaches_all_dates_of_it(client, olga, partner):
    booked(make_slot(make_workshop(partner), starts_at=in_days(40, hour=8)), "early")
    booked(make_slot(make_workshop(partner), starts_at=in_days(40, hour=23)), "late")
    booked(make_slot(make_workshop(partner), starts_at=in_days(41)), "next")

    client.post(f"{WRITE}?day={in_days(40).date().isoformat()}", letter())

    assert reached() == ["early@school.example", "late@school.example"]


def test_a_workshop_reaches_its_coming_dates_only(client, olga, workshop, slot):
    booked(slot, "coming")
    over = booked(make_slot(workshop), "over")
    begun = timezone.now() - timedelta(days=3)
    ended = begun + timedelta(hours=2)
    Slot.objects.filter(pk=over.slot_id).update(starts_at=begun, ends_at=ended, book_until=begun)

    client.post(f"{WRITE}?workshop={workshop.slug}", letter())

    assert reached() == ["coming@school.example"]


def test_who_waits_hears_of_it_only_if_wanted(client, olga, partner):
    slot = make_slot(make_workshop(partner))
    booked(slot, "comes"), booked(slot, "waits")

    client.post(f"{WRITE}?slot={slot.pk}", letter())
    assert reached() == ["comes@school.example"]
    client.post(f"{WRITE}?slot={slot.pk}", letter(key="k2", waiting="on"))

    assert reached() == ["comes@school.example", "comes@school.example", "waits@school.example"]


def test_a_day_of_two_partners_stands_in_the_log_of_each(client, olga, partner):
    museum = make_partner("museum")
    museum.roles.create(user=olga, role="organiser")
    for house in (partner, museum, make_partner("strangers")):
        booked(make_slot(make_workshop(house)), house.slug)

    client.post(f"{WRITE}?day={in_days(40).date().isoformat()}", letter())

    assert reached() == ["lab@school.example", "museum@school.example"]
    assert sorted(Broadcast.objects.values_list("partner__slug", flat=True)) == ["lab", "museum"]


def test_the_mail_says_who_writes_about_which_visit(client, olga, slot, smtp):
    booked(slot, "7b")
    send_due(timezone.now())
    client.post(f"{WRITE}?slot={slot.pk}", letter())

    send_due(timezone.now() + timedelta(seconds=1))

    mail = smtp.to("7b@school.example")[-1]
    body = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert str(mail["Subject"]).strip() == "Anderer Eingang"
    assert mail["Reply-To"] == "lab@lab.example"
    for told in ("hinteren Eingang.\n", "- Tor 2\n- Treppe", "Robotik", "Olga", "Lab", "/b/"):
        assert told in body
    assert Message.objects.filter(kind="broadcast", state="sent").count() == 1


def test_one_looks_at_the_mail_before_it_goes(client, olga, slot):
    booked(slot, "7b")

    shown = client.post(f"{WRITE}?slot={slot.pk}", letter(do="look", text="<b>fett</b>\n\nund\nmehr"))

    html = shown.content.decode()
    assert "&lt;b&gt;fett&lt;/b&gt;" in html
    assert "und<br>mehr" in html
    assert shown.context["groups"] == 1
    assert not Message.objects.filter(kind="broadcast").exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"text": " "}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"text": "a\x0cpart"}, "text"),  # what parts a mail inside
    ],
)
def test_what_is_missing_is_named_and_the_rest_kept(more, field, client, olga, slot):
    booked(slot, "7b")

    answered = client.post(f"{WRITE}?slot={slot.pk}", letter() | more)

    assert field in answered.context["form"].errors
    assert not Broadcast.objects.exists()


def test_nobody_to_write_to_is_said(client, olga, slot):
    for step in ("look", "send"):
        answered = client.post(f"{WRITE}?slot={slot.pk}", letter(do=step))

        assert answered.status_code == 200
        assert answered.context["form"].errors
    assert not Broadcast.objects.exists()


NOWHERE = ["", "?slot=0", "?slot=x", "?slot=²", "?day=31.12.", "?day=0001-01-01", "?day=9999-12-31", "?workshop=none"]


@pytest.mark.parametrize("query", [*NOWHERE, "?slot=1&day=2027-01-01"])
def test_an_address_that_names_nobody_is_not_found(query, client, olga):
    assert client.get(f"{WRITE}{query}").status_code == 404


def test_dates_and_workshops_of_others_are_not_found(client, slot, workshop):
    booked(slot, "7b")
    client.force_login(make_organiser(make_partner()))

    assert client.post(f"{WRITE}?slot={slot.pk}", letter()).status_code == 404
    assert client.post(f"{WRITE}?workshop={workshop.slug}", letter()).status_code == 404
    client.post(f"{WRITE}?day={in_days(40).date().isoformat()}", letter())
    assert reached() == []


def test_a_visit_that_is_cancelled_meanwhile_gets_no_letter(client, olga, slot, smtp):
    booking = booked(slot, "7b")
    client.post(f"{WRITE}?slot={slot.pk}", letter())
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())

    assert Message.objects.get(kind="broadcast").state == "dropped"


def test_the_log_tells_who_wrote_when_to_whom_and_what_failed(client, olga, slot):
    booked(slot, "7a"), booked(slot, "7b")
    client.post(f"{WRITE}?slot={slot.pk}", letter())
    Message.objects.filter(to_address="7a@school.example", kind="broadcast").update(state="failed", last_error="550 no")
    written = Broadcast.objects.get()

    listed = client.get("/organise/messages/?tab=written")
    detail = client.get(f"/organise/messages/written/{written.pk}/").content.decode()

    row = listed.context["page"][0]
    assert (row.all_count, row.sent_count, row.failed_count, row.open_count) == (2, 0, 1, 1)
    for told in ("Anderer Eingang", "Olga", "Robotik"):
        assert told in listed.content.decode()
    for told in ("7a@school.example", "Die Adresse gibt es nicht.", "hinteren Eingang"):
        assert told in detail


@pytest.mark.parametrize("rows", [1, 3])
def test_the_log_asks_as_often_for_many_rows(rows, client, olga, slot, django_assert_num_queries):
    booked(slot, "7a")
    for row in range(rows):
        client.post(f"{WRITE}?slot={slot.pk}", letter(key=f"k{row}"))
    client.get("/organise/messages/?tab=written")

    with django_assert_num_queries(6):
        client.get("/organise/messages/?tab=written")


def test_others_do_not_read_what_was_written(client, olga, slot):
    booked(slot, "7a")
    client.post(f"{WRITE}?slot={slot.pk}", letter())
    written = Broadcast.objects.get()
    client.force_login(make_organiser(make_partner()))

    assert client.get(f"/organise/messages/written/{written.pk}/").status_code == 404
    assert list(client.get("/organise/messages/?tab=written").context["page"]) == []
    client.force_login(make_user())
    assert client.get(f"/organise/messages/written/{written.pk}/").status_code == 403


def test_five_thousand_groups_do_not_hang_the_request(client, olga, workshop, django_assert_max_num_queries):
    slot = make_slot(workshop, capacity=9000, max_groups=6000)
    first = booked(slot, "first")
    copies = [
        Booking(
            reference=reference(number), slot=slot, school=first.school, group_name=f"{number}x", grades=[7], pupils=1,
            state="requested", contact_email=f"{number}@school.example", created_at=first.created_at,
            updated_at=first.created_at,
        )
        for number in range(5000)
    ]  # fmt: skip
    Booking.objects.bulk_create(copies)

    with django_assert_max_num_queries(25):
        client.post(f"{WRITE}?slot={slot.pk}", letter())

    assert Message.objects.filter(kind="broadcast").count() == 5001

"""What people read of a booking: which limits were set aside, what late means, which dates were wished."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.actor import Actor
from booking import explain, planning, rules
from booking.errors import FieldErrors, NoRoom, OthersFirst
from booking.history import edits
from booking.history.bookings import told
from booking.houses.partner import edit
from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.models import Change, Message
from booking.outlook import Outlook
from schools.dates import day, last_day
from tests.factories import (
    in_days,
    make_booking,
    make_order,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_user,
    make_venue,
    make_workshop,
)
from workshops.models import Partner

pytestmark = pytest.mark.django_db


def page_of(user, path) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def mail_of(kind, **about) -> str:
    message = Message.objects.get(kind=kind, state="owed", **about)
    load_subjects([message])
    return str(delivery.compose(message).email.body)


def place_over(slot, **order):
    olga = Actor.person(make_organiser(slot.workshop.partner))
    order = make_order(make_school(), override_reason="am Telefon", **order)
    return rules.place(slot, order, by=olga, now=timezone.now())


def test_the_history_names_each_limit_that_was_set_aside():
    slot = make_slot(make_workshop(capacity=20, grades=[5, 6]), book_until=in_days(-1))

    booking = place_over(slot, pupils=24, grades=(9,), adults=2)

    words = told(booking.changes.get(kind=Change.Kind.OVERRIDDEN))
    assert "Größe der Gruppe, Klassenstufen, Buchungsfrist" in words
    assert "Plätze des Termins: 20 → 24" in words
    assert "am Telefon" in words


def test_nothing_is_named_where_no_limit_was_broken():
    booking = place_over(make_slot(), pupils=20, adults=2)

    assert "ausnahmsweise" not in told(booking.changes.get(kind=Change.Kind.OVERRIDDEN))


def test_a_change_over_the_limit_names_it():
    booking = make_booking(make_slot(make_workshop(capacity=24)))
    olga = Actor.person(make_organiser(booking.slot.workshop.partner))

    rules.amend(booking, {"grades": [12]}, by=olga, now=timezone.now(), override_reason="Projekt")

    assert "ausnahmsweise erlaubt: Klassenstufen" in told(booking.changes.first())


def test_of_a_near_date_the_words_say_what_cancelling_means():
    soon = make_slot(starts_at=in_days(3), book_until=in_days(2))
    booking = make_booking(soon)

    words = explain.cancelling_in_words(booking.terms, soon.starts_at, timezone.now())

    assert words == ["Wenn Sie absagen, prüfen wir die nächste Buchung Ihrer Schule von Hand."]


def test_a_fee_is_written_as_the_reader_writes_it():
    steps = [{"days": 1, "fee": "100.50", "text": {"de": "Danach fällt die Pauschale an."}}]
    workshop = make_workshop(cancel_steps=steps)
    soon = make_slot(workshop, starts_at=in_days(5), book_until=in_days(4))
    booking = make_booking(soon)

    words = " ".join(explain.cancelling_in_words(booking.terms, soon.starts_at, timezone.now()))

    assert words.startswith("Eine Absage hat jetzt schon Folgen.")
    assert "100,50 €" in words


@pytest.fixture
def wish():
    """A request of Ada with a further date."""
    workshop = make_workshop(booking_mode="request")
    other = make_slot(workshop, starts_at=in_days(60))
    ada = make_user("ada")
    return make_booking(make_slot(workshop, starts_at=in_days(50)), ada, alternatives=(other,)), other


def test_the_school_reads_which_further_dates_it_named(wish):
    booking, other = wish
    day = f"{timezone.localtime(other.starts_at).day}. "

    assert "Auch möglich" in page_of(booking.owner, booking.get_absolute_url())
    for kind in ("booking_requested", "request_arrived"):
        assert "Auch möglich" in mail_of(kind)
        assert day in mail_of(kind).partition("Auch möglich")[2]


def test_a_yes_for_another_date_says_so(wish):
    booking, other = wish
    olga = Actor.person(make_organiser(booking.slot.workshop.partner))

    rules.confirm(booking, by=olga, now=timezone.now(), slot=other)

    assert "ein anderer Ihrer Wunschtermine" in mail_of("booking_confirmed")
    assert not booking.alternatives.exists(), "the date is no further wish any more"
    booking.refresh_from_db()
    assert "Auch möglich" not in page_of(booking.owner, booking.get_absolute_url())


def test_mails_say_that_adults_are_missing():
    booking = make_booking(make_slot(make_workshop(booking_mode="request")), pupils=20, adults=0)

    assert booking.adults == 0
    assert "mindestens 2 Erwachsenen" in mail_of("booking_requested")
    assert "0 Erwachsene kommen mit" in mail_of("request_arrived")


def test_two_changes_that_nobody_heard_of_are_told_as_one():
    booking, now = make_booking(make_slot(), pupils=24), timezone.now()
    ada = Actor.person(booking.owner)

    rules.amend(booking, {"pupils": 20}, by=ada, now=now)
    rules.amend(booking, {"pupils": 10}, by=ada, now=now)

    assert "Neu ist: Lernende: 24 → 10." in " ".join(mail_of("booking_changed").split())
    assert Message.objects.get(kind="booking_changed", state="dropped").last_error == "changed again"


def test_two_changes_told_as_one_keep_both_reasons_each_with_its_moment():
    booking, now = make_booking(make_slot(), pupils=20), in_days(0, hour=9)
    booking.further_email = "ben@school.example"
    booking.save(update_fields=["further_email"])
    olga = Actor.person(make_organiser(booking.slot.workshop.partner))

    rules.amend(booking, {"pupils": 28}, by=olga, now=now, override_reason="Ein Stuhl mehr.")
    rules.amend(booking, {"pupils": 29}, by=olga, now=now + timedelta(minutes=5), override_reason="Zwei Stühle mehr.")

    for mail in (mail_of("booking_changed", to_address=to) for to in (booking.contact_email, "ben@school.example")):
        read = " ".join(mail.split())
        assert "Lernende: 20 → 29" in read
        assert read.count("Ein Stuhl mehr.") == read.count("Zwei Stühle mehr.") == 1
        assert read.index("9:00 Uhr, für Sie geändert: Ein") < read.index("9:05 Uhr, für Sie geändert: Zwei")


def test_the_way_is_that_of_the_date_when_it_moved_to_another_house():
    workshop = make_workshop()
    workshop.venue = make_venue(workshop.partner, name="Alter Ort", directions="Hinten herum")
    workshop.save()
    booking = make_booking(make_slot(workshop), make_user("ada"))
    olga = Actor.person(make_organiser(workshop.partner))
    there = make_venue(workshop.partner, "Görlitz", name="Neuer Ort", directions="Vorne hinein")

    planning.change_slot(booking.slot, {"venue": there}, by=olga, now=timezone.now())

    page = page_of(booking.owner, booking.get_absolute_url())
    assert "Vorne hinein" in page
    assert "Hinten herum" not in page


def test_organisers_find_the_link_of_a_date_that_is_in_no_list():
    slot = make_slot(listed=False)
    olga = make_organiser(slot.workshop.partner)

    link = f"{slot.get_absolute_url()}?key={slot.link_key}"

    assert link in page_of(olga, f"/organise/slots/{slot.pk}/")
    assert Client().get(link).status_code == 200
    assert Client().get(slot.get_absolute_url()).status_code == 404
    assert slot.link_key not in page_of(olga, f"/organise/slots/{make_slot(slot.workshop).pk}/")


def test_the_nearest_dates_are_suggested_when_one_is_called_off():
    workshop = make_workshop()
    far = [make_slot(workshop, starts_at=in_days(30 + number)) for number in range(8)]
    slot = make_slot(workshop, starts_at=in_days(120))
    near = [make_slot(workshop, starts_at=in_days(day)) for day in (119, 122)]

    page = page_of(make_organiser(workshop.partner), f"/organise/slots/{slot.pk}/cancel/")

    for one in near:
        assert f'value="{one.pk}"' in page
    assert f'value="{far[0].pk}"' not in page


def test_a_mail_does_not_promise_what_is_over():
    make_booking(make_slot(starts_at=in_days(3), book_until=in_days(2)), make_user("ada"))

    assert "ohne Folgen absagen" not in mail_of("booking_confirmed")


def test_a_mail_says_in_a_sentence_until_when_cancelling_is_free():
    make_booking(make_slot(), make_user("ada"))

    assert ": Sie können ohne Folgen absagen." in mail_of("booking_confirmed")


def test_a_school_names_the_word_of_its_head_where_the_house_wants_it():
    slot = make_slot(make_workshop(head_approval=True))

    with pytest.raises(FieldErrors) as refused:
        make_booking(slot, consents=("terms",))
    assert refused.value.errors["consents"][0] == "head_informed"
    assert make_booking(slot, consents=("terms", "head_informed")).state == "confirmed"
    olga = Actor.person(make_organiser(slot.workshop.partner))
    other = make_slot(slot.workshop)
    assert rules.place(other, make_order(make_school()), by=olga, now=timezone.now()).state == "confirmed"


def test_the_history_tells_of_another_place():
    workshop = make_workshop()
    booking = make_booking(make_slot(workshop, venue=make_venue(workshop.partner, name="Alter Ort")))
    olga = Actor.person(make_organiser(workshop.partner))

    planning.change_slot(
        booking.slot, {"venue": make_venue(workshop.partner, "Görlitz", name="Neuer Ort")}, by=olga, now=timezone.now()
    )

    words = told(booking.changes.get(kind=Change.Kind.SLOT_MOVED))
    assert "Alter Ort" in words.partition("→")[0]
    assert "Neuer Ort, Görlitz" in words


def test_a_class_that_does_not_fit_reads_how_large_it_may_be():
    slot = make_slot(make_workshop(capacity=30, max_groups=2))
    booking = make_booking(slot, pupils=10)
    make_booking(slot, pupils=12, group_name="8a")

    with pytest.raises(NoRoom) as refused:
        rules.amend(booking, {"pupils": 20}, by=Actor.person(booking.owner), now=timezone.now())

    assert str(refused.value) == "Das passt nicht: Für 18 Lernende ist Platz."


def test_a_change_by_the_house_says_what_is_new_and_why():
    booking = make_booking(make_slot(), pupils=20)
    olga = Actor.person(make_organiser(booking.slot.workshop.partner))

    rules.amend(booking, {"grades": [12]}, by=olga, now=timezone.now(), override_reason="Projekt der Schule")

    words = " ".join(mail_of("booking_changed").split())
    assert "Klassenstufen: 7 → 12" in words
    assert "Das Haus hat es für Sie geändert: Projekt der Schule" in words


def test_before_the_free_days_are_over_the_page_says_what_follows():
    booking = make_booking(
        make_slot(make_workshop(cancel_steps=[{"days": 1, "fee": "65", "text": {}}])), make_user("ada")
    )

    page = page_of(booking.owner, f"{booking.get_absolute_url()}cancel/")

    assert "Heute ohne Folgen." in page
    assert "65 €" in page


@pytest.mark.parametrize(
    ("make", "words"), [("offered", "nobody"), ("waitlisted", "no place"), ("requested", "nobody had decided")]
)
def test_the_history_says_why_something_expired(make, words):
    change = Change(kind="expired", facts={"was": make}, actor_kind="system")

    with translation.override("en"):
        assert words in told(change)


def test_a_step_that_would_never_hold_is_refused_at_the_field():
    olga = make_organiser(make_partner("lab"), "olga")
    client = Client()
    client.force_login(olga)
    page = client.get("/organise/partner/").content.decode()
    typed = dict(re.findall(r'name="([a-z_]+)"[^>]* value="([^"]*)"', page))

    answer = client.post("/organise/partner/", typed | {"cancel_steps": "9; 5; x"})

    assert "bis 5 Schultage vorher" in html.unescape(answer.content.decode())


def test_a_page_of_cancelling_that_stood_open_does_not_cancel_another_date():
    workshop = make_workshop()
    booking, there = make_booking(make_slot(workshop), make_user("ada")), make_slot(workshop, starts_at=in_days(60))
    client = Client()
    client.force_login(booking.owner)
    path = f"{booking.get_absolute_url()}cancel/"
    (seen,) = re.findall('name="seen" value="([^"]+)"', client.get(path).content.decode())
    rules.move(booking, there, by=Actor.person(booking.owner), now=timezone.now())

    stale = client.post(path, {"reason": "", "seen": html.unescape(seen)})

    booking.refresh_from_db()
    assert booking.state == "confirmed"
    assert "hat sich inzwischen geändert" in stale.content.decode()
    (seen,) = re.findall('name="seen" value="([^"]+)"', stale.content.decode())
    client.post(path, {"reason": "", "seen": html.unescape(seen)})
    booking.refresh_from_db()
    assert booking.state == "cancelled"


@pytest.mark.parametrize(("skips", "words"), [(True, "nächste Klasse, die passt"), (False, "in dieser Reihenfolge")])
def test_who_waits_reads_in_which_order_we_ask(skips, words):
    slot = make_slot(make_workshop(capacity=24, skip_ahead=skips))
    make_booking(slot, pupils=24)
    waits = make_booking(slot, make_user("ada"), pupils=20, waitlist=True, group_name="8a")

    assert words in page_of(waits.owner, waits.get_absolute_url())


def test_no_places_are_named_where_no_further_group_may_come():
    slot = make_slot(make_workshop(capacity=30, max_groups=1))
    make_booking(slot, pupils=20)

    assert slot.places_left == 30  # as it was read
    slot.refresh_from_db()
    assert (slot.places_left, slot.room) == (10, 0)


def test_taking_back_is_offered_only_while_the_places_are_free():
    slot = make_slot(make_workshop(capacity=24))
    first = make_booking(slot, make_user("ada"), pupils=24)
    rules.cancel(first, by=Actor.person(first.owner), now=timezone.now())
    assert "zurücknehmen" in page_of(first.owner, first.get_absolute_url())
    other = make_slot(slot.workshop)
    second = make_booking(other, make_user("bea"), pupils=24)
    make_booking(other, pupils=20, waitlist=True, group_name="8a")

    rules.cancel(second, by=Actor.person(second.owner), now=timezone.now())

    assert "zurücknehmen" not in page_of(second.owner, second.get_absolute_url())


def test_before_a_yes_page_and_programs_say_that_nothing_binds():
    booking = make_booking(make_slot(make_workshop(booking_mode="request")))

    assert explain.cancellation_terms(booking) == "Ohne Folgen. Verbindlich war noch nichts."


def test_who_only_waited_is_not_told_to_inform_the_parents():
    slot = make_slot(make_workshop(capacity=24))
    comes = make_booking(slot, pupils=24)
    waits = make_booking(slot, pupils=20, waitlist=True, group_name="8a")
    olga = Actor.person(make_organiser(slot.workshop.partner))

    planning.cancel_slot(slot, by=olga, now=timezone.now(), reason="Rohrbruch")

    assert "Eltern" in mail_of("booking_cancelled", booking=comes)
    assert "Eltern" not in mail_of("booking_cancelled", booking=waits)


def test_an_override_says_how_many_groups_there_may_be_now():
    slot = make_slot()
    make_booking(slot, school=make_school())

    booking = place_over(slot, group_name="8a")

    words = told(booking.changes.get(kind=Change.Kind.OVERRIDDEN))
    assert "Plätze des Termins: 24 → 48" in words
    assert "Gruppen höchstens: 1 → 2" in words


def test_only_who_waits_keeps_others_out():
    slot = make_slot(capacity=30, max_groups=3)
    make_booking(slot, pupils=20)
    make_booking(slot, pupils=20, group_name="8a", waitlist=True)

    with pytest.raises(OthersFirst, match="warten schon andere"):
        make_booking(slot, pupils=5, group_name="9a", waitlist=False)


def test_dates_instead_are_those_that_take_the_class():
    workshop = make_workshop(capacity=30, max_groups=3)
    slot = make_slot(workshop)
    small = make_slot(workshop, starts_at=in_days(50), capacity=20)
    large = make_slot(workshop, starts_at=in_days(51))
    booking = make_booking(slot, pupils=24)
    olga = make_organiser(workshop.partner)

    planning.cancel_slot(slot, by=Actor.person(olga), now=timezone.now(), reason="Rohrbruch", suggest=[small, large])

    booking.refresh_from_db()
    look = Outlook(booking, Actor.person(booking.owner), timezone.now())
    assert look.instead == [large]
    mail = mail_of("booking_cancelled", booking=booking)
    assert day(large.starts_at) in mail
    assert day(small.starts_at) not in mail


def test_a_request_put_on_the_list_of_a_date_with_room_is_offered_and_the_page_says_so():
    slot = make_slot(make_workshop(booking_mode="request", requests_hold=False))
    booking = make_booking(slot)
    client = Client()
    client.force_login(make_organiser(slot.workshop.partner))

    answer = client.post(f"/organise/requests/{booking.reference}/wait/", follow=True)

    booking.refresh_from_db()
    assert booking.state == "offered"
    assert "Es ist Platz" in answer.content.decode()


def test_a_deadline_within_a_day_names_its_hour():
    midnight = in_days(3, hour=0)
    assert last_day(midnight) == day(in_days(2))
    assert last_day(in_days(3, hour=9)).endswith(", 9:00 Uhr")


def test_the_history_of_a_house_says_which_rules_were_changed_and_how():
    partner = make_partner()
    olga = make_organiser(partner)
    values = {"free_cancel_days": 3, "adults_are_hard": True, "reminder_days": [7, 1], "terms": {"de": "Neu"}}
    edit(partner, values, version=partner.version, by=Actor.person(olga), now=timezone.now())

    facts = edits.lines_of(Partner.objects.get(pk=partner.pk), 5)[0].facts

    text = "\n".join(facts)
    assert "wie üblich → 3" in text
    assert "wie üblich → ja" in text
    assert "wie üblich → 7, 1" in text
    assert facts[-1].startswith("Auch geändert: ")
    assert "wie üblich → 3" in page_of(olga, "/organise/partner/")

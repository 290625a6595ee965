"""Who belongs to which school, the brake for strangers, and schools that were typed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from booking import belonging, rules
from booking.errors import AlreadyBooked, AlreadyDecided, FieldErrors, Full, Limit, NotAllowed
from booking.models import Booking, Message
from schools.models import Membership, School
from schools.proposals import propose
from tests.factories import (
    in_days,
    make_booking,
    make_office,
    make_order,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_user,
    make_workshop,
)
from tests.together import kinds, together
from workshops.models import Slot

pytestmark = pytest.mark.django_db


def place(teacher: User, school: School, slot: Slot | None = None, **order: object) -> Booking:
    order = make_order(school, **order)
    return rules.place(slot or make_slot(), order, by=Actor.person(fresh(teacher)), now=timezone.now())


def fresh(user: User) -> User:
    """As the next request reads the person."""
    return User.objects.get(pk=user.pk)


def asked() -> list[str]:
    return list(Message.objects.filter(kind="membership_asked").values_list("to_address", flat=True))


def told(user: User) -> int:
    return Message.objects.filter(kind="membership_decided", to_user=user).count()


@pytest.fixture
def school() -> School:
    return make_school(office_mail="sekretariat@schule.example")


@pytest.fixture
def ada(school: School) -> Membership:
    """Ada, who says to teach at the school."""
    return belonging.declare(make_user("ada"), school, now=timezone.now())


def decide(membership: Membership, by: Actor, *, yes: bool = True, reason: str = "") -> Membership:
    return belonging.decide(membership, yes=yes, by=by, now=timezone.now(), reason=reason)


def mailbox_of(membership: Membership) -> Actor:
    return Actor("link", role="mailbox", link_to=membership.pk)


# The brake


def test_a_stranger_has_three_live_bookings_at_a_time(school):
    ada = make_user("ada")
    for _ in range(3):
        booking = place(ada, school)
    with pytest.raises(Limit):
        place(ada, make_school())  # another school does not help

    rules.cancel(booking, by=Actor.person(fresh(ada)), now=timezone.now())
    assert place(ada, school).state == "confirmed"


def test_whom_the_school_has_confirmed_books_without_a_limit(school, ada):
    decide(ada, mailbox_of(ada))

    for _ in range(5):
        place(ada.user, school)

    assert Booking.objects.filter(owner=ada.user, state="confirmed").count() == 5


def test_visits_that_are_over_do_not_count(school):
    ada = make_user("ada")
    for days in (1, 2, 3):
        place(ada, school, make_slot(starts_at=in_days(10 + days)))

    at = timezone.now() + timedelta(days=20)
    slot = make_slot(starts_at=in_days(60))
    assert rules.place(slot, make_order(school), by=Actor.person(fresh(ada)), now=at).state == "confirmed"


def test_a_house_may_do_without_the_limit(school):
    ada, workshop = make_user("ada"), make_workshop(most_unconfirmed=0)

    for days in range(4):
        place(ada, school, make_slot(workshop, starts_at=in_days(40 + days)))

    assert Booking.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_five_at_once_are_three_for_a_stranger(school):
    ada, slots = make_user("ada"), [make_slot() for _ in range(5)]

    answers = together(*[lambda slot=slot: place(ada, school, slot) for slot in slots])

    assert kinds(answers) == ["Limit", "Limit", "confirmed", "confirmed", "confirmed"]
    assert sum(slot.places_taken for slot in Slot.objects.all()) == 3 * 24


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("p.vogel@web.de", "requested"),
        ("p.vogel@Seznam.CZ", "requested"),
        ("p.vogel@schule.example", "confirmed"),
        ("p.vogel@myweb.de", "confirmed"),  # only ends like a free one
    ],
)
def test_the_first_booking_from_a_private_address_is_a_request(school, address, state):
    assert place(User.objects.create_user(address), school).state == state


def test_after_one_yes_a_private_address_books_at_once(school):
    partner = make_partner()
    petra = User.objects.create_user("p.vogel@web.de")
    first = place(petra, school, make_slot(make_workshop(partner)))
    assert place(petra, school).state == "requested"  # nobody has looked yet

    rules.confirm(first, by=Actor.person(make_organiser(partner)), now=timezone.now())

    assert place(petra, school).state == "confirmed"


def test_whom_the_school_has_confirmed_needs_no_request(school):
    petra = User.objects.create_user("p.vogel@web.de")
    decide(membership := belonging.declare(petra, school, now=timezone.now()), mailbox_of(membership))

    assert place(petra, school).state == "confirmed"


def test_a_house_may_take_private_addresses_at_once(school):
    slot = make_slot(make_workshop(free_mail_asks=False))

    assert place(User.objects.create_user("p.vogel@web.de"), school, slot).state == "confirmed"


def test_whose_mailbox_is_at_a_trusted_domain_is_a_stranger_nowhere(school, settings):
    settings.TRUSTED_MAIL_DOMAINS = ["web.de"]
    vogel = User.objects.create_user("p.vogel@WEB.de")

    states = {place(vogel, school, make_slot(starts_at=in_days(40 + days))).state for days in range(4)}

    assert states == {"confirmed"}


# Asking the mailbox


def test_the_mailbox_is_asked_once_a_person(school):
    ada = make_user("ada")
    place(ada, school)
    place(ada, school)

    assert asked() == ["sekretariat@schule.example"]


def test_nobody_floods_an_office(school):
    for _ in range(belonging.MOST_ASKED + 2):
        membership = belonging.declare(make_user(), school, now=timezone.now())
    assert len(asked()) == belonging.MOST_ASKED

    assert belonging.ask_office(membership, now=timezone.now() + timedelta(days=1, minutes=1))
    assert len(asked()) == belonging.MOST_ASKED + 1


def test_a_school_without_a_mailbox_is_not_asked():
    place(make_user(), make_school())

    assert asked() == []


def test_who_signs_in_with_the_mailbox_of_the_school_is_its_office(school):
    office = User.objects.create_user("Sekretariat@Schule.example")

    assert belonging.declare(office, school, now=timezone.now(), role="office").state == "confirmed"
    assert asked() == []


# Deciding


def test_the_mailbox_says_yes_and_the_person_hears_once(ada):
    decide(ada, mailbox_of(ada))
    row = decide(ada, mailbox_of(ada))  # clicked twice

    assert (row.state, row.how) == ("confirmed", "mailbox")
    assert told(ada.user) == 1


def test_the_link_of_one_decides_nothing_about_another(ada, school):
    other = belonging.declare(make_user("bea"), school, now=timezone.now())

    with pytest.raises(NotAllowed):
        decide(other, mailbox_of(ada))


def test_a_colleague_confirms_but_does_not_refuse(ada, school):
    bea = make_user("bea")
    bea.memberships.create(school=school, role="teacher", state="confirmed")
    with pytest.raises(NotAllowed):
        decide(ada, Actor.person(bea), yes=False)

    assert decide(ada, Actor.person(bea)).how == "colleague"


def test_nobody_confirms_oneself(ada, school):
    with pytest.raises(NotAllowed):
        decide(ada, Actor.person(ada.user))

    office = belonging.declare(ada.user, school, now=timezone.now(), role="office", how="profile")
    decide(ada, mailbox_of(ada))
    with pytest.raises(NotAllowed):
        decide(office, Actor.person(fresh(ada.user)))


def test_a_colleague_who_is_not_confirmed_confirms_nobody(ada, school):
    bea = make_user("bea")
    bea.memberships.create(school=school, role="teacher")

    with pytest.raises(NotAllowed):
        decide(ada, Actor.person(bea))


def test_a_colleague_does_not_make_an_office(ada, school):
    decide(ada, mailbox_of(ada))
    office = belonging.declare(make_user("olga"), school, now=timezone.now(), role="office", how="profile")

    with pytest.raises(NotAllowed):
        decide(office, Actor.person(fresh(ada.user)))


def test_the_office_of_the_school_confirms_its_teachers(ada, school):
    assert decide(ada, Actor.person(make_office(school))).state == "confirmed"


def test_an_organiser_decides_about_schools_that_booked_with_the_house(ada, school):
    partner = make_partner()
    organiser, stranger = make_organiser(partner), make_organiser(make_partner())
    make_booking(make_slot(make_workshop(partner)), school=school)
    with pytest.raises(NotAllowed):
        decide(ada, Actor.person(stranger))
    with pytest.raises(FieldErrors):
        decide(ada, Actor.person(organiser), yes=False)

    refused = decide(ada, Actor.person(organiser), yes=False, reason="Nobody knows the name there.")
    assert (refused.state, refused.reason) == ("refused", "Nobody knows the name there.")
    with pytest.raises(AlreadyDecided):
        decide(ada, mailbox_of(ada))
    assert decide(ada, Actor.person(organiser)).state == "confirmed"  # an error is put right


def test_the_network_admin_decides_about_all(ada):
    assert decide(ada, Actor.person(make_user(is_network_admin=True))).state == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_tell_the_person_once(ada, school):
    office = make_office(school)

    answers = together(lambda: decide(ada, mailbox_of(ada)), lambda: decide(ada, Actor.person(office)))

    assert kinds(answers) == ["confirmed", "confirmed"]
    assert told(ada.user) == 1


# Schools that were typed in


@pytest.fixture
def admin() -> Actor:
    return Actor.person(make_user("root", is_network_admin=True))


@pytest.fixture
def typed() -> School:
    return propose(name="Freie Schule", city="Oybin", kind="other", country="DE", by=make_user("ada"))


def merge(typed: School, into: School, by: Actor) -> School:
    return belonging.merge_school(typed, into, by=by, now=timezone.now())


def test_a_typed_school_is_taken_as_it_is(typed, admin):
    belonging.accept_school(typed, by=admin, now=timezone.now())

    assert School.objects.active().filter(pk=typed.pk).exists()
    with pytest.raises(AlreadyDecided):
        belonging.accept_school(typed, by=admin, now=timezone.now())


def test_merging_takes_bookings_and_people_along(typed, school, admin):
    booking = place(typed.proposed_by, typed)

    merge(typed, school, admin)

    after = Booking.objects.get(pk=booking.pk)
    typed.refresh_from_db()
    assert (after.school, after.version) == (school, booking.version + 1)
    assert (typed.state, typed.merged_into) == ("closed", school)
    assert list(typed.proposed_by.memberships.values_list("school", flat=True)) == [school.pk]


def test_what_comes_to_a_typed_school_is_newer_in_calendars_after_the_merger(typed, school, admin):
    mobile = make_booking(make_slot(make_workshop(format="mobile")), typed.proposed_by, school=typed)
    before = Booking.objects.values_list("sequence", "slot__version").get(pk=mobile.pk)

    merge(typed, school, admin)

    after = Booking.objects.values_list("sequence", "slot__version").get(pk=mobile.pk)
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1]


def test_typing_a_merged_school_again_finds_its_heir(typed, school, admin):
    merge(typed, school, admin)

    assert propose(name="Freie Schule", city="Oybin", kind="other", country="DE", by=typed.proposed_by) == school


def test_a_confirmed_membership_survives_the_merger(typed, school, admin):
    ada = typed.proposed_by
    ada.memberships.create(school=typed, role="teacher", state="confirmed")
    ada.memberships.create(school=school, role="teacher")

    merge(typed, school, admin)

    assert list(ada.memberships.values_list("school", "state")) == [(school.pk, "confirmed")]


def test_a_class_that_both_schools_have_on_one_date_stops_the_merger(typed, school, admin):
    slot = make_slot(make_workshop(max_groups=2, capacity=60))
    place(make_user(), typed, slot)
    place(make_user(), school, slot)

    with pytest.raises(FieldErrors):
        merge(typed, school, admin)
    assert School.objects.get(pk=typed.pk).state == "proposed"


def test_only_schools_of_own_visits_are_an_organisers_business(typed, school):
    with pytest.raises(NotAllowed):
        merge(typed, school, Actor.person(make_organiser(make_partner())))


@pytest.mark.django_db(transaction=True)
def test_whoever_books_while_the_school_is_merged_books_for_the_heir(typed, school, admin):
    slots = [make_slot() for _ in range(3)]
    calls = [lambda slot=slot: place(typed.proposed_by, typed, slot) for slot in slots]

    answers = together(lambda: merge(typed, school, admin), *calls)
    assert kinds(answers) == ["closed", "confirmed", "confirmed", "confirmed"]

    assert set(Booking.objects.values_list("school", flat=True)) == {school.pk}
    assert Booking.objects.count() == 3


# Two classes


def wishes(*slots: Slot, school: School) -> list[tuple[Slot, object]]:
    return [(slot, make_order(school, group_name=f"7{'ab'[n]}", waitlist=False)) for n, slot in enumerate(slots)]


def test_of_two_classes_both_come_or_none(school):
    free, full = make_slot(), make_slot()
    make_booking(full)

    with pytest.raises(Full) as refused:
        rules.place_together(wishes(free, full, school=school), by=Actor.person(make_user()), now=timezone.now())

    assert refused.value.which == 1
    assert Slot.objects.get(pk=free.pk).places_taken == 0


@pytest.mark.django_db(transaction=True)
def test_two_teachers_who_want_the_same_two_dates_crosswise_do_not_block_each_other(school):
    here, there = make_slot(), make_slot()
    other = make_school()

    answers = together(
        lambda: rules.place_together(wishes(here, there, school=school), by=person("ada"), now=timezone.now()),
        lambda: rules.place_together(wishes(there, here, school=other), by=person("bea"), now=timezone.now()),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Full", "list"]
    assert Booking.objects.count() == 2
    assert len(set(Booking.objects.values_list("bundle", flat=True))) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_two_classes_sent_twice_at_once_come_once(school):
    here, there = make_slot(), make_slot()
    ada = make_user("ada")

    def send() -> object:
        return rules.place_together(wishes(here, there, school=school), by=Actor.person(ada), now=timezone.now())

    answers = together(send, send)

    assert sum(isinstance(answer, list) for answer in answers) == 1
    assert isinstance(next(one for one in answers if not isinstance(one, list)), AlreadyBooked | Full)
    assert Booking.objects.count() == 2


def person(name: str) -> Actor:
    return Actor.person(make_user(name))

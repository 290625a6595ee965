"""Thirty equal requests at once with one key, through the real web server: one effect, and thirty times its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Token, User
from booking.audit import breaches
from booking.models import Booking, Change, IdempotencyKey, Message
from tests.api.situations import (
    Call,
    act,
    asked,
    change,
    elsewhere,
    hand_over,
    move,
    offered,
    organiser_of,
    place,
    shared,
)
from tests.factories import make_booking
from tests.web import Answer, Web, at_once, serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

TWINS = 30


@pytest.fixture(scope="module")
def web(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Web]:
    with django_db_blocker.unblock(), serving() as web:
        yield web


@pytest.fixture(autouse=True)
def _clean_in_the_end() -> Iterator[None]:
    yield
    assert list(breaches(timezone.now())) == []


def yes() -> Call:
    booking = asked()
    return act(booking, "confirm", organiser_of(booking))


def elsewhere_at_once() -> Call:
    booking = make_booking()
    return move(booking, elsewhere(booking))


EFFECTS: dict[str, Callable[[], Call]] = {
    "confirmed by booking": lambda: place(shared()),
    "resized": lambda: change(make_booking(), pupils=20),
    "moved": elsewhere_at_once,
    "hand_over_asked": lambda: hand_over(make_booking()),
    "cancelled": lambda: act(make_booking(), "cancel"),
    "confirmed by accepting": lambda: act(offered(), "accept"),
    "confirmed by the organiser": yes,
}


@pytest.mark.parametrize("effect", EFFECTS)
def test_thirty_twins_have_one_effect_and_one_answer(web: Web, effect: str) -> None:
    call = EFFECTS[effect]()
    changes, messages = Change.objects.count(), Message.objects.count()

    answers = at_once(TWINS, [partial(ask, web, call, bearer_of(call.who))] * TWINS)

    assert {answer.status for answer in answers} == {201 if call.path.endswith("/bookings/") else 200}
    assert [answer.body for answer in answers] == [answers[0].body] * TWINS
    assert [change.kind for change in Change.objects.order_by("pk")[changes:]] == [effect.partition(" ")[0]]
    assert Message.objects.count() > messages
    assert nobody_is_told_twice()
    assert IdempotencyKey.objects.count() == 1


def test_among_twins_another_body_is_refused_and_another_person_is_not(web: Web) -> None:
    slot = shared()
    ada, bea = place(slot, group={"pupils": 10}), place(slot, group={"name": "8a", "pupils": 10})
    ada_sends, bea_sends = partial(ask, web, ada, bearer_of(ada.who)), partial(ask, web, bea, bearer_of(bea.who))
    other_body = partial(ada_sends, note="other")

    answers = at_once(TWINS, [ada_sends, bea_sends, other_body] * (TWINS // 3))

    one, two, other = answers[::3], answers[1::3], answers[2::3]
    won = {answer.status for answer in one}, {answer.status for answer in other}
    assert won in (({201}, {422}), ({422}, {201}))  # whichever body came first
    assert {answer.status for answer in two} == {201}
    assert [answer.body for answer in two] == [two[0].body] * len(two)
    assert Booking.objects.count() == 2


def ask(web: Web, call: Call, bearer: dict[str, str], **more: Any) -> Answer:
    return web.send(call.method.upper(), call.path, call.sent | more, **bearer, **{"Idempotency-Key": "once"})


def bearer_of(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {Token.objects.issue(user, scope='organise')}"}


def nobody_is_told_twice() -> bool:
    owed = Message.objects.filter(state="owed").values_list("kind", "to_address", "booking", "due_at")
    return len(set(owed)) == len(owed)

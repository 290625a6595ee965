"""What may be done with a booking or a date, and why not: the one voice in which pages, mails and API say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actor import Actor
from booking import access, policy, states
from booking.errors import BookingError, Full, NotActive, NotBookable, OthersFirst, TookPlace
from booking.models import Booking
from booking.wording import fee_in_words
from schools.dates import day
from workshops.models import Policy, Slot

if TYPE_CHECKING:
    from accounts.models import User

State = Booking.State

# What `access` calls the actions of `states.POSSIBLE`.
ACCESS = {"change": "amend", "attendance": "attend"}
OF_SLOTS = ("book", "change", "move", "close", "cancel")


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether somebody may do something now. `code` and `why` name the refusal (`forbidden`: never for this person),
    `until` is when it ends, `consequence` what follows from doing it, in the language that is active."""

    action: str
    allowed: bool
    code: str = ""
    why: str = ""
    until: datetime | None = None
    consequence: str = ""


def explain(thing: Booking | Slot, user: User | Actor | None, now: datetime) -> dict[str, Answer]:
    """For each action on `thing` whether `user` may do it at `now`, why not, until when, with what consequence.

    Looks only, without a lock: what fits is known when it is done. Of a booking it reads the slot, its workshop and
    partner and the assignments that were prefetched.
    """
    actor = user if isinstance(user, Actor) or user is None else Actor.person(user)
    if isinstance(thing, Slot):
        return {action: of_slot(thing, action, actor, now) for action in OF_SLOTS}
    return {action: of_booking(thing, action, actor, now) for action in states.POSSIBLE}


def possible(booking: Booking, actor: Actor, now: datetime) -> list[str]:
    """The names of what is allowed; nothing is put into words."""
    return [action for action in states.POSSIBLE if refusal(booking, action, actor, now) is None]


# Bookings


def of_booking(booking: Booking, action: str, actor: Actor | None, now: datetime) -> Answer:
    refused = refusal(booking, action, actor, now)
    if refused is not None:
        return refused
    until, consequence = FOLLOWS[action](booking, now)
    return Answer(action, allowed=True, until=until, consequence=consequence)


def refusal(booking: Booking, action: str, actor: Actor | None, now: datetime) -> Answer | None:
    role = access.role_for(actor, ACCESS.get(action, action), booking) if actor else None
    if role is None:
        return Answer(action, allowed=False, code="forbidden", why=_("That is for others to do."))
    refused = states.refusal(action, booking, role, now)
    return None if refused is None else refused_as(action, refused)


def refused_as(action: str, refused: BookingError) -> Answer:
    return Answer(action, allowed=False, code=refused.code, why=str(refused))


Follows = tuple[datetime | None, str]


def cancelling(booking: Booking, now: datetime) -> Follows:
    """Until when what cancelling means today holds, and what that is."""
    if booking.state != State.CONFIRMED:
        return booking.slot.starts_at, _("Without consequences. Nothing was binding yet.")
    step = policy.step_at(booking.terms, booking.slot.starts_at, now)
    if step is None:
        return booking.slot.starts_at, ""
    later = [one for one in policy.cancel_steps(booking.terms, booking.slot.starts_at) if one.until > step.until]
    return step.until, " ".join([today(step), *map(step_in_words, later)])


def changing(booking: Booking, now: datetime) -> Follows:
    most = most_pupils(booking)
    if booking.state == State.WAITLISTED:
        text = _("Up to %(most)d. Your place on the list stays.")
    else:
        text = _("Up to %(most)d holds at once. We adapt the material.")
    return booking.slot.starts_at, text % {"most": most}


def moving(booking: Booking, now: datetime) -> Follows:
    if booking.state == State.WAITLISTED:
        text = _(
            "You leave this list. Where there is room, you get the place or ask for it; elsewhere you wait at the end."
        )
        return booking.slot.starts_at, text
    return booking.slot.starts_at, _("The old place goes only when the new one is sure.")


def handing_over(booking: Booking, now: datetime) -> Follows:
    return booking.slot.starts_at, _("Holds as soon as your colleague says yes. Until then you stay the contact.")


def reconfirming(booking: Booking, now: datetime) -> Follows:
    return booking.reconfirm_until, _("The date stays yours.")


def accepting(booking: Booking, now: datetime) -> Follows:
    return booking.offer_expires_at, _("The place is yours; we confirm it by mail.")


def rejecting(booking: Booking, now: datetime) -> Follows:
    return booking.offer_expires_at, _("The place goes to the next class.")


def deciding(booking: Booking, now: datetime) -> Follows:
    return booking.answer_by, _("The school hears of it by mail.")


def waiting(booking: Booking, now: datetime) -> Follows:
    return booking.slot.book_until, _("What it holds becomes free; it stands on the list since it was made.")


def recording(booking: Booking, now: datetime) -> Follows:
    return None, _("Numbers only, no names.")


FOLLOWS: dict[str, Callable[[Booking, datetime], Follows]] = {
    "change": changing,
    "move": moving,
    "cancel": cancelling,
    "hand_over": handing_over,
    "reconfirm": reconfirming,
    "accept": accepting,
    "reject": rejecting,
    "confirm": deciding,
    "decline": deciding,
    "wait": waiting,
    "attendance": recording,
}


def most_pupils(booking: Booking) -> int:
    """How many may come at most as things stand."""
    slot = booking.slot
    room = booking.pupils + slot.places_left if booking.places_held else slot.most_pupils
    return min(slot.most_pupils, room)


# What cancelling means, in words


def cancellation_terms(booking: Booking) -> str:
    """All steps, as they were agreed: free until, then what; before a yes nothing was agreed that binds."""
    if booking.state in {State.REQUESTED, State.WAITLISTED, State.OFFERED}:
        return _("Without consequences. Nothing was binding yet.")
    return " ".join(cancelling_in_words(booking.terms, booking.slot.starts_at))


def cancelling_in_words(terms: dict[str, Any], starts_at: datetime, now: datetime | None = None) -> list[str]:
    """A sentence for each step; with `now` only for those that are still to come."""
    steps = policy.cancel_steps(terms, starts_at)
    left = [step for step in steps if now is None or now < step.until] or steps[-1:]
    if left and left[0].is_by_hand:  # of a date that is near: no sentence before it has spoken of cancelling
        return [_("If you cancel, we look at the next booking of your school by hand.")]
    words = [step_in_words(step) for step in left]
    return words if not left or left[0].is_free else [_("Cancelling has consequences by now."), *words]


def step_in_words(step: policy.CancelStep) -> str:
    if step.is_free:
        return _("Cancelling without consequences until %(day)s.") % {"day": last_day(step.until)}
    if step.is_by_hand:
        return _("Later we look at the next booking of your school by hand.")
    words = [_("Until %(day)s: %(what)s.") % {"day": last_day(step.until), "what": price(step)}]
    return " ".join([*words, str(step.text)] if step.fee and step.text else words)


def price(step: policy.CancelStep) -> str:
    return _("%(fee)s €") % {"fee": fee_in_words(step.fee)} if step.fee else str(step.text).rstrip(".")


def today(step: policy.CancelStep) -> str:
    """What cancelling at this moment means."""
    if step.is_free:
        return _("Today without consequences. That holds until %(day)s.") % {"day": last_day(step.until)}
    late = _("Late by now:")
    if step.is_by_hand:
        return f"{late} " + _("we look at the next booking of your school by hand.")
    return " ".join(filter(None, [late, f"{price(step)}.", str(step.text) if step.fee else ""]))


def late_at(booking: Booking, moment: datetime) -> str:
    """What followed from cancelling late at that moment."""
    step = policy.step_at(booking.terms, booking.slot.starts_at, moment)
    return today(step) if step and not step.is_free else ""


def last_day(until: datetime) -> str:
    """Friday, 30 April: the day that ends at `until`, or on which it lies."""
    return day(until - timedelta(microseconds=1), "full")


# Dates


def of_slot(slot: Slot, action: str, actor: Actor | None, now: datetime) -> Answer:
    if action == "book":
        return booking_of(slot, now)
    if actor is None or not access.may(actor, action, slot):
        return Answer(action, allowed=False, code="forbidden", why=_("That is for others to do."))
    ended = {"change": False, "move": slot.starts_at <= now, "close": slot.state != Slot.State.OPEN}
    over = ended.get(action, slot.ends_at <= now)
    if slot.state == Slot.State.CANCELLED or over:
        return refused_as(action, NotActive())
    if action == "cancel" and slot.bookings.recorded().exists():
        return refused_as(action, TookPlace())
    return Answer(action, allowed=True, consequence=everybody_hears(slot) if action in {"move", "cancel"} else "")


def booking_of(slot: Slot, now: datetime) -> Answer:
    """Whether the date takes newcomers: at once, on its waiting list, or not."""
    if not slot.is_open_at(now):
        return refused_as("book", NotBookable())
    if slot.is_full:
        refusal = OthersFirst() if slot.room else Full()
        return Answer("book", allowed=False, code=Full.code, why=str(refusal), until=slot.book_until)
    text = ngettext("%(left)d place is left.", "%(left)d places are left.", slot.places_left)
    return Answer("book", allowed=True, until=slot.book_until, consequence=text % {"left": slot.places_left})


def everybody_hears(slot: Slot) -> str:
    groups = slot.groups_taken + slot.groups_waiting
    if not groups:
        return _("Nobody has booked yet.")
    text = ngettext("%(groups)d group hears of it by mail.", "%(groups)d groups hear of it by mail.", groups)
    return text % {"groups": groups}


def cautions(booking: Booking) -> Iterable[str]:
    """What both sides should know although it never refuses: few pupils, too few adults; as it was agreed."""
    promised = policy.agreed(booking.terms, booking.slot.workshop.policy)
    return words_of_caution(booking.pupils, booking.adults, promised)


def remarks(booking: Booking) -> list[str]:
    """The same in the words of the house."""
    promised, words = policy.agreed(booking.terms, booking.slot.workshop.policy), []
    if booking.pupils < promised.min_pupils:
        words.append(_("The workshop is planned for at least %(least)d pupils.") % {"least": promised.min_pupils})
    wanted = policy.adults_wanted(booking.pupils, promised.pupils_per_adult, promised.least_adults)
    if booking.adults < wanted:
        text = ngettext("%(adults)d adult comes along", "%(adults)d adults come along", booking.adults)
        words.append(f"{text % {'adults': booking.adults}}, " + _("we ask for %(wanted)d.") % {"wanted": wanted})
    return words


def words_of_caution(pupils: int, adults: int, rules: Policy) -> list[str]:
    words = []
    if pupils < rules.min_pupils:
        text = _("This workshop is planned for at least %(least)d pupils. We may call you.")
        words.append(text % {"least": rules.min_pupils})
    wanted = policy.adults_wanted(pupils, rules.pupils_per_adult, rules.least_adults)
    if adults < wanted:
        please = ngettext(
            "Please come with at least %(adults)d adult.", "Please come with at least %(adults)d adults.", wanted
        )
        words.append(please % {"adults": wanted})
    return words

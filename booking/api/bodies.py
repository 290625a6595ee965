"""What programs send to write, and what becomes of it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User
from booking.api.fields import Body, Email, Id, Line, Text
from booking.models import Booking
from booking.models.feed import Feed
from booking.orders import MOST_PUPILS, Contact, Order
from booking.rules import Counts
from booking.visits import as_planned, as_recorded
from schools.models import School
from schools.search import must_fold_short
from workshops.models import Slot
from workshops.vocabulary import SpokenLanguage

MOST_ADULTS = 100
MOST_MINUTES = 24 * 60
MOST_WISHES = 2
CONSENTS = ("terms", "house_rules", "head_informed")


def count(most: int, least: int = 0, **options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=least, max_value=most, **options)


def several(child: serializers.Field[Any, Any, Any, Any], most: int, **options: Any) -> serializers.ListField:
    return serializers.ListField(child=child, max_length=most, **options)


def arrival(**options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(Booking.Arrival.choices, allow_blank=True, **options)


class GroupBody(Body):
    name = Line(max_length=40, validators=[must_fold_short])
    grades = several(count(13, 1), 13, min_length=1)
    pupils = count(MOST_PUPILS, 1)
    adults = count(MOST_ADULTS, default=0)


class GroupChangeBody(Body):
    name = Line(max_length=40, required=False, allow_blank=False, validators=[must_fold_short])
    grades = several(count(13, 1), 13, min_length=1, required=False)
    pupils = count(MOST_PUPILS, 1, required=False)
    adults = count(MOST_ADULTS, required=False)


class ContactBody(Body):
    name = Line(max_length=120, required=False)
    email = Email(max_length=254, required=False)
    phone = Line(max_length=40, required=False)
    language = serializers.ChoiceField(SpokenLanguage.choices, required=False)


class BookingBody(Body):
    """Only `slot`, `school` and `group` are required. `contact` defaults to the caller."""

    slot = Id()
    school = Id()
    group = GroupBody()
    language = serializers.ChoiceField(SpokenLanguage.choices, required=False)
    needs = Text(max_length=500, default="")
    needs_list = several(serializers.ChoiceField(Booking.Need.choices), len(Booking.Need), default=list)
    note = Text(max_length=1000, default="")
    arrival = arrival(default="")
    photos = serializers.ChoiceField(Booking.Photos.choices, default="no")
    alternatives = several(Id(), MOST_WISHES, default=list)
    contact = ContactBody(required=False)
    consents = several(serializers.ChoiceField(CONSENTS), len(CONSENTS), default=list)
    waitlist = serializers.BooleanField(default=True)
    override_reason = Text(max_length=500, default="")


class ChangeBody(Body):
    """Only what is given changes; of `group` and `contact`, too."""

    group = GroupChangeBody(required=False)
    contact = ContactBody(required=False)
    note = Text(max_length=1000, required=False)
    arrival = arrival(required=False)
    photos = serializers.ChoiceField(Booking.Photos.choices, required=False)
    override_reason = Text(max_length=500, default="", help_text="organisers only")


class MoveBody(Body):
    slot = Id(help_text="another date of the same workshop")
    override_reason = Text(max_length=500, default="", help_text="organisers only")


class HandOverBody(Body):
    email = Email(max_length=254, allow_blank=False)


class ReconfirmBody(Body):
    pupils = count(MOST_PUPILS, 1, required=False, help_text="where it is another number")


class ReasonBody(Body):
    reason = Text(max_length=500, required=False)


class ConfirmBody(Body):
    slot = Id(required=False, help_text="one of the further wishes")


class NothingBody(Body):
    pass


class PresentBody(Body):
    f = count(MOST_PUPILS, default=0)
    m = count(MOST_PUPILS, default=0)
    d = count(MOST_PUPILS, default=0)
    unknown = count(MOST_PUPILS, default=0)


class AttendanceBody(Body):
    """Numbers of people, no names; those left out are zero. `no_show`: nobody came, all numbers are zero. `minutes`
    and `late_minutes` left out stay as they are recorded, and are as planned where nothing is. `reason`: why numbers
    that stand there already are corrected; both sides read it.
    """

    present = PresentBody(required=False)
    adults = count(MOST_PUPILS, default=0)
    minutes = count(MOST_MINUTES, required=False)
    late_minutes = count(MOST_MINUTES, required=False)
    no_show = serializers.BooleanField(default=False)
    reason = Text(max_length=500, required=False)


class ResetBody(Body):
    kind = serializers.ChoiceField(Feed.Kind.choices, required=False)


def to_order(data: dict[str, Any], *, slot: Slot, school: School, wishes: tuple[Slot, ...], user: User) -> Order:
    """What a valid BookingBody means. What it leaves out takes the field's default."""
    group = data["group"]
    return Order(
        school=school,
        group_name=group["name"],
        grades=tuple(group["grades"]),
        pupils=group["pupils"],
        adults=group["adults"],
        language=data.get("language") or usual_language(slot),
        needs=data["needs"],
        needs_list=each_once(data["needs_list"]),
        note=data["note"],
        arrival=data["arrival"],
        photos=data["photos"],
        contact=contact_of(data.get("contact", {}), user),
        consents=each_once(data["consents"]),
        alternatives=wishes,
        waitlist=data["waitlist"],
        override_reason=data["override_reason"],
    )


def each_once(codes: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def usual_language(slot: Slot) -> str:
    """German where it is offered, otherwise what is."""
    usual = str(SpokenLanguage.DE)
    return usual if usual in slot.languages or not slot.languages else slot.languages[0]


def contact_of(given: dict[str, str], user: User) -> Contact:
    caller = {"name": user.name, "email": user.email, "phone": user.phone, "language": user.language}
    return Contact(**(caller | given))


def to_changes(data: dict[str, Any]) -> dict[str, Any]:
    """Fields of Booking out of a valid ChangeBody."""
    group = {"group_name" if name == "name" else name: value for name, value in data.get("group", {}).items()}
    if "grades" in group:
        group["grades"] = sorted(set(group["grades"]))
    contact = {f"contact_{name}": value for name, value in data.get("contact", {}).items()}
    return group | contact | {name: data[name] for name in ("note", "arrival", "photos") if name in data}


def to_counts(data: dict[str, Any], booking: Booking) -> Counts:
    """What a valid AttendanceBody says of a booking with its attendance; nobody stays for no time."""
    recorded = as_recorded(booking)
    usual = recorded if recorded and not recorded.no_show else as_planned(booking)
    times = {} if data["no_show"] else {name: getattr(usual, name) for name in ("minutes", "late_minutes")}
    said = {name: data[name] for name in ("adults", "minutes", "late_minutes", "no_show") if name in data}
    return Counts(**data.get("present", {}), **(times | said))

"""Refusals of the rules: a code for programs, a text for people. Pages show the text, the API a problem document."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


class BookingError(Exception):
    """What the state of things does not allow: 409 in the API."""

    code: ClassVar[str]
    text: ClassVar[Promise | str]
    status = 409
    which = 0  # of several groups booked together, the one that is refused

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.text % self.facts if self.facts else self.text)


class Full(BookingError):
    code = "full"
    text = _("This date is fully booked. You can join the waiting list.")


class OthersFirst(Full):
    """There is room, but those who wait come first."""

    text = _("Other classes wait for this date already. You can join the waiting list.")


class NoRoom(BookingError):
    code = "no_room"
    text = ngettext_lazy(
        "That does not fit: %(left)d place is left.", "That does not fit: %(left)d places are left.", "left"
    )


class NoRoomForMore(NoRoom):
    """Of a class that grows: how large it may be."""

    text = ngettext_lazy(
        "That does not fit: there is room for %(most)d pupil.",
        "That does not fit: there is room for %(most)d pupils.",
        "most",
    )


class PlacesTaken(NoRoom):
    text = ngettext_lazy(
        "%(taken)d place is taken, so there cannot be fewer.",
        "%(taken)d places are taken, so there cannot be fewer.",
        "taken",
    )


class GroupsTaken(NoRoom):
    text = ngettext_lazy(
        "%(taken)d group has a place, so there cannot be fewer.",
        "%(taken)d groups have a place, so there cannot be fewer.",
        "taken",
    )


class OthersWait(NoRoom):
    text = _("Other classes wait for this date already; they come first.")


class NotBookable(BookingError):
    code = "not_bookable"
    text = _("This date cannot be booked at the moment.")


class TooLate(BookingError):
    code = "too_late"
    text = _("The visit has begun already; nothing can be changed here any more.")


class AlreadyDecided(BookingError):
    code = "already_decided"
    text = _("This request has been decided already.")


class AlreadyBooked(BookingError):
    code = "already_booked"
    text = _("This group already has a booking on this date.")


class NotActive(BookingError):
    code = "not_active"
    text = _("This is not possible as things stand now.")


class TookPlace(NotActive):
    text = _("A class of this date is recorded already. Please cancel the bookings of the others one by one.")


class UndoOver(NotActive):
    text = _("This can no longer be taken back: that is possible for one minute, as long as nothing else happened.")


class Conflict(BookingError):
    code = "conflict"
    text = _("%(who)s is needed elsewhere at that time: %(what)s.")


class Limit(BookingError):
    """More than one person may have at a time. Where it is for want of a school's word, `asked` says whether its office
    has been asked by mail."""

    code = "limit"
    text = ngettext_lazy(
        "Until your school has confirmed you, %(most)d booking at a time is possible.",
        "Until your school has confirmed you, %(most)d bookings at a time are possible.",
        "most",
    )
    by_mail = _("The office of your school can confirm you: we have sent it a mail.")
    by_people = _("A colleague whom the school has confirmed can do that, or the organiser.")

    def __str__(self) -> str:
        if "asked" not in self.facts:
            return super().__str__()
        return f"{super().__str__()} {self.by_mail if self.facts['asked'] else self.by_people}"


class NotAllowed(Exception):
    """Who sees it, but may not do it: 403."""


class FieldErrors(Exception):
    """What was typed cannot be: 400 in the API, a sentence at the field on a page. `which` as in BookingError.

    `errors` maps a field, nested ones with dots ("group.pupils"), to (code, text).
    """

    which = 0

    def __init__(self, errors: dict[str, tuple[str, Any]]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors

    @property
    def texts(self) -> list[str]:
        """What is wrong, for a place that knows none of the fields."""
        return [str(text) for _code, text in self.errors.values()]


class Stale(FieldErrors):
    """Somebody saved since the form was read. Pages show at each field what is stored now; what was typed stays."""

    text = _("Somebody has changed this meanwhile. What you typed is still here; please compare and save again.")

    def __init__(self, text: Promise | str = text) -> None:
        super().__init__({"": ("stale", text)})

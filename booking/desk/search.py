"""Finding a booking with somebody on the telephone: by reference, number, name, e-mail, school or town."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.db.models import Q
from django.db.models.functions import Reverse

from accounts.models import User
from booking.models import LIVE, Booking
from booking.models.booking import BookingQuerySet
from schools.models import School
from schools.search import LOOK_ALIKE, Digits, LookAlike, PrefixQuery, Searchable

SIGNS = 7  # of a reference
LEAST_DIGITS = 4
MOST_WORDS = 6
MOST_FOUND = 200
NUMBER = re.compile(r"[\d\s()+/.\-–]+")
BEFORE_AREA = re.compile(r"(?:(?:\+|00)(?:49|48|420))?0?")
ADDRESSING = frozenset({"frau", "herr", "dr", "guten", "tag", "hier", "ist"})  # as people begin on the telephone

# Both as the indexes `booking_by_contact` and `booking_by_phone` have them.
WORDS = SearchVector(Searchable("contact_name"), Searchable("contact_email"), config="simple")
FROM_BEHIND = Reverse(Digits("contact_phone"))


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of bookings, those to come first; `is_cut` where more fit than anybody reads."""

    ids: list[int]
    is_cut: bool


def by_reference(user: User, typed: str) -> Booking | None:
    """The booking of an own partner with exactly this reference, however its hyphen and letters are typed."""
    reference = signs_of(typed)
    if len(reference) != SIGNS:
        return None
    spelled = f"{reference[:3]}-{reference[3:]}"
    return Booking.objects.organised_by(user).filter(reference=spelled).first()


def signs_of(typed: str) -> str:
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())


def find(user: User, typed: str, now: datetime) -> Found:
    """Bookings of own partners that fit what was typed: those to come by date, then the others, the latest first."""
    fitting = matching(Booking.objects.organised_by(user), typed)
    if fitting is None:
        return Found([], is_cut=False)
    to_come = Q(state__in=LIVE, slot__ends_at__gt=now)
    ids = list(fitting.filter(to_come).order_by("slot__starts_at", "pk").values_list("pk", flat=True)[: MOST_FOUND + 1])
    if len(ids) <= MOST_FOUND:
        over = fitting.exclude(to_come).order_by("-slot__starts_at", "-pk")
        ids += over.values_list("pk", flat=True)[: MOST_FOUND + 1 - len(ids)]
    return Found(ids[:MOST_FOUND], is_cut=len(ids) > MOST_FOUND)


def matching(bookings: BookingQuerySet, typed: str) -> BookingQuerySet | None:
    """Whose reference looks so, whose number ends so, or who has all the words, be it in the name or the school."""
    if digits := number_in(typed):
        return bookings.annotate(number=FROM_BEHIND).filter(looks_like(typed) | number_ends(digits))
    words = words_in(typed)
    if not words:
        return None
    fits = looks_like(typed)
    return bookings.annotate(words=WORDS).filter(fits | all_of(words))


def looks_like(typed: str) -> Q:
    """References that one may have misread as this. Asked before, for an index is of use beside others only so."""
    signs = signs_of(typed)
    if len(signs) != SIGNS:
        return Q(pk__in=[])
    alike = Booking.objects.annotate(look=LookAlike("reference")).filter(look=signs.translate(LOOK_ALIKE))
    return Q(pk__in=list(alike.values_list("pk", flat=True)))


def number_in(typed: str) -> str:
    """The digits of a telephone number without country and the 0 before the area; nothing where it is no number."""
    if not NUMBER.fullmatch(typed):
        return ""
    dialled = "".join(sign for sign in typed if sign.isdecimal() or sign == "+")
    digits = BEFORE_AREA.sub("", dialled, count=1).replace("+", "")
    return digits if len(digits) >= LEAST_DIGITS else ""


def number_ends(digits: str) -> Q:
    """Compared from behind: +49 3583, 03583 and 3583 are one area."""
    key = digits[::-1]
    schools = School.objects.annotate(number=Reverse(Digits("phone"))).filter(number__startswith=key)
    return ~Q(contact_phone="") & Q(number__startswith=key) | Q(school__in=list(schools.values_list("pk", flat=True)))


def words_in(typed: str) -> list[str]:
    words = re.findall(r"\w+", typed)[:MOST_WORDS]
    return [word for word in words if word.lower() not in ADDRESSING] or words


def all_of(words: list[str]) -> Q:
    """Each word begins one of the contact's name or e-mail, or of the school's name or town."""
    fits = Q()
    for word in words:
        schools = list(School.objects.matching(word).values_list("pk", flat=True))
        fits &= Q(words=PrefixQuery(word)) | Q(school__in=schools)
    return fits

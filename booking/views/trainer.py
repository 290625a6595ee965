"""The trainer's day, and the record of who came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audience import audience
from booking import rules
from booking.access import for_trainers, roles_of
from booking.forms.attendance import AttendanceForm
from booking.models import VISITING, Booking
from booking.templatetags.visits import counted
from booking.templatetags.visits import group as group_words
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import word
from booking.visits import has_begun, minutes_of, place_of, way_to
from schools.schooldays import day_end, local_day
from workshops.models import Assignment, Slot

SLOTS_A_PAGE = 20
GROUPS_A_PAGE = 8
MOST_OPEN = 10
MOST_GROUPS_SHOWN = 3
NOON, EVENING = 11, 18

for_those_who_record = audience(
    "trainer or organiser", lambda user: bool({"trainer", "organiser", "admin"} & roles_of(user).names)
)


def with_groups(slots: Any, bookings: Any) -> Any:
    """The slots with these of their bookings as `groups`."""
    bookings = bookings.select_related("school", "attendance").order_by("created_at", "pk")
    return slots.with_facts().prefetch_related(Prefetch("bookings", bookings, to_attr="groups"))


@for_trainers
def today(request: SignedInRequest) -> HttpResponse:
    """What comes next, what else is today, what comes later, and what is still to record."""
    now = timezone.now()
    mine = with_groups(Slot.objects.led_by(request.user).to_come(now), Booking.objects.visiting()).by_time()
    midnight = day_end(local_day(now))
    first = mine.filter(bookings__state__in=VISITING).first() or mine.first()
    others = mine.exclude(pk=first.pk if first else None)
    later = others.filter(starts_at__gte=midnight)
    return render(
        request,
        "booking/trainer/today.html",
        {
            "nav": "trainer",
            "now": now,
            "greeting": greeting(now),
            "first": first,
            "visit": visit_of(first, now) if first else None,
            "today": list(others.filter(starts_at__lt=midnight)),
            "page": Paginator(later, SLOTS_A_PAGE).get_page(request.GET.get("page")),
            "open": open_records(request, now),
            "questions": questions_to(request, now),
        },
    )


def greeting(now: datetime) -> str:
    hour = timezone.localtime(now).hour
    if hour < NOON:
        return _("Good morning")
    return _("Good day") if hour < EVENING else _("Good evening")


def visit_of(slot: Slot, now: datetime) -> dict[str, Any]:
    """What the large card says. The way is the first group's: whoever drives, drives to one school."""
    groups = slot.groups  # type: ignore[attr-defined]  # prefetched above
    first = groups[0] if groups else None
    minutes = int((slot.starts_at - now).total_seconds() // 60)
    return {
        "groups": groups[:MOST_GROUPS_SHOWN],
        "more": max(0, len(groups) - MOST_GROUPS_SHOWN),
        "place": place_of(slot, first),
        "way": way_to(slot, first),
        "is_today": local_day(slot.starts_at) == local_day(now),
        "has_begun": has_begun(slot, now),
        "minutes": minutes,
    }


def open_records(request: SignedInRequest, now: datetime) -> dict[str, Any]:
    """The oldest visits that nobody has recorded yet, and how many dates there are in all."""
    missing = Booking.objects.unrecorded(now)
    mine = Slot.objects.led_by(request.user).filter(pk__in=missing.values("slot"))
    return {"slots": with_groups(mine, missing).by_time()[:MOST_OPEN], "count": mine.count()}


def questions_to(request: SignedInRequest, now: datetime) -> Any:
    """The next dates for which the trainer is asked."""
    mine = Assignment.objects.asked().filter(trainer__user=request.user, slot__starts_at__gt=now)
    return mine.exclude(slot__state=Slot.State.CANCELLED).with_facts().order_by("slot__starts_at", "pk")[:MOST_OPEN]


@for_those_who_record
def attendance(request: SignedInRequest, pk: int) -> HttpResponse:
    """A slot's groups, and who came: as planned with one tap, in numbers, or nobody."""
    slot = get_object_or_404(Slot.objects.recorded_by(request.user).with_facts(), pk=pk)
    now = timezone.now()
    if request.method == "POST":
        return record(request, slot, now)
    if request.GET.get("nobody"):
        booking = group_of(slot, word(request.GET["nobody"]))
        return render(request, "booking/trainer/nobody.html", {"nav": "trainer", "form": AttendanceForm(booking)})
    return show(request, slot, now)


def group_of(slot: Slot, reference: str) -> Booking:
    """A group of the slot. Raises Http404."""
    booking: Booking = get_object_or_404(groups_of(slot), reference=reference)
    booking.slot = slot
    return booking


def groups_of(slot: Slot) -> Any:
    return slot.bookings.visiting().select_related("school", "attendance__by").order_by("created_at", "pk")


def record(request: SignedInRequest, slot: Slot, now: datetime) -> HttpResponse:
    booking = group_of(slot, word(request.POST.get("booking")))
    form = AttendanceForm(booking, request.POST)
    if form.is_valid() and form.is_overtaken:
        messages.warning(request, _("Somebody else has recorded this meanwhile. Please look again."))
        return redirect("trainer_slot", slot.pk)
    if form.is_valid():
        with refusals_on(form, {"present": "unknown"}):
            rules.attend(booking, form.counts, by=request.actor, now=now, reason=form.cleaned_data.get("reason", ""))
            words = {"group": group_words(booking), "numbers": counted(form.counts)}
            messages.success(request, _("Recorded: %(group)s, %(numbers)s. Thank you.") % words)
            return redirect("trainer_slot", slot.pk)
    return show(request, slot, now, form)


def show(request: SignedInRequest, slot: Slot, now: datetime, wrong: AttendanceForm | None = None) -> HttpResponse:
    """Eight groups a page, those without a record first; `wrong` is the form to look at again."""
    groups = groups_of(slot).order_by(F("attendance__at").asc(nulls_first=True), "created_at", "pk")
    page = Paginator(groups, GROUPS_A_PAGE).get_page(request.GET.get("page"))
    for booking in page:
        booking.slot = slot
    forms = [AttendanceForm(booking) for booking in page if not (wrong and wrong.booking == booking)]
    context = {
        "nav": "trainer",
        "slot": slot,
        "page": page,
        "forms": [wrong, *forms] if wrong else forms,
        "wrong": wrong,
        "has_begun": has_begun(slot, now),
        "minutes": minutes_of(slot),
        "place": place_of(slot, page[0] if page else None),
        "way": way_to(slot, page[0] if page else None),
        "leads": Slot.objects.led_by(request.user).filter(pk=slot.pk).exists(),
    }
    return render(request, "booking/trainer/attendance.html", context)

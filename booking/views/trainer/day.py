"""The trainer's day, and the record of who came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Prefetch
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import rules
from booking.access import for_those_who_record, for_trainers
from booking.documents.words import lines_of
from booking.forms.attendance import AttendanceForm, beside
from booking.models import VISITING, Booking
from booking.templatetags.visits import counted
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import word
from booking.visits import has_begun, minutes_of, place_of, way_to
from booking.wording import class_named
from schools.schooldays import ONE_DAY, day_end, local_day
from workshops.models import Assignment, Slot

SLOTS_A_PAGE = 20
GROUPS_A_PAGE = 8
MOST_OPEN = 10
MOST_GROUPS_SHOWN = 3
NOON, EVENING = 11, 18


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
            "had_some": had_some(request, now),
            "page": Paginator(later, SLOTS_A_PAGE).get_page(request.GET.get("page")),
            "open": open_records(request, now),
            "questions": questions_to(request, now),
        },
    )


def had_some(request: SignedInRequest, now: datetime) -> bool:
    """Whether dates of this day are over already."""
    over = Slot.objects.led_by(request.user).filter(ends_at__gt=day_end(local_day(now) - ONE_DAY), ends_at__lte=now)
    return over.exclude(state=Slot.State.CANCELLED).exists()


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
        "kit": list(lines_of(slot.workshop.kit)),
        "is_today": local_day(slot.starts_at) == local_day(now),
        "has_begun": has_begun(slot, now),
        "minutes": minutes,
    }


def open_records(request: SignedInRequest, now: datetime) -> dict[str, Any]:
    """The oldest visits that nobody has recorded yet, and how many dates there are in all."""
    mine = unrecorded(request, now)
    return {"slots": mine.by_time()[:MOST_OPEN], "count": mine.count()}


def unrecorded(request: SignedInRequest, now: datetime) -> Any:
    missing = Booking.objects.unrecorded(now)
    return with_groups(Slot.objects.led_by(request.user).filter(pk__in=missing.values("slot")), missing)


def questions_to(request: SignedInRequest, now: datetime) -> Any:
    """The next dates for which the trainer is asked."""
    mine = Assignment.objects.asked().filter(trainer__user=request.user, slot__starts_at__gt=now)
    return mine.exclude(slot__state=Slot.State.CANCELLED).with_facts().order_by("slot__starts_at", "pk")[:MOST_OPEN]


@for_those_who_record
def attendance(request: SignedInRequest, pk: int) -> HttpResponse:
    """A slot's groups, and who came: as planned with one tap, in numbers, or nobody.

    Its script asks for JSON, which says in a word what became of an entry."""
    slot = get_object_or_404(Slot.objects.recorded_by(request.user).with_facts(), pk=pk)
    now = timezone.now()
    if request.method == "POST":
        return record(request, slot, now)
    return show(request, slot, now)


def group_of(slot: Slot, reference: str) -> Booking:
    """A group of the slot. Raises Http404."""
    booking: Booking = get_object_or_404(groups_of(slot), reference=reference)
    booking.slot = slot
    return booking


def groups_of(slot: Slot) -> Any:
    return slot.bookings.visiting().select_related("school", "attendance__by").order_by("created_at", "pk")


def record(request: SignedInRequest, slot: Slot, now: datetime) -> HttpResponse:
    booking, is_script = group_of(slot, word(request.POST.get("booking"))), not request.accepts("text/html")
    if is_script and word(request.POST.get("person")) != str(request.user.pk):
        return JsonResponse({"state": "somebody else"}, status=401)  # who signed in on this device since
    form = AttendanceForm(booking, now, request.POST)
    if form.is_valid() and recorded(request, form, now):
        return JsonResponse({"state": "done"}) if is_script else redirect("trainer_slot", slot.pk)
    if is_script:
        return JsonResponse({"state": "look"}, status=409)  # the page says it better: sent again as a form
    if is_overtaken(form):
        return show(request, slot, now, beside(group_of(slot, booking.reference), now, form), status=409)
    return show(request, slot, now, form)


def recorded(request: SignedInRequest, form: AttendanceForm, now: datetime) -> bool:
    """Whether the rule took the numbers; else the form says why not."""
    with refusals_on(form, {"present": "unknown"}):
        rules.attend(form.booking, form.counts, by=request.actor, now=now, **form.words)
        words = {"group": class_named(form.booking.group_name), "numbers": counted(form.counts)}
        messages.success(request, _("Recorded: %(group)s, %(numbers)s. Thank you.") % words)
    return not form.errors


def is_overtaken(form: AttendanceForm) -> bool:
    """Whether a colleague recorded other numbers while this form lay open or on its way."""
    return "seen" in form.errors and "how" in form.cleaned_data and form.data.get("seen", "").isdecimal()


def show(
    request: SignedInRequest, slot: Slot, now: datetime, wrong: AttendanceForm | None = None, *, status: int = 200
) -> HttpResponse:
    """Eight groups a page, those without a record first; `wrong` is the form to look at again. When all is recorded,
    the next date that waits for it."""
    groups = groups_of(slot).order_by(F("attendance__at").asc(nulls_first=True), "created_at", "pk")
    page = Paginator(groups, GROUPS_A_PAGE).get_page(request.GET.get("page"))
    for booking in page:
        booking.slot = slot
    forms = [AttendanceForm(booking, now) for booking in page if not (wrong and wrong.booking == booking)]
    left = slot.bookings.to_record().count()
    is_done = has_begun(slot, now) and not left
    context = {
        "nav": "trainer",
        "slot": slot,
        "page": page,
        "left": left,
        "another": unrecorded(request, now).exclude(pk=slot.pk).by_time().first() if is_done else None,
        "forms": [wrong, *forms] if wrong else forms,
        "wrong": wrong,
        "has_begun": has_begun(slot, now),
        "minutes": minutes_of(slot),
        "place": place_of(slot, page[0] if page else None),
        "way": way_to(slot, page[0] if page else None),
        "leads": Slot.objects.led_by(request.user).filter(pk=slot.pk).exists(),
    }
    return render(request, "booking/trainer/attendance.html", context, status=status)

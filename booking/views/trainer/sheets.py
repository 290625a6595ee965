"""What a trainer takes along on paper: the sheet to count on, and all about one day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from booking.access import for_organisers, for_those_who_record, for_trainers
from booking.documents.days import dates_of, day_of
from booking.documents.paper import Paper
from booking.documents.sheets import sheet_of
from booking.feedback.codes import codes_of
from booking.told import told_slots, visits_of
from booking.views.houses import own_houses
from booking.views.papers import as_file, as_page
from booking.views.signed_in import SignedInRequest
from schools.schooldays import ONE_DAY
from workshops.models import Assignment, Slot, Trainer


def own_slot(request: SignedInRequest, pk: int) -> Slot:
    """A date whose visits this person may record. Raises Http404."""
    return get_object_or_404(told_slots().filter(pk__in=Slot.objects.recorded_by(request.user).values("pk")), pk=pk)


def with_codes(slot: Slot) -> Paper:
    """The sheet of a slot, and what its classes are asked with; makes their codes."""
    return sheet_of(slot, codes_of(slot, visits_of(slot), timezone.now()))


@for_those_who_record
@require_safe
def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """To print and to count on."""
    paper, back = with_codes(own_slot(request, pk)), reverse("trainer_slot", args=[pk])
    file = reverse("trainer_sheet_pdf", args=[pk])
    return as_page(request, paper, nav="trainer", back=back, back_words=_("To the date"), file=file)


@for_those_who_record
@require_safe
def sheet_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    slot = own_slot(request, pk)
    return as_file(with_codes(slot), _("attendance-%(number)s") % {"number": slot.pk})


def own_day(request: SignedInRequest, day: date) -> Paper:
    """What this trainer leads on a day, with whichever house."""
    return day_of(day, dates_of(Slot.objects.led_by(request.user), day), trainer=request.user.trainer.name)


@for_trainers
@require_safe
def day(request: SignedInRequest, day: date) -> HttpResponse:
    """One's own day, and the ways to the days beside it."""
    words = {"nav": "trainer", "back": reverse("trainer"), "back_words": pgettext("menu", "Today")}
    return as_page(request, own_day(request, day), **days_around("trainer_day", day), **words)


@for_trainers
@require_safe
def day_pdf(request: SignedInRequest, day: date) -> HttpResponse:
    return as_file(own_day(request, day), name_of(day))


def name_of(day: date) -> str:
    return _("day-%(day)s") % {"day": day.isoformat()}


def days_around(name: str, day: date, *which: int) -> dict[str, str]:
    """Where the PDF is, and the pages of the day before and after."""
    return {
        "file": reverse(f"{name}_pdf", args=[*which, day]),
        "before": reverse(name, args=[*which, day - ONE_DAY]),
        "after": reverse(name, args=[*which, day + ONE_DAY]),
    }


def day_in_team(request: SignedInRequest, pk: int, day: date) -> Paper:
    """What somebody leads on a day for the own houses; of other houses it says nothing. Raises Http404."""
    houses = own_houses(request)
    ours = Q(engagements__partner__in=houses) | Q(assignments__slot__workshop__partner__in=houses)
    trainer = get_object_or_404(Trainer.objects.filter(ours).distinct(), pk=pk)
    leads = Assignment.objects.accepted().filter(trainer=trainer).values("slot")
    slots = dates_of(Slot.objects.of_partners(houses).filter(pk__in=leads), day)
    return day_of(day, slots, trainer=trainer.name)


@for_organisers
@require_safe
def team_day(request: SignedInRequest, pk: int, day: date) -> HttpResponse:
    """The day of somebody who leads for the house."""
    paper = day_in_team(request, pk, day)
    words = {"nav": "people", "back": reverse("organise_people"), "back_words": pgettext("menu", "People")}
    return as_page(request, paper, **days_around("organise_day", day, pk), **words)


@for_organisers
@require_safe
def team_day_pdf(request: SignedInRequest, pk: int, day: date) -> HttpResponse:
    return as_file(day_in_team(request, pk, day), name_of(day))

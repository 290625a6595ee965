"""New dates of organisers: one, one like another, many at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking import planning
from booking.access import for_organisers
from booking.forms.organise.slots_many import ManyForm, typed
from booking.forms.organise.slots_open import NewDateForm, OpenForm, as_typed
from booking.idempotency import once
from booking.planning.prospect import prospects
from booking.views.organise.slots import own
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted, word
from schools.schooldays import local_day
from workshops.models import Workshop
from workshops.month import days_off

OPEN_FIELDS = {"starts_at": "day", "ends_at": "ends"}


@for_organisers
def open_slot(request: SignedInRequest) -> HttpResponse:
    """A new date. However often the form is sent, its hidden key opens one."""
    return one_date(request, {"workshop": own_workshop(request)})


@for_organisers
def duplicate(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new date like another, a week later."""
    slot = own(request, pk)
    like = as_typed(slot)
    return one_date(request, like | {"day": like["day"] + timedelta(days=7)}, like=slot)


def one_date(request: SignedInRequest, initial: dict[str, Any], **context: Any) -> HttpResponse:
    form = OpenForm(request.user, posted(request), initial=initial | {"key": uuid4().hex})
    if form.is_valid():
        with refusals_on(form, OPEN_FIELDS):
            location = opened_once(request, form)
            messages.success(request, _("The date is open for booking."))
            warn_of_holidays(request, form.opening)
            return redirect(location)
    return render(request, "booking/organise/open.html", {"nav": "slots", "form": form, **context})


def own_workshop(request: SignedInRequest) -> Workshop | None:
    """The workshop that the address names, if it is one's own."""
    slug = word(request.GET.get("workshop"))
    return Workshop.objects.organised_by(request.user).filter(slug=slug).first() if slug else None


def opened_once(request: SignedInRequest, form: OpenForm) -> str:
    """Open the date, once, and say where it is. Raises what planning.open_slot raises."""
    now, reason = timezone.now(), form.cleaned_data["reason"]

    def effect() -> str:
        slot = planning.open_slot(form.opening, by=request.actor, now=now, reason=reason)
        return reverse("organise_slot", args=[slot.pk])

    return led_once(request, form, effect)


def led_once(request: SignedInRequest, form: NewDateForm, effect: Callable[[], str]) -> str:
    """Where `effect`, or the first of the same clicks, leads."""

    def answer() -> tuple[int, dict[str, str]]:
        return 302, {"location": effect()}

    _status, first = once(request.user, f"open:{form.fingerprint}", form.fingerprint, timezone.now(), answer)
    return str(first["location"])


def warn_of_holidays(request: SignedInRequest, opening: planning.Opening) -> None:
    day = local_day(opening.starts_at)
    if day in (off := days_off(day, day, None)):
        _why, name = off[day]
        messages.warning(request, _("Schools have no lessons on that day: %(name)s.") % {"name": name})


@for_organisers
def many(request: SignedInRequest) -> HttpResponse:
    """Many dates: typed, looked at, then opened with one button; from looking one can go back and change."""
    now, step = timezone.now(), request.POST.get("step", "")
    if request.method != "POST" or step == "edit":
        initial = typed(request.POST) or {"workshop": own_workshop(request)}
        form = ManyForm(request.user, now, initial={"key": uuid4().hex, **initial})
        return render(request, "booking/organise/many.html", {"nav": "slots", "form": form})
    form = ManyForm(request.user, now, request.POST)
    if form.is_valid() and step == "open":
        with refusals_on(form):
            return redirect(all_opened_once(request, form))
    looked_at = prospects(form.openings) if form.is_valid() else []
    context = {"nav": "slots", "form": form, "prospects": looked_at}
    return render(request, "booking/organise/many_look.html" if looked_at else "booking/organise/many.html", context)


def all_opened_once(request: SignedInRequest, form: ManyForm) -> str:
    """Open all of them, once, and say where they are. Raises what planning.open_many raises."""
    openings = form.openings

    def effect() -> str:
        planning.open_many(openings, by=request.actor, now=timezone.now())
        months = {f"{timezone.localtime(one.starts_at):%Y-%m}" for one in openings}
        month = f"&month={months.pop()}" if len(months) == 1 else ""
        return f"{reverse('organise_slots')}?workshop={openings[0].workshop.pk}{month}"

    location = led_once(request, form, effect)
    number = len(openings)
    told = ngettext("%(number)d date is open for booking.", "%(number)d dates are open for booking.", number)
    messages.success(request, told % {"number": number})
    return location

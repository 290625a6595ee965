"""The network's schools after a register: first what would change, then the change."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import uuid4

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audience import for_network_admins
from booking.forms.organise.registers import ApplyForm, RegisterForm
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from schools.models import School
from schools.registers.importing import Plan, TooManyGoneError, import_schools, preview
from schools.registers.reading import Reading
from schools.schooldays import local_day

KEPT = 60 * 60  # seconds between looking and writing
MOST_SHOWN = 50


class Looked(NamedTuple):
    """A file that somebody looked at: what it says, without the names of persons."""

    source: str
    reading: Reading


@for_network_admins
def register(request: SignedInRequest) -> HttpResponse:
    """Hand in a register's file; nothing is written yet."""
    form = RegisterForm(posted(request), request.FILES or None)
    if form.is_valid():
        key = uuid4().hex
        cache.set(address(request, key), Looked(form.cleaned_data["source"], form.reading), KEPT)
        return redirect("organise_register_look", key)
    context = {"nav": "network", "form": form, "schools": School.objects.active().count()}
    return render(request, "booking/organise/register.html", context)


@for_network_admins
def look(request: SignedInRequest, key: str) -> HttpResponse:
    """What the file would change; the button writes it. Sent twice, the second finds nothing to change."""
    looked = cache.get(address(request, key))
    if not isinstance(looked, Looked):
        raise Http404
    form = ApplyForm(posted(request))
    if form.is_valid():
        try:
            plan = write(looked, force=form.cleaned_data["force"])
        except TooManyGoneError:
            form.add_error("force", _("Please look at this once more: many schools would close."))
        else:
            messages.success(request, summary(plan))
            return redirect("organise_register")
    return render(request, "booking/organise/register_look.html", shown(looked, form))


def write(looked: Looked, *, force: bool) -> Plan:
    return import_schools(looked.source, looked.reading, today=local_day(timezone.now()), force=force)


def address(request: SignedInRequest, key: str) -> str:
    """Where the reading is kept: nobody else finds it."""
    return f"register:{request.user.pk}:{key}"


def summary(plan: Plan) -> str:
    counts = plan.counts
    return _("New: %(created)d, changed: %(changed)d, unchanged: %(unchanged)d, closed: %(closed)d.") % counts


def shown(looked: Looked, form: ApplyForm) -> dict[str, Any]:
    plan, reading = preview(looked.source, looked.reading), looked.reading
    lists: dict[str, list[Any]] = {
        "created": plan.created,
        "changed": plan.changed,
        "closed": plan.closed,
        "skipped": reading.skipped,
        "remarks": reading.remarks,
    }
    numbers = {f"{name}_number": len(rows) for name, rows in lists.items()}
    more = {f"{name}_more": and_more(len(rows)) for name, rows in lists.items()}
    first = {name: rows[:MOST_SHOWN] for name, rows in lists.items()}
    return {"nav": "network", "form": form, "plan": plan, **first, **numbers, **more}


def and_more(number: int) -> str:
    rest = number - MOST_SHOWN
    return ngettext("and %(rest)d more", "and %(rest)d more", rest) % {"rest": rest} if rest > 0 else ""

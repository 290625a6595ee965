"""Internal notes on bookings and schools. Pages that show them include `booking/organise/notes.html`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.access import for_organisers
from booking.desk import noting
from booking.forms.organise.notes import NoteForm
from booking.idempotency import fingerprint_of, once
from booking.models import Booking, Note
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from schools.models import School

MOST_NOTES = 50


def on_booking(request: SignedInRequest, booking: Booking, form: NoteForm | None = None) -> dict[str, Any]:
    """What `notes.html` needs on the page of a booking: two queries at most."""
    notes = Note.objects.filter(booking=booking).visible_to(request.user).select_related("by", "partner")
    form = form or NoteForm(request.user, partner=booking.slot.workshop.partner)
    url = reverse("organise_booking_note", args=[booking.reference])
    return {"notes": notes[:MOST_NOTES], "note_form": form, "note_url": url}


def on_school(request: SignedInRequest, school: School, form: NoteForm | None = None) -> dict[str, Any]:
    """What `notes.html` needs on the page of a school."""
    notes = Note.objects.filter(school=school).visible_to(request.user).select_related("by", "partner")
    url = reverse("organise_school_note", args=[school.pk])
    return {"notes": notes[:MOST_NOTES], "note_form": form or NoteForm(request.user), "note_url": url}


@for_organisers
def booking_note(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add a note to a booking; with what was typed again where something is wrong."""
    mine = Booking.objects.organised_by(request.user).with_facts()
    booking = get_object_or_404(mine, reference=reference)
    form = NoteForm(request.user, posted(request), partner=booking.slot.workshop.partner)
    back = reverse("organise_booking", args=[booking.reference])
    if form.is_valid():
        return written(request, form, back, booking=booking)
    context = on_booking(request, booking, form) | {"back": back, "about": booking.school}
    return render(request, "booking/organise/note.html", context | {"nav": "slots", "form": form})


@for_organisers
def school_note(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a note to a school."""
    school = get_object_or_404(School, pk=pk)
    form = NoteForm(request.user, posted(request))
    back = reverse("organise_school", args=[school.pk])
    if form.is_valid():
        return written(request, form, back, school=school)
    context = on_school(request, school, form) | {"back": back, "about": school}
    return render(request, "booking/organise/note.html", context | {"nav": "schools", "form": form})


def written(request: SignedInRequest, form: NoteForm, back: str, **thing: Any) -> HttpResponse:
    """Write the note, once however often the form is sent, and go back to where it stands."""
    now, partner = timezone.now(), form.chosen_partner
    mark = fingerprint_of("POST", f"note {back}", {name: str(value) for name, value in form.cleaned_data.items()})

    def effect() -> tuple[int, None]:
        noting.write_note(form.cleaned_data["text"], partner=partner, by=request.actor, now=now, **thing)
        return 302, None

    once(request.user, f"note:{mark}", mark, now, effect)
    messages.success(request, _("Noted. Only your team sees it."))
    return redirect(f"{back}#notes")


@for_organisers
@require_POST
def delete_note(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an own note back; one that is gone already is no error for whoever wrote it."""
    note = get_object_or_404(Note.objects.visible_to(request.user).select_related("booking"), pk=pk)
    if note.by_id != request.user.pk:
        raise PermissionDenied
    noting.delete_note(note, by=request.actor)
    messages.success(request, _("The note is deleted."))
    return redirect(page_of(note))


def page_of(note: Note) -> str:
    if note.booking:
        return reverse("organise_booking", args=[note.booking.reference]) + "#notes"
    return reverse("organise_school", args=[note.school_id]) + "#notes"

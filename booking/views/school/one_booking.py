"""One booking in the hands of its school: the page, changing, cancelling, answering an offer.

The same for who signed in (my_bookings.py) and for who holds the link from the mail (linked.py); they differ in
who acts and in their addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actor import Actor
from booking import access, rules
from booking.calendars import events
from booking.errors import BookingError, NoRoom, NotAllowed
from booking.explain import cautions
from booking.forms.school.change import CancelForm, ChangeForm
from booking.models import Booking
from booking.outlook import Outlook
from booking.views.refusals import refusals_on
from booking.views.typed import posted
from booking.visits import place_of, way_to
from schools.schooldays import local_day


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the pages of a booking are for this reader: by its reference, or by the signed link."""

    ticket: str
    is_link: bool = False

    @property
    def page(self) -> str:
        return reverse("linked_booking" if self.is_link else "booking", args=[self.ticket])

    @property
    def change(self) -> str:
        return self.to("change")

    @property
    def move(self) -> str:
        return self.to("move")

    @property
    def hand_over(self) -> str:
        return self.to("hand_over")

    @property
    def reconfirm(self) -> str:
        return self.to("reconfirm")

    @property
    def missed(self) -> str:
        return self.to("missed")

    @property
    def again(self) -> str:
        return self.to("again")

    @property
    def cancel(self) -> str:
        return self.to("cancel")

    @property
    def answer(self) -> str:
        return self.to("answer")

    @property
    def undo(self) -> str:
        return self.to("undo")

    @property
    def certificate(self) -> str:
        return self.to("certificate")

    @property
    def service(self) -> str:
        return self.to("service")

    @property
    def feedback(self) -> str:
        return self.to("feedback")

    @property
    def sheet(self) -> str:
        return self.to("sheet")

    @property
    def calendar(self) -> str:
        return self.to("calendar")

    def to(self, what: str) -> str:
        return reverse(f"{'linked' if self.is_link else 'booking'}_{what}", args=[self.ticket])


@dataclass(frozen=True, slots=True)
class Desk:
    """A booking, who looks at it, when, and where its pages are."""

    booking: Booking
    by: Actor
    now: datetime
    ways: Ways

    @property
    def look(self) -> Outlook:
        return Outlook(self.booking, self.by, self.now)

    def context(self, **more: Any) -> dict[str, Any]:
        facts = {
            "nav": "bookings",
            "booking": self.booking,
            "slot": self.booking.slot,
            "workshop": self.booking.slot.workshop,
            "look": self.look,
            "ways": self.ways,
            "viewer": "school" if self.is_school else "",
        }
        return facts | more

    @property
    def is_school(self) -> bool:
        return any(role in access.SCHOOL_SIDE for role in access.roles_in(self.by, self.booking))


Page = Callable[[HttpRequest, Desk], HttpResponse]


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    slot, booking = desk.booking.slot, desk.booking
    if not desk.look.is_in_full:
        return render(request, "booking/helping.html", desk.context(place=place_of(slot, booking)))
    way = way_to(slot, booking)
    together = Booking.objects.booked_with(booking).with_facts()
    context = desk.context(way=way, calendar_url=desk.ways.calendar, together=together)
    page = render(request, "booking/booking.html", context)
    if context["look"].may_undo:
        page.headers["Referrer-Policy"] = "same-origin"  # its form must say where it comes from
    return page


def sheet(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All about the visit on one sheet of paper, for parents and the head of the school."""
    slot = desk.booking.slot
    funders = slot.workshop.pots.valid_on(local_day(slot.starts_at)).select_related("pot__funder").order_by("pk")
    with_phone = desk.is_school and request.GET.get("phone") == "1"
    house_page = settings.SITE_URL + reverse("house", args=[slot.workshop.partner.slug])
    context = desk.context(funders=funders, house_page=house_page, with_phone=with_phone)
    return render(request, "booking/sheet.html", context)


def calendar(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The visit as a file for the calendar program."""
    event = replace(events.of_booking(desk.booking), url=settings.SITE_URL + desk.ways.page)
    entry = events.calendar([event], "METHOD:PUBLISH")
    file = f'attachment; filename="{desk.booking.reference}.ics"'
    return HttpResponse(entry, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": file})


def change(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Change group, contact or note; more pupils must fit as a whole."""
    must_be_allowed(desk, "amend")
    look = desk.look
    if not look.may_change:
        return back(request, desk, _("This booking cannot be changed any more."))
    form = ChangeForm(posted(request), booking=desk.booking, most=look.most_pupils)
    if form.is_valid() and amended(request, form, desk):
        return redirect(desk.ways.page)
    return render(request, "booking/change.html", desk.context(form=form))


def amended(request: HttpRequest, form: ChangeForm, desk: Desk) -> bool:
    """Whether the rule took the change; else the form says why not."""
    booking = None
    with refusals_on(form, {"group.pupils": "pupils", "group.grades": "grades"}):
        try:
            booking = rules.amend(desk.booking, form.changes, by=desk.by, now=desk.now)
        except NoRoom as refusal:
            say_what_fits(form, desk.booking, refusal)
    if booking is None:
        return False
    messages.success(request, _("Changed. A mail with the new details is on its way."))
    warn_of_small_group(request, booking)
    return True


def say_what_fits(form: forms.Form, booking: Booking, refusal: NoRoom) -> None:
    most = {"most": booking.pupils + refusal.facts["left"]}
    form.add_error("pupils", _("That does not fit: the date takes at most %(most)d of you.") % most)


def warn_of_small_group(request: HttpRequest, booking: Booking) -> None:
    """Too few never refuses; both sides see it."""
    for caution in cautions(booking):
        messages.warning(request, caution)


def cancel(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Call the visit off; the page says before what follows."""
    must_be_allowed(desk, "cancel")
    if not desk.look.may_cancel:
        return back(request, desk, _("This booking cannot be cancelled any more."))
    slot = desk.booking.slot
    form = CancelForm(posted(request), date=f"{slot.pk} {slot.starts_at.isoformat()}")
    if form.is_valid():
        with refusals_on(form):
            rules.cancel(desk.booking, by=desk.by, now=desk.now, reason=form.cleaned_data["reason"])
            messages.success(request, _("Cancelled. A mail confirms it in a minute."))
            return redirect(desk.ways.page)
    return render(request, "booking/cancel.html", desk.context(form=form))


def undo(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take back the cancellation that the same person made within the last minute; too late, the page says so."""
    must_be_allowed(desk, "undo")
    if request.method != "POST":
        return redirect(desk.ways.page)
    try:
        rules.undo(desk.booking, by=desk.by, now=desk.now)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except BookingError as refusal:
        return back(request, desk, str(refusal))
    messages.success(request, _("Taken back. Everything is as it was before."))
    return redirect(desk.ways.page)


def answer(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take an offer from the waiting list, or leave it to the next class."""
    must_be_allowed(desk, "accept")
    if not desk.look.may_answer:
        return back(request, desk, _("There is no offer to answer any more."))
    if request.method == "POST":
        return answered(request, desk, takes=request.POST.get("answer") == "accept")
    return render(request, "booking/answer.html", desk.context())


def answered(request: HttpRequest, desk: Desk, *, takes: bool) -> HttpResponse:
    rule: Callable[..., Booking] = rules.accept if takes else rules.reject
    try:
        rule(desk.booking, by=desk.by, now=desk.now)
    except BookingError as refusal:
        return back(request, desk, str(refusal))
    said = _("The place is yours. A mail confirms it.") if takes else _("Thank you. The place goes to the next class.")
    messages.success(request, said)
    return redirect(desk.ways.page)


def must_be_allowed(desk: Desk, action: str) -> None:
    """Who sees the booking, but may not do this, gets 403."""
    if not access.may(desk.by, action, desk.booking):
        raise PermissionDenied


def back(request: HttpRequest, desk: Desk, why: str) -> HttpResponse:
    """To the page of the booking, which shows the present state, with a word why."""
    messages.warning(request, why)
    return redirect(desk.ways.page)

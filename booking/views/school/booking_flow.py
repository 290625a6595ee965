"""From a date to a booking: the form, the code where nobody is signed in, and the booking in the same step."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import Actor
from accounts.audience import for_everyone
from accounts.models import User
from accounts.sign_in import ask_for_code
from booking import access, policy, rules
from booking.errors import BookingError, FieldErrors, Full
from booking.explain import cancelling_in_words, words_of_caution
from booking.forms.school.book import FIELDS, BookForm
from booking.forms.school.school_choice import find, step_of
from booking.idempotency import KeyReused, once
from booking.messages.links import open_link
from booking.models import Booking
from booking.rules import brake, marks
from booking.rules.intake import school_closures
from booking.views.headers import FORMS_MAY_SAY_WHERE, with_headers
from booking.views.refusals import refusals_on
from booking.views.school.code_in_flow import CodeInFlow
from booking.views.school.kept import as_typed, forget, keep, kept, key_of
from schools.addresses import is_free_mail
from schools.schooldays import local_day
from workshops.models import Slot
from workshops.visibility import visible_slot
from workshops.vocabulary import BookingMode

# Buttons of the form that only show it again: whether they drop the school, and whether a second class comes along.
ANOTHER_SCHOOL = {"find_school": False, "other_school": True}
CLASSES = {"second_class": "1", "one_class": ""}


@for_everyone
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """The form. It can be sent as often as one likes: its hidden key makes one booking."""
    now = timezone.now()
    slot = slot_to_book(request, pk)
    if not slot.is_open_at(now):
        return redirect(page_of(slot, key_in(request, pk)))
    if request.method == "POST":
        return sent(request, slot, now)
    typed = kept(request.session, slot)
    former = former_booking(request, now)
    form = BookForm(slot=slot, user=request.user, now=now, kept=as_typed(former) if former else typed)
    answer = show(request, form, now, resumed=typed is not None and former is None, former=former)
    return with_headers(answer, FORMS_MAY_SAY_WHERE if former else {})


def former_booking(request: HttpRequest, now: datetime) -> Booking | None:
    """The booking from which the form is filled in: by its reference for who may change it, and so reads all of it, or
    by the link from a mail."""
    ticket = request.GET.get("again", "")
    if not ticket:
        return None
    if isinstance(request.user, User):
        found = Booking.objects.visible_to(request.user).with_facts().filter(reference=ticket.upper()).first()
        if found and access.may(Actor.person(request.user), "amend", found):
            return found
    return open_link(ticket, now)


def sent(request: HttpRequest, slot: Slot, now: datetime) -> HttpResponse:
    step = step_of(request.POST)
    if step in ANOTHER_SCHOOL or step in CLASSES:
        return show(request, shown_again(request, slot, now, step), now)
    form = BookForm(request.POST, slot=slot, user=request.user, now=now)
    if form.is_valid():
        answer = placed(request, form, now) if request.user.is_authenticated else code_asked(request, form)
        if answer:
            return answer
    return show(request, form, now)


def shown_again(request: HttpRequest, slot: Slot, now: datetime, step: str) -> BookForm:
    """The form as it was typed, with another choice of school or with one class more or less; nothing is checked."""
    typed = request.POST.copy()
    typed["second"] = CLASSES.get(step, typed.get("second", ""))
    return BookForm(slot=slot, user=request.user, now=now, kept=typed, again=ANOTHER_SCHOOL.get(step, False))


def placed(request: HttpRequest, form: BookForm, now: datetime) -> HttpResponse | None:
    """The way to the booking, or None where the form now says why not."""
    assert isinstance(request.user, User)
    location = ""
    with refusals_on(form, FIELDS):
        try:
            location = place(form, request.user, now)
        except KeyReused:
            form.renew_key()
        except (BookingError, FieldErrors) as refusal:
            if refusal.which:
                form.refuse_second(refusal)
            elif isinstance(refusal, Full):
                form.refused_as_full(Slot.objects.with_facts().get(pk=form.slot.pk))
            else:
                raise
    return arrived(request, form, location) if location else None


def place(form: BookForm, user: User, now: datetime) -> str:
    """Book what the form says, once, however often it is sent, and say where the booking is.

    Raises what `rules.place_together` raises, and KeyReused where the key belongs to another wish.
    """

    def effect() -> tuple[int, dict[str, str]]:
        bookings = rules.place_together(form.wishes(user), by=Actor.person(user), now=now)
        fill_in(user, name=form.contact.name, phone=form.contact.phone)
        return 302, {"location": bookings[0].get_absolute_url()}

    _status, answer = once(user, form.send_key, form.fingerprint, now, effect)
    return str(answer["location"])


def arrived(request: HttpRequest, form: BookForm, location: str) -> HttpResponse:
    """To the booking, with what both sides should know of its numbers."""
    forget(request.session)
    house = form.slot.workshop.policy
    numbers = [(form.cleaned_data.get(f"{of}pupils"), form.cleaned_data.get(f"{of}adults")) for of in ("", "second_")]
    found = [words_of_caution(pupils, adults or 0, house) for pupils, adults in numbers if pupils]
    for caution in dict.fromkeys(chain(*found)):
        messages.warning(request, caution)
    return redirect(location)


def fill_in(user: User, **known: str) -> None:
    """Keep what the account did not know yet."""
    new = {field: value for field, value in known.items() if value and not getattr(user, field)}
    if new:
        User.objects.filter(pk=user.pk).update(**new)


def code_asked(request: HttpRequest, form: BookForm) -> HttpResponse | None:
    """Keep the form and send a code; None where the address cannot have one now."""
    key = key_in(request, form.slot.pk)
    code_form = ask_for_code(request, form.cleaned_data["contact_email"])
    if code_form.errors:
        for sentence in code_form.errors.get("email", []) or code_form.non_field_errors():
            form.add_error("contact_email", sentence)
        return None
    keep(request.session, form.slot, form.data_to_keep(), [*form.fields, "school"], slot_key=key)
    return redirect("book_code", pk=form.slot.pk)


def show(
    request: HttpRequest, form: BookForm, now: datetime, *, resumed: bool = False, former: Booking | None = None
) -> HttpResponse:
    slot, school = form.slot, form.school_choice.picked
    closed = school_closures(slot, school, since=now)
    terms = policy.terms_for(slot, slot.workshop.policy, closed, now)
    context = {
        "nav": "workshops",
        "form": form,
        "slot": slot,
        "workshop": slot.workshop,
        "key": key_in(request, slot.pk),
        "resumed": resumed,
        "former": former,
        "terms": {"answer_by": as_moment(terms["answer_by"])},
        "cancelling": cancelling_in_words(terms, slot.starts_at, now),
        "asks_first": asks_first(form, now),
        "looks_first": looks_first(form, now),
        "on_a_day_off": school is not None and local_day(slot.starts_at) in closed,
        "ways_out": ways_out(form, now),
    }
    return render(request, "booking/book.html", context)


def looks_first(form: BookForm, now: datetime) -> bool:
    """Whether the house looks at the next booking of this school first; what for, is for organisers to know."""
    slot, user, school = form.slot, form.user, form.school_choice.picked
    if slot.booking_mode != BookingMode.INSTANT or not user.is_authenticated or school is None:
        return False
    return marks.standing(school, slot, now).asks_first(slot.workshop.policy)


def asks_first(form: BookForm, now: datetime) -> str:
    """Whether a person decides although the date confirms at once: "yes", "perhaps" (who it is, is not known yet)."""
    slot, user, school = form.slot, form.user, form.school_choice.picked
    if looks_first(form, now):
        return "yes"
    if slot.booking_mode != BookingMode.INSTANT or not slot.workshop.policy.free_mail_asks:
        return ""
    if not user.is_authenticated:
        return "perhaps"
    return "yes" if brake.asks_first(slot, school, by=access.placing(Actor.person(user), slot)) else ""


def as_moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def ways_out(form: BookForm, now: datetime) -> list[Slot]:
    """Dates of the same workshop that would take the class which does not fit here; two at most."""
    pupils = form.pupils_that_do_not_fit
    if not pupils:
        return []
    bookable = Slot.objects.public().bookable(now).filter(workshop=form.slot.workshop)
    return list(bookable.with_room_for(pupils).exclude(pk=form.slot.pk).with_facts().by_time()[:2])


@for_everyone
@require_safe
def find_school(request: HttpRequest) -> HttpResponse:
    """Schools by typing, for the list below the field."""
    typed = request.GET.get("school_q", "")
    return render(request, "booking/schools_found.html", {"found": find(typed), "typed": typed.strip()})


class BookCodeView(CodeInFlow):
    """The code that proves the address: the right one signs in and places the booking in the same step."""

    template_name = "booking/code.html"

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.slot = slot_to_book(request, kwargs["pk"])
        self.form_page = reverse("book", args=[self.slot.pk]) + key_query(key_of(request.session, self.slot.pk))
        self.typed = kept(request.session, self.slot)

    def done(self) -> HttpResponse:
        return placed_after_code(self.request, self.slot, self.form_page)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = kept(self.request.session, self.slot)
        facts: dict[str, Any] = {
            "slot": self.slot,
            "workshop": self.slot.workshop,
            "typed": typed,
            "form_page": self.form_page,
        }
        asks = self.slot.workshop.policy.free_mail_asks
        facts["asks_first"] = asks and typed is not None and is_free_mail(typed.get("contact_email", ""))
        return {**super().get_context_data(**kwargs), **facts, "nav": "workshops"}


def placed_after_code(request: HttpRequest, slot: Slot, form_page: str) -> HttpResponse:
    """Book what was kept, by who is signed in now; what is not possible any more is said on the form."""
    assert isinstance(request.user, User)
    now = timezone.now()
    form = BookForm(kept(request.session, slot), slot=slot, user=request.user, now=now)
    try:
        if form.is_valid():
            return arrived(request, form, place(form, request.user, now))
    except Full as refusal:
        please = _("Please decide anew; all you typed is still here.")
        messages.warning(request, f"{refusal} {please}")
    except BookingError as refusal:
        messages.warning(request, str(refusal))
    except (FieldErrors, KeyReused):
        messages.warning(request, _("Please look at the form once more; all you typed is still here."))
    return redirect(form_page)


book_code = for_everyone(BookCodeView.as_view())


def slot_to_book(request: HttpRequest, pk: int) -> Slot:
    return visible_slot(pk, request.user, key_in(request, pk))


def key_in(request: HttpRequest, pk: int) -> str:
    """The key of an unlisted date: in the address, or kept with the form."""
    return request.GET.get("key", "") or key_of(request.session, pk)


def key_query(key: str) -> str:
    return f"?{urlencode({'key': key})}" if key else ""


def page_of(slot: Slot, key: str) -> str:
    return slot.get_absolute_url() + ("" if slot.listed else key_query(key))

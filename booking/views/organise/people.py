"""The team of a house: who works for it, invite somebody, change what is known, take somebody out."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.access import for_organisers
from booking.errors import FieldErrors
from booking.forms.organise.people import InviteForm, PersonForm, said_of
from booking.forms.stale import compare
from booking.houses import people as team
from booking.houses import staffing
from booking.houses.people import Person
from booking.idempotency import once
from booking.views.houses import choose_house, chosen_house, own_houses
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from workshops.models import Partner

PEOPLE_A_PAGE = 25


@for_organisers
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody who works for one's houses, by name; of several houses one can be chosen."""
    houses = own_houses(request)
    house = chosen_house(request, houses)
    rows = team.rows_of(houses.filter(pk=house.pk) if house else houses)
    page = Paginator(rows, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = team.read(page.object_list)
    context = {"nav": "people", "page": page, "houses": houses, "partner": house}
    return render(request, "booking/organise/people.html", context)


@for_organisers
def invite(request: SignedInRequest) -> HttpResponse:
    """Somebody new. However often the form is sent, its hidden key invites once."""
    houses = own_houses(request)
    house = chosen_house(request, houses)
    if house is None:
        return choose_house(request, houses, nav="people", title=_("Invite to which house?"))
    initial = {"key": uuid4().hex, "language": get_language()}
    form = InviteForm(house, posted(request), initial=initial)
    if form.is_valid():
        with refusals_on(form):
            invited_once(request, house, form)
            messages.success(request, said_to(form.cleaned_data["email"]))
            return redirect(f"{reverse('organise_people')}?partner={house.slug}")
    return render(request, "booking/organise/invite.html", {"nav": "people", "partner": house, "form": form})


def said_to(email: str) -> str:
    if email:
        return _("The invitation goes to %(email)s by mail.") % {"email": email}
    return _("Saved. Without an address there is no mail and no sign-in.")


def invited_once(request: SignedInRequest, house: Partner, form: InviteForm) -> None:
    """Invite, once. Raises what staffing.invite raises."""
    now, values = timezone.now(), form.cleaned_data

    def effect() -> tuple[int, None]:
        language = values["language"]
        staffing.invite(house, form.facts, values["roles"], by=request.actor, now=now, language=language)
        return 302, None

    once(request.user, f"invite:{values['key']}:{form.fingerprint}", form.fingerprint, now, effect)


def own_person(request: SignedInRequest, house: str, key: str) -> Person:
    """Somebody of an own house; people of other houses are as good as nobody."""
    person = team.find(get_object_or_404(own_houses(request), slug=house), key)
    if person is None:
        raise Http404
    return person


@for_organisers
def person(request: SignedInRequest, house: str, key: str) -> HttpResponse:
    """What the house knows of somebody, and what they do for it."""
    one = own_person(request, house, key)
    return edit(request, one) if one.trainer else show(request, one, None)


def edit(request: SignedInRequest, one: Person) -> HttpResponse:
    assert one.trainer is not None, "only trainers have facts to change"
    form = PersonForm(one, posted(request), is_shared=not staffing.may_say_what_they_can(request.actor, one.trainer))
    if form.is_valid():
        with refusals_on(form):
            version = form.cleaned_data["version"]
            staffing.amend(one, form.facts, version=version, by=request.actor, now=timezone.now())
            messages.success(request, _("Saved, thank you."))
            return redirect("organise_person", one.partner.slug, one.key)
    if form.is_bound:
        compare(form, said_of(own_person(request, one.partner.slug, one.key)))
    return show(request, one, form)


def show(request: SignedInRequest, one: Person, form: PersonForm | None) -> HttpResponse:
    elsewhere = one.trainer.engagements.exclude(partner=one.partner).count() if one.trainer else 0
    context = {"nav": "people", "person": one, "form": form, "elsewhere": elsewhere, "myself": one.user == request.user}
    return render(request, "booking/organise/person.html", context)


@for_organisers
@require_POST
def invite_again(request: SignedInRequest, house: str, key: str) -> HttpResponse:
    """The invitation once more."""
    one = own_person(request, house, key)
    try:
        staffing.invite_again(one, by=request.actor, now=timezone.now())
        messages.success(request, said_to(one.email))
    except FieldErrors as refusal:
        say(request, refusal)
    return to_person(one)


@for_organisers
@require_POST
def give(request: SignedInRequest, house: str, key: str) -> HttpResponse:
    """A further task."""
    one = own_person(request, house, key)
    try:
        staffing.give(one, request.POST.get("role", ""), by=request.actor, now=timezone.now())
        messages.success(request, _("Saved. %(name)s hears of it by mail.") % {"name": one.name})
    except FieldErrors as refusal:
        say(request, refusal)
    return redirect(f"{reverse('organise_people')}?partner={one.partner.slug}")


def say(request: SignedInRequest, refusal: FieldErrors) -> None:
    for text in refusal.texts:
        messages.error(request, text)


def to_person(one: Person) -> HttpResponse:
    return redirect("organise_person", one.partner.slug, one.key)


@for_organisers
def take_out(request: SignedInRequest, house: str, key: str, role: str) -> HttpResponse:
    """Take a task away: first what follows, and the dates that stand against it."""
    one, now = own_person(request, house, key), timezone.now()
    if role not in one.roles:
        raise Http404
    if request.method == "POST":
        try:
            staffing.take_out(one, role, by=request.actor, now=now)
        except FieldErrors as refusal:
            say(request, refusal)
        else:
            messages.success(request, _("%(name)s has one task less.") % {"name": one.name})
            return redirect("organise_people")
    dates = team.future_dates(one.trainer, one.partner, now) if one.trainer and role == staffing.TRAINER else ()
    context = {
        "nav": "people",
        "person": one,
        "role": role,
        "dates": dates[: team.MOST_DATES],
        "is_last": role == staffing.ORGANISER and not one.partner.roles.exclude(user=one.user).exists(),
        "myself": one.user == request.user,
    }
    return render(request, "booking/organise/take_out.html", context)

"""Places of a partner: the list, a new one, one to change, out of use and in use again."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.access import for_organisers
from booking.forms.organise.venues import VenueForm, stored
from booking.forms.stale import compare
from booking.houses import places
from booking.idempotency import once
from booking.views.houses import choose_house, chosen_house, own_houses
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from schools.sorting import for_people
from workshops.models import Partner, Slot, Venue

VENUES_A_PAGE = 25


@for_organisers
def venues(request: SignedInRequest) -> HttpResponse:
    """Places of own partners, those in use first: where, how many dates are to come, where nobody need climb."""
    houses = own_houses(request)
    house = chosen_house(request, houses)
    live = Q(slots__ends_at__gt=timezone.now()) & ~Q(slots__state=Slot.State.CANCELLED)
    rows = Venue.objects.organised_by(request.user).select_related("partner").annotate(coming=Count("slots", live))
    rows = rows.order_by("-active", *for_people("city", "name")).defer("search")
    page = Paginator(rows.filter(partner=house) if house else rows, VENUES_A_PAGE).get_page(request.GET.get("page"))
    context = {"nav": "venues", "page": page, "houses": houses, "partner": house}
    return render(request, "booking/organise/venues.html", context)


@for_organisers
def new_venue(request: SignedInRequest) -> HttpResponse:
    """A new place. However often the form is sent, its hidden key makes one."""
    houses = own_houses(request)
    house = chosen_house(request, houses)
    if house is None:
        return choose_house(request, houses, nav="venues", title=_("Whose place is it?"))
    form = VenueForm(None, posted(request), key=uuid4().hex)
    if form.is_valid():
        with refusals_on(form):
            created_once(request, house, form)
            messages.success(request, _("Saved. You can choose this place for workshops and dates now."))
            return redirect("organise_venues")
    return render(request, "booking/organise/venue.html", {"nav": "venues", "form": form, "partner": house})


def created_once(request: SignedInRequest, house: Partner, form: VenueForm) -> None:
    now = timezone.now()

    def effect() -> tuple[int, dict[str, int]]:
        return 302, {"venue": places.create(house, form.values, by=request.actor, now=now).pk}

    once(request.user, f"venue:{form.fingerprint}", form.fingerprint, now, effect)


def own(request: SignedInRequest, pk: int) -> Venue:
    """A place of an own partner. Raises Http404."""
    return get_object_or_404(Venue.objects.organised_by(request.user).select_related("partner"), pk=pk)


@for_organisers
def venue(request: SignedInRequest, pk: int) -> HttpResponse:
    """One place, to change. Who saves second learns what is stored, and loses nothing."""
    place = own(request, pk)
    form = VenueForm(place, posted(request))
    if form.is_valid():
        with refusals_on(form):
            version = form.cleaned_data["version"] or 0
            places.edit(place, form.values, version=version, by=request.actor, now=timezone.now())
            messages.success(request, _("Saved. Calendars show it from their next visit on."))
            return redirect("organise_venues")
    if form.is_bound:
        place.refresh_from_db()
        compare(form, stored(place))
    coming = place.slots.to_come(timezone.now()).count()
    context = {"nav": "venues", "form": form, "venue": place, "partner": place.partner, "coming": coming}
    return render(request, "booking/organise/venue.html", context)


@for_organisers
@require_POST
def use(request: SignedInRequest, pk: int) -> HttpResponse:
    """Out of use, or in use again, as the button says."""
    active = request.POST.get("active") == "1"
    place = places.use(own(request, pk), active, by=request.actor, now=timezone.now())
    said = (
        _("In use again: forms offer it.") if active else _("Out of use: forms no longer offer it. Dates there stay.")
    )
    messages.success(request, said)
    return redirect(f"{reverse('organise_venues')}#venue-{place.pk}")

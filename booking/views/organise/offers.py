"""What a partner offers: the list, a new workshop, one with all it says, and what visitors will see of it."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from booking.access import for_organisers, roles_of
from booking.errors import FieldErrors
from booking.forms.organise.offers import OfferForm, stored, wrong_steps
from booking.forms.stale import compare
from booking.history import edits
from booking.houses import offering
from booking.idempotency import once
from booking.views.houses import choose_house, chosen_house, own_houses
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from workshops.models import Partner, Workshop
from workshops.models.workshop import WorkshopQuerySet
from workshops.views import page_of

OFFERS_A_PAGE = 20
MOST_HISTORY = 20
State = Workshop.State
LISTS = {  # tab: its name and the states it shows
    "": (gettext_lazy("Current"), (State.DRAFT, State.PUBLISHED)),
    "published": (gettext_lazy("Published"), (State.PUBLISHED,)),
    "draft": (gettext_lazy("Drafts"), (State.DRAFT,)),
    "archived": (gettext_lazy("Archive"), (State.ARCHIVED,)),
}


def mine(request: SignedInRequest) -> WorkshopQuerySet:
    return Workshop.objects.organised_by(request.user).select_related("partner", "venue").defer("search")


def own(request: SignedInRequest, slug: str) -> Workshop:
    """A workshop of an own partner. Raises Http404."""
    return get_object_or_404(mine(request), slug=slug)


@for_organisers
def workshops(request: SignedInRequest) -> HttpResponse:
    """Workshops of own partners by title: their state, their dates to come, the languages that lack something."""
    tab = request.GET.get("state", "")
    tab = tab if tab in LISTS else ""
    houses = own_houses(request)
    house = chosen_house(request, houses)
    rows = mine(request).filter(state__in=LISTS[tab][1]).with_coming(timezone.now()).by_title()
    page = Paginator(rows.filter(partner=house) if house else rows, OFFERS_A_PAGE).get_page(request.GET.get("page"))
    for workshop in page:
        workshop.lacking = offering.lacking_languages(workshop)  # type: ignore[attr-defined]  # for the row
    context = {
        "nav": "offers",
        "page": page,
        "tab": tab,
        "tabs": [(key, label) for key, (label, _states) in LISTS.items()],
        "houses": houses,
        "partner": house,
        "helps": roles_of(request.user).helps,
    }
    return render(request, "booking/organise/offers.html", context)


@for_organisers
def new_workshop(request: SignedInRequest) -> HttpResponse:
    """A draft. However often the form is sent, its hidden key makes one."""
    houses = Partner.objects.organised_by(request.user)  # with the rules of each, unlike own_houses
    house = chosen_house(request, houses)
    if house is None:
        return choose_house(request, houses, nav="offers", title=_("Whose workshop is it?"))
    form = OfferForm(house, None, *sent(request), key=uuid4().hex)
    if is_good(form):
        with refusals_on(form):
            slug = created_once(request, house, form)
            messages.success(request, _("The draft is saved. Only your house sees it."))
            return after_saving(request, own(request, slug))
    context = {"nav": "offers", "form": form, "partner": house, "wrong_steps": wrong_steps(form)}
    return render(request, "booking/organise/offer.html", context)


def sent(request: SignedInRequest) -> tuple[object, object]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def is_good(form: OfferForm) -> bool:
    """Whether it can be saved; a photo that came along is kept in either case."""
    good = form.is_bound and form.is_valid()
    if form.is_bound:
        form.keep_photo()
    return good


def created_once(request: SignedInRequest, house: Partner, form: OfferForm) -> str:
    """Make the draft, once, and say its address. Raises what offering.create raises."""
    now = timezone.now()

    def effect() -> tuple[int, dict[str, str]]:
        workshop = offering.create(house, form.values, form.fundings, form.helpers, by=request.actor, now=now)
        return 302, {"slug": workshop.slug}

    fingerprint = form.fingerprint
    _status, answer = once(request.user, f"offer:{fingerprint}", fingerprint, now, effect)
    return str(answer["slug"])


def after_saving(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """On to publishing, if that was the button."""
    if request.POST.get("then") == "publish":
        return published(request, workshop)
    return redirect("organise_workshop", workshop.slug)


@for_organisers
def workshop(request: SignedInRequest, slug: str) -> HttpResponse:
    """All that a workshop says, to change. Who saves second learns what changed meanwhile, and loses nothing."""
    offer = own(request, slug)
    form = OfferForm(offer.partner, offer, *sent(request))
    if is_good(form):
        with refusals_on(form):
            version, now = form.cleaned_data["version"] or 0, timezone.now()
            given = form.values, form.fundings, form.helpers
            saved = offering.edit(offer, *given, version=version, by=request.actor, now=now)
            messages.success(request, _("Saved."))
            return after_saving(request, saved)
    elif not form.is_bound and "missing" in request.GET:
        form.say(offering.missing(offer))
    if form.is_bound:
        offer.refresh_from_db()
        compare(form, stored(offer))
    return show(request, offer, form)


def show(request: SignedInRequest, offer: Workshop, form: OfferForm) -> HttpResponse:
    now = timezone.now()
    context = {
        "nav": "offers",
        "workshop": offer,
        "partner": offer.partner,
        "form": form,
        "wrong_steps": wrong_steps(form),
        "missing": offering.missing(offer) if offer.state == State.DRAFT else {},
        "lacking": offering.lacking_languages(offer),
        "coming": offer.slots.to_come(now).count(),
        "history": edits.lines_of(offer, MOST_HISTORY),
    }
    return render(request, "booking/organise/offer.html", context)


@for_organisers
@require_safe
def preview(request: SignedInRequest, slug: str) -> HttpResponse:
    """The page as visitors see it, or will see it once it is published."""
    return page_of(request, own(request, slug), preview=True)


@for_organisers
@require_POST
def publish(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show it to everybody; what is still missing is said at the fields."""
    return published(request, own(request, slug))


def published(request: SignedInRequest, offer: Workshop) -> HttpResponse:
    try:
        offering.publish(offer, by=request.actor, now=timezone.now())
    except FieldErrors:
        return redirect(f"{reverse('organise_workshop', args=[offer.slug])}?missing=1")
    messages.success(request, _("Published: everybody sees it now. Next, open dates."))
    return redirect("organise_workshop", offer.slug)


@for_organisers
@require_POST
def withdraw(request: SignedInRequest, slug: str) -> HttpResponse:
    """Back to a draft."""
    offer = offering.withdraw(own(request, slug), by=request.actor, now=timezone.now())
    messages.success(request, _("This is a draft again. Only your house sees it; bookings stay."))
    return redirect("organise_workshop", offer.slug)


@for_organisers
@require_POST
def archive(request: SignedInRequest, slug: str) -> HttpResponse:
    """Put it away; dates to come are named and come first."""
    offer = own(request, slug)
    try:
        offering.archive(offer, by=request.actor, now=timezone.now())
    except offering.DatesToCome as refusal:
        return render(
            request,
            "booking/organise/not_archived.html",
            {"nav": "offers", "workshop": offer, "number": refusal.number},
            status=409,
        )
    messages.success(request, _("In the archive. You find it there when you need it again."))
    return redirect("organise_workshop", offer.slug)


@for_organisers
@require_POST
def copy(request: SignedInRequest, slug: str) -> HttpResponse:
    """A draft that says the same."""
    offer = offering.copy(own(request, slug), by=request.actor, now=timezone.now())
    messages.success(request, _("This is the copy, a draft without dates."))
    return redirect("organise_workshop", offer.slug)

"""The network of houses, for its admin: who belongs to it, who pays, who reads what was paid for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.audience import for_network_admins
from booking.forms.organise.network import FunderForm, NewHouseForm, PotForm, WhoForm, said_of
from booking.houses import networking
from booking.idempotency import fingerprint_of, once
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from schools.sorting import for_people
from workshops.models import Funder, FundingPot, Partner, PartnerRole, Slot, TrainerPartner, Workshop

ROWS_A_PAGE = 25
READERS_A_PAGE = 50


@for_network_admins
def network(request: SignedInRequest) -> HttpResponse:
    """The houses with their numbers."""
    page = Paginator(Partner.objects.only("slug", "name", "mailbox"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    for house, numbers in zip(page, numbers_of([house.pk for house in page]), strict=True):
        house.numbers = numbers  # type: ignore[attr-defined]  # the template reads it
    return render(request, "booking/organise/network.html", {"nav": "network", "page": page})


def numbers_of(partners: list[int]) -> list[dict[str, int]]:
    """Of each house in the given order: four queries."""
    rows: dict[str, Any] = {
        "organisers": PartnerRole.objects.filter(partner__in=partners).values_list("partner"),
        "trainers": TrainerPartner.objects.filter(partner__in=partners).values_list("partner"),
        "workshops": Workshop.objects.published().filter(partner__in=partners).values_list("partner"),
        "dates": Slot.objects.to_come(timezone.now())
        .filter(workshop__partner__in=partners)
        .values_list("workshop__partner"),
    }
    counted = {name: dict(found.annotate(Count("pk")).order_by()) for name, found in rows.items()}
    return [{name: counts.get(pk, 0) for name, counts in counted.items()} for pk in partners]


@for_network_admins
def new_house(request: SignedInRequest) -> HttpResponse:
    """A house and its first organiser, who hears by mail."""
    form = NewHouseForm(posted(request), initial={"key": uuid4().hex, "language": get_language()})
    if form.is_valid():
        with refusals_on(form, {"email": "email", "slug": "slug"}):
            do_once(
                request, form, lambda: networking.found(form.values, **form.first, by=request.actor, now=timezone.now())
            )
            words = {"house": form.values["name"], "email": form.first["email"]}
            messages.success(request, _("%(house)s is there. The invitation goes to %(email)s.") % words)
            return redirect(f"{reverse('organise_partner')}?partner={form.values['slug']}")
    return show(
        request, form, title=_("New house"), why=_("The first person who organises it gets a mail and does the rest.")
    )


def do_once(request: SignedInRequest, form: Form, effect: Callable[[], object]) -> None:
    """However often a form is sent, its hidden key acts once. Raises what `effect` raises."""
    typed = {name: str(value) for name, value in form.cleaned_data.items()}
    fingerprint = fingerprint_of("POST", request.path, typed)

    def answer() -> tuple[int, None]:
        effect()
        return 302, None

    once(request.user, f"network:{typed['key']}:{fingerprint}", fingerprint, timezone.now(), answer)


def show(
    request: SignedInRequest, form: Form, *, title: str, why: str = "", back: str = "organise_network"
) -> HttpResponse:
    context = {"nav": "network", "form": form, "title": title, "why": why, "back": reverse(back)}
    return render(request, "booking/organise/network_form.html", context)


@for_network_admins
def funding(request: SignedInRequest) -> HttpResponse:
    """Funders, each with the pots that are theirs."""
    rows = Funder.objects.prefetch_related("pots").order_by(*for_people("name"))
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "booking/organise/funding.html", {"nav": "network", "page": page})


@for_network_admins
def funder(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """A funder, new or known."""
    one = get_object_or_404(Funder, pk=pk) if pk else Funder()
    initial = {"key": uuid4().hex, "name": one.name, "kind": one.kind}
    form = FunderForm(posted(request), initial=initial)
    if form.is_valid():
        do_once(request, form, lambda: networking.keep_funder(one, form.values, by=request.actor))
        messages.success(request, _("Saved, thank you."))
        return redirect("organise_funding")
    return show(request, form, title=one.name or _("New funder"), back="organise_funding")


@for_network_admins
def new_pot(request: SignedInRequest) -> HttpResponse:
    """A pot of a funder; the address may name the funder."""
    given = request.GET.get("funder", "")
    chosen = Funder.objects.filter(pk=given).first() if given.isdecimal() and len(given) < 15 else None
    form = PotForm(posted(request), initial={"key": uuid4().hex, "funder": chosen})
    return keep_pot(request, form, FundingPot()) or show(
        request, form, title=_("New funding pot"), back="organise_funding"
    )


def keep_pot(request: SignedInRequest, form: PotForm, pot: FundingPot) -> HttpResponse | None:
    """To the pot once it is stored, else None: the form says why."""
    if form.is_valid():
        with refusals_on(form):
            do_once(request, form, lambda: networking.keep_pot(pot, form.values, by=request.actor))
            messages.success(request, _("Saved, thank you."))
            return redirect("organise_pot", form.values["code"])
    return None


@for_network_admins
def pot(request: SignedInRequest, code: str) -> HttpResponse:
    """A pot, and who reads its reports."""
    one = get_object_or_404(FundingPot.objects.select_related("funder"), code=code)
    form = PotForm(posted(request), initial=said_of(one) | {"key": uuid4().hex})
    return keep_pot(request, form, one) or show_pot(request, code, form, new_reader())


def new_reader(data: Any = None) -> WhoForm:
    return WhoForm(data, auto_id="reader_%s", initial={"language": get_language()})


def show_pot(request: SignedInRequest, code: str, form: PotForm, reader_form: WhoForm) -> HttpResponse:
    one = get_object_or_404(FundingPot, code=code)
    readers = Paginator(one.readers.select_related("user").order_by("user__email"), READERS_A_PAGE)
    context = {
        "nav": "network",
        "pot": one,
        "form": form,
        "reader_form": reader_form,
        "page": readers.get_page(request.GET.get("page")),
    }
    return render(request, "booking/organise/pot.html", context)


@for_network_admins
@require_POST
def invite_reader(request: SignedInRequest, code: str) -> HttpResponse:
    """Somebody who may read the reports of a pot."""
    one = get_object_or_404(FundingPot, code=code)
    form = new_reader(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        who = {"email": said["email"], "name": said["person"], "language": said["language"]}
        networking.invite_reader(one, **who, by=request.actor, now=timezone.now())
        messages.success(request, _("The invitation goes to %(email)s by mail.") % {"email": said["email"]})
        return redirect("organise_pot", one.code)
    return show_pot(request, code, PotForm(initial=said_of(one) | {"key": uuid4().hex}), form)


@for_network_admins
@require_POST
def dismiss_reader(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """No longer a reader."""
    one = get_object_or_404(FundingPot, code=code)
    networking.dismiss_reader(one, get_object_or_404(one.readers, pk=pk).pk, by=request.actor)
    messages.success(request, _("The reports are closed to this person now."))
    return redirect("organise_pot", one.code)

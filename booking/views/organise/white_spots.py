"""Schools that nobody reached: as a list, on a map, as a file; and a mail that invites one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.access import for_organisers
from booking.desk import inviting
from booking.desk.figures import facts_of
from booking.forms.organise.white_spots import WhiteSpotsForm
from booking.reports import files
from booking.reports import map as maps
from booking.reports.white_spots import LONG, NEVER, REACHED, Spot, Town, look
from booking.views import sending
from booking.views.houses import choose_house, chosen_house, own_houses
from booking.views.signed_in import SignedInRequest
from schools.districts import district_name
from schools.models import Country, School
from schools.schooldays import local_day

ROWS_A_PAGE = 25


def asked(request: SignedInRequest) -> tuple[WhiteSpotsForm, list[Spot] | None]:
    """The schools that the address asks for; None where it makes no sense, and the form says why."""
    form = WhiteSpotsForm(request.user, local_day(timezone.now()), request.GET)
    return form, look(facts_of(request.user), form.wanted) if form.is_valid() else None


@for_organisers
def white_spots(request: SignedInRequest) -> HttpResponse:
    form, spots = asked(request)
    counts = Counter(spot.status for spot in spots or ())
    context = {
        "nav": "reports",
        "form": form,
        "valid": spots is not None,
        "page": Paginator(form.rows(spots) if spots is not None else [], ROWS_A_PAGE).get_page(request.GET.get("page")),
        "counts": {status: counts[status] for status in (REACHED, LONG, NEVER)},
        "map": maps.draw(spots or []),
        "narrowed": any(request.GET.get(name) for name in ("venue", "km", "grade", "kinds", "countries")),
    }
    return render(request, "booking/organise/white_spots.html", context)


@for_organisers
def as_csv(request: SignedInRequest) -> HttpResponseBase:
    """The same list for spreadsheets, written to a file first."""
    form, spots = asked(request)
    if spots is None:
        return redirect(f"{reverse('organise_white_spots')}?{request.GET.urlencode()}")
    heading, *rows = lines(form.rows(spots), by_town=bool(form.cleaned_data["by"]))
    return sending.attached(files.as_csv(heading, rows), _("white-spots"), "csv")


def lines(rows: list[Any], *, by_town: bool) -> Iterator[list[Any]]:
    seen = [_("Last visit"), _("Distance in km")]
    if by_town:
        yield [_("Town"), _("Country"), _("Schools"), _("Reached"), *seen]
        yield from (
            [row.name, Country(row.country).label, row.schools, row.reached, *cells_of_visit(row)] for row in rows
        )
    else:
        yield [_("School"), _("Town"), _("Kind of school"), _("Country"), _("District"), _("Visits"), *seen]
        for row in rows:
            where = [row.city, row.kind_name, Country(row.country).label, district_name(row.district_code)]
            yield [row.name, *where, row.visits, *cells_of_visit(row)]


def cells_of_visit(row: Spot | Town) -> list[Any]:
    last = date_format(row.last, "SHORT_DATE_FORMAT") if row.last else _("never")
    return [last, "" if row.km is None else round(row.km)]


@for_organisers
def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """A mail to one school's office, ready to be copied or opened in the own mail program; nothing is sent here."""
    school = get_object_or_404(School.objects.active().defer("search"), pk=pk)
    houses = own_houses(request)
    house = chosen_house(request, houses)
    if house is None:
        return choose_house(request, houses, nav="reports", title=_("Invite to which house?"))
    draft = inviting.draft(school, house.pk, request.user, now=timezone.now())
    address = quote(school.office_mail, safe="@")
    words = urlencode({"subject": draft.subject, "body": draft.text.replace("\n", "\r\n")}, quote_via=quote)
    context = {"nav": "reports", "school": school, "house": house, "draft": draft}
    context["mailto"] = f"mailto:{address}?{words}"
    return render(request, "booking/organise/invite_school.html", context)

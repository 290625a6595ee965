"""The pages of offers, for everybody: the catalogue, a workshop, a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dates import WEEKDAYS_ABBR
from django.views.decorators.http import require_safe

from accounts.audience import for_everyone
from schools.models import Country, School
from schools.schooldays import local_day
from workshops.catalogue import on_offer, with_next_dates
from workshops.chips import chosen_filters, comes_to_us, districts, menus, months, ways_alone, ways_out
from workshops.course import steps_of
from workshops.filters import WorkshopFilter
from workshops.models import Partner, Slot, Workshop
from workshops.models.slot import SlotQuerySet
from workshops.month import Month, weeks_of
from workshops.near import STEPS, USUAL_KM
from workshops.region import region_map
from workshops.visibility import organises, visible_slot, visible_workshop

CARDS_ON_A_PAGE = 9
ROWS_ON_A_PAGE = 24
DATES_IN_A_LIST = 6
MOST_DATES = 200


@for_everyone
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """What is offered: found by words and filters in the address, as cards of workshops or as a list of dates."""
    now = timezone.now()
    wanted = WorkshopFilter(request.GET, now=now)
    dates = on_offer(wanted.dates(), now)
    as_dates = request.GET.get("view") == "dates"
    page = page_of_dates(request, wanted, dates) if as_dates else page_of_cards(request, wanted, dates)
    chosen = chosen_filters(request.GET, wanted.form)
    ways = [] if page.paginator.count else ways_out(request.GET, chosen, now)
    alone = [] if page.paginator.count or ways else ways_alone(request.GET, chosen, now)
    context = {
        "nav": "workshops",
        "page": page,
        "as_dates": as_dates,
        "form": wanted.form,
        "chosen": chosen,
        "menus": menus(request.GET, now),
        "comes_to_us": comes_to_us(request.GET),
        "school": school_of(request.user),
        "steps_km": STEPS,
        "usual_km": wanted.asked("km") or USUAL_KM,
        "alike": wanted.alike,
        "months": months(local_day(now)),
        "districts": districts(),
        "partners": Partner.objects.all(),
        "workshops_count": wanted.qs.count() if as_dates else page.paginator.count,
        "free_count": dates.bookable(now).filter(workshop__in=wanted.qs.values("pk")).count(),
        "month": wanted.asked("month"),
        "address": f"{settings.SITE_URL}/",
        "is_empty": not (page.paginator.count or request.GET),
        "ways": ways or alone,
        "is_alone": bool(alone),
    }
    response = render(request, "workshops/catalogue.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def page_of_cards(request: HttpRequest, wanted: WorkshopFilter, dates: SlotQuerySet) -> Page[Workshop]:
    """Workshops by title with their next three dates: three queries, however many there are."""
    offers = wanted.qs.select_related("partner", "venue").defer("search", "description").by_title()
    page = Paginator(offers, CARDS_ON_A_PAGE, orphans=1).get_page(request.GET.get("page"))
    page.object_list = with_next_dates(list(page.object_list), dates)
    return page


def page_of_dates(request: HttpRequest, wanted: WorkshopFilter, dates: SlotQuerySet) -> Page[Slot]:
    rows = dates.filter(workshop__in=wanted.qs.values("pk")).with_facts().by_time()
    return Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))


@for_everyone
@require_safe
def workshop(request: HttpRequest, slug: str) -> HttpResponse:
    """An offer with its story and its dates, as a list and as a calendar of a month.

    Who has to do with an offer that rests reads its story.
    """
    offer = visible_workshop(slug, request.user)
    return page_of(request, offer, rests=not offer.is_published)


def page_of(request: HttpRequest, offer: Workshop, **more: Any) -> HttpResponse:
    """The page of an offer that the caller has found fit to be seen; `more` goes to the template."""
    now = timezone.now()
    dates = [] if more.get("rests") else dates_of(offer, now)
    context = {
        "nav": "workshops",
        "workshop": offer,
        "course": steps_of(offer.course),
        "pots": offer.pots.valid_on(local_day(now)).select_related("pot__funder"),
        "map": region_map(offer.venue),
        "address": settings.SITE_URL + offer.get_absolute_url(),
        **calendar_of(request, dates, now),
        **more,
    }
    return render(request, "workshops/workshop.html", context)


def dates_of(offer: Workshop, now: datetime) -> list[Slot]:
    """The coming dates, two hundred at most; each knows its workshop, so that a row runs no query."""
    listed = on_offer(Slot.objects.filter(workshop=offer, listed=True), now)
    dates = list(listed.select_related("venue").by_time()[:MOST_DATES])
    for slot in dates:
        slot.workshop = offer
    return dates


def calendar_of(request: HttpRequest, dates: list[Slot], now: datetime) -> dict[str, Any]:
    """The month to show, its weeks with holidays of the visitor's school, and the list: all, or from a month asked for.

    Unasked it shows the month of the next free date; the list still begins with those that are full before it.
    """
    school = holidays_chosen(request.GET.get("holidays", "")) or school_of(request.user)
    free = next((slot for slot in dates if slot.is_bookable(now)), None)
    begin = free or next(iter(dates), None)
    asked = Month.read(request.GET.get("month", ""))
    month = asked or Month.of(local_day(begin.starts_at if begin else now))
    later = [slot for slot in dates if not asked or Month.of(local_day(slot.starts_at)) >= asked]
    shown = later if "all" in request.GET else later[:DATES_IN_A_LIST]
    return {
        "school": school,
        "countries": Country.choices,
        "month": month,
        "weeks": weeks_of(month, later, school),
        "weekday_names": WEEKDAYS_ABBR.values(),
        "dates": shown,
        "further": len(later) - len(shown),
        "chosen": next((slot for slot in later if slot.is_bookable(now)), free),
        "any_dates": bool(dates),
        "back": month.after(-1) if month > Month.of(local_day(now)) else None,
        "forth": month.after(1),
    }


def holidays_chosen(country: str) -> School | None:
    """A school nobody goes to, for the holidays of its country; None where no country was chosen."""
    return School(pk=0, country=country) if country in Country.values else None


def school_of(user: Any) -> School | None:
    """The school whose holidays concern the visitor, if it is known."""
    if not user.is_authenticated:
        return None
    mine = user.memberships.exclude(state="refused").select_related("school").order_by("pk").first()
    return mine.school if mine else None


@for_everyone
@require_safe
def slot(request: HttpRequest, pk: int) -> HttpResponse:
    """A date: what it is, whether it is free, and the way to book it. Unlisted ones open by their key."""
    now, key = timezone.now(), request.GET.get("key", "")
    date = visible_slot(pk, request.user, key)
    context = {
        "nav": "workshops",
        "slot": date,
        "workshop": date.workshop,
        "key": "" if date.listed else key,
        "address": settings.SITE_URL + date.get_absolute_url(),
        "open": date.is_open_at(now),
        "over": date.starts_at <= now,
        "early": now < date.book_from,
        "others": others_than(date, now),
        "organises": organises(request.user, date.workshop),
    }
    return render(request, "workshops/slot.html", context)


def others_than(date: Slot, now: datetime) -> Iterable[Slot]:
    """Further bookable dates of the same workshop, the next three."""
    further = Slot.objects.public().bookable(now).filter(workshop=date.workshop).exclude(pk=date.pk)
    return further.with_facts().by_time()[:3]

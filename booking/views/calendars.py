"""Calendar feeds: for programs that ask every few minutes and mostly hear that nothing is new."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.audience import audience, for_everyone
from booking.calendars import feeds
from booking.calendars.feeds import BACK, Calendar
from booking.models import Feed
from schools.schooldays import local_day
from workshops.filters import SlotFilter

for_feed_holders = audience("feed holder")

PRIVATE, PUBLIC = "private, max-age=300", "public, max-age=300"
NO_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


@csrf_exempt  # so that a program that writes hears that nobody can (405), not that it lacks a cookie
@for_feed_holders
@require_safe
def feed(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """The calendar behind a secret address; 404 for one that never was, was reset, or whose role ended."""
    now = timezone.now()
    found = Feed.objects.alive().select_related("user", "school", "partner").filter(kind=kind, token=token).first()
    if found is None:
        raise Http404
    with translation.override(language_of(found)):
        calendar = feeds.calendar_of(found, now, settings.SITE_URL + request.path)
        response = answer(request, calendar, PRIVATE, f"{kind}.ics")
    if response.status_code == 200 and not fetched_today(found):
        Feed.objects.filter(pk=found.pk).update(last_fetched_at=now)
    return response


def language_of(feed: Feed) -> str:
    return feed.user.language if feed.user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def fetched_today(feed: Feed) -> bool:
    """To the day is enough; the day is part of the ETag, so "nothing new" never has to write."""
    return feed.last_fetched_at is not None and local_day(feed.last_fetched_at) == local_day(timezone.now())


@csrf_exempt
@for_everyone
@require_safe
def public_feed(request: HttpRequest) -> HttpResponse:
    """All listed dates, with the filters of the pages and the API in the address; 400 for filters that cannot be."""
    now = timezone.now()
    asked = request.GET.copy()
    asked.setdefault("from", str(local_day(now) - BACK - timedelta(days=1)))
    chosen = SlotFilter(asked, feeds.listed_slots(), now=now)
    if not chosen.is_valid():
        return HttpResponseBadRequest(chosen.errors.as_json(), content_type="application/json")
    calendar = feeds.public_calendar(chosen.qs, now, settings.SITE_URL + request.get_full_path())
    response = answer(request, calendar, PUBLIC, "public.ics")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def answer(request: HttpRequest, calendar: Calendar, cache_control: str, name: str) -> HttpResponse:
    """304 without building, or the calendar, compressed where that is understood.

    Who asks by time alone hears "nothing new" only of bytes that were written by then: a time tells less than an ETag.
    """
    zipped = wants_gzip(request)
    etag = quote_etag(calendar.etag + ("-gz" if zipped else ""))
    by_time = "If-Modified-Since" in request.headers and "If-None-Match" not in request.headers and calendar.kept
    response = get_conditional_response(request, etag=etag, last_modified=second(calendar) if by_time else None)
    if response is None:
        body = calendar.zipped(timezone.now())
        response = HttpResponse(body if zipped else gzip.decompress(body), content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = f"inline; filename={name}"
        response.headers["Last-Modified"] = http_date(second(calendar))
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = cache_control
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def second(calendar: Calendar) -> int:
    return int(calendar.changed.timestamp())


def wants_gzip(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept-Encoding", "").lower()
    return "gzip" in accepted and not NO_GZIP.search(accepted)

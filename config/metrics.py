"""`/metrics`: what a watcher wants to know, in Prometheus' text format; asks the database when asked itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from secrets import compare_digest
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from accounts.audience import for_everyone
from booking.models import Booking, Message, Pause

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Figure:
    """One gauge; `rows` are its values with their labels."""

    name: str
    meaning: str
    rows: list[tuple[dict[str, str], float]] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        yield f"# HELP {self.name} {self.meaning}"
        yield f"# TYPE {self.name} gauge"
        for labels, value in self.rows:
            inside = ",".join(f'{name}="{label}"' for name, label in labels.items())
            yield f"{self.name}{{{inside}}} {value}" if inside else f"{self.name} {value}"


@for_everyone
def metrics(request: HttpRequest) -> HttpResponse:
    """For who knows METRICS_TOKEN; where none is set, or another is sent, there is nothing here."""
    sent = request.headers.get("Authorization", "").encode()
    if not settings.METRICS_TOKEN or not compare_digest(sent, f"Bearer {settings.METRICS_TOKEN}".encode()):
        raise Http404
    text = "".join(f"{line}\n" for figure in figures(timezone.now()) for line in figure.lines())
    return HttpResponse(text, content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def figures(now: datetime) -> Iterable[Figure]:
    oldest = Message.objects.due(now).aggregate(oldest=Min("due_at"))["oldest"]
    yield Figure("outbox_age_seconds", "How long the oldest due message has waited.", plain(since(oldest, now)))
    yield Figure("outbox_messages", "Messages that are not settled, by state.", by_state(Message.objects.unsent()))
    yield Figure("outbox_failed_messages", "Messages given up.", plain(Message.objects.failed().count()))
    yield Figure("sending_paused", "1 while no mail goes out, until `resume_sending`.", plain(Pause.objects.count()))
    yield Figure("bookings", "Bookings by state.", by_state(Booking.objects.all()))
    yield Figure("database_lock_waits", "Sessions that wait for a lock right now.", plain(lock_waits()))


def plain(value: float) -> list[tuple[dict[str, str], float]]:
    return [({}, value)]


def by_state(rows: QuerySet[Any]) -> list[tuple[dict[str, str], float]]:
    counted = rows.order_by("state").values_list("state").annotate(n=Count("pk"))
    return [({"state": state}, n) for state, n in counted]


def since(moment: datetime | None, now: datetime) -> float:
    return (now - moment).total_seconds() if moment else 0


def lock_waits() -> int:
    with connection.cursor() as sql:
        sql.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return int(sql.fetchone()[0])


urlpatterns = [path("metrics", metrics, name="metrics")]

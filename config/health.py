"""Two questions for whoever watches the house: do you live, and can you work?"""

from __future__ import annotations

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.audience import for_everyone


@for_everyone
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing, so that a dead database does not get a living server restarted."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@for_everyone
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and has every migration; otherwise 503, a problem document."""
    try:
        missing = known_migrations() - set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError:
        return unready("database", "The database does not answer.")
    if missing:
        return unready("migrations", f"{len(missing)} migrations are missing.")
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@cache
def known_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)


def unready(code: str, detail: str) -> HttpResponse:
    problem = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "code": code, "detail": detail}
    headers = {"Retry-After": "5", "Cache-Control": "no-store"}
    return JsonResponse(problem, status=503, content_type="application/problem+json", headers=headers)

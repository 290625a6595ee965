"""Ask an address as somebody, and find everything as it was afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.test import Client

Answer = int | str

SIGN_IN = "sign-in"  # a redirect to the sign-in page, which leads back


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done in here, the next one finds the town as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, method: str, path: str, sent: dict[str, Any]) -> Answer:
    as_json = {"content_type": "application/json"} if path.startswith("/api/") and method != "GET" else {}
    cookies = client.cookies.copy()
    with undone():
        answer = getattr(client, method.lower())(path, sent, **as_json)
    client.cookies = cookies
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/sign-in/?next=")
    return SIGN_IN if to_sign_in else answer.status_code


def refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Sessions may be written, they remember messages; so may the cache, which counts tries."""
    writes = sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
    assert not writes or '"django_session"' in sql or '"cache"' in sql, sql
    return execute(sql, params, many, context)


def admin_pages() -> Iterator[str]:
    """Of each model in Django's admin: the list, and the first row if there is one."""
    yield "/admin/"
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield base
        yield f"{base}add/"
        if row := model._default_manager.first():
            yield from (f"{base}{row.pk}/{page}/" for page in ("change", "history", "delete"))

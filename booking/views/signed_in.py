"""The request of somebody who signed in, for type checkers: audiences let nobody else through."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.actor import Actor
from accounts.models import User


class SignedInRequest(HttpRequest):
    user: User
    actor: Actor
    htmx: HtmxDetails

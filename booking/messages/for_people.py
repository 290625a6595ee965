"""Messages about no booking and no date: who belongs to a school, and what is open for an organiser this morning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.text import one_line
from booking.desk import open_work
from booking.messages.links import sign_membership
from booking.models import Message
from schools.models import Membership

ANSWERED_WITHIN = timedelta(days=30)


def load(messages: Sequence[Message]) -> None:
    """Fill in what the messages tell, as it is now."""
    load_memberships([message for message in messages if "membership" in message.context])
    for message in messages:
        if message.kind == "requests_digest":
            message.open_work = open_work.read(message.to_user, message.due_at)  # type: ignore[attr-defined]  # only mails read it


def load_memberships(messages: Sequence[Message]) -> None:
    """What is gone meanwhile is None."""
    if not messages:
        return
    rows = Membership.objects.select_related("user", "school", "by")
    memberships = rows.in_bulk({message.context["membership"] for message in messages})
    for message in messages:
        message.membership = memberships.get(message.context["membership"])  # type: ignore[attr-defined]  # only mails read it


def why_not(message: Message) -> str:
    """The reason for which the message is not sent any more, or ""."""
    if message.kind == "requests_digest" and not message.open_work:  # type: ignore[attr-defined]  # loaded above
        return "nothing is open"
    if "membership" not in message.context:
        return ""
    membership = message.membership  # type: ignore[attr-defined]  # loaded above
    if membership is None:
        return "gone"
    if message.kind == "membership_asked" and membership.state != Membership.State.DECLARED:
        return "decided already"
    return ""


def facts_for(message: Message) -> dict[str, Any]:
    """What the templates may say of a membership or of open work."""
    if message.kind == "requests_digest":
        return {"work": message.open_work}  # type: ignore[attr-defined]  # loaded above
    membership = getattr(message, "membership", None)
    if membership is None:
        return {}
    return {
        "membership": membership,
        "person": one_line(membership.user.name or membership.user.email),
        "school": membership.school,
        "reason": one_line(membership.reason),
    }


def address_for(message: Message) -> str:
    """Where the button leads: the question to the mailbox, the own profile, the inbox or the first page."""
    if message.kind == "requests_digest":
        page = "organise_requests" if message.open_work.only_requests else "organise"  # type: ignore[attr-defined]  # loaded above
        return f"{settings.SITE_URL}{reverse(page)}"
    if message.kind == "membership_decided":
        return f"{settings.SITE_URL}{reverse('profile')}"
    if message.kind == "membership_asked":
        signed = sign_membership(message.membership, message.due_at + ANSWERED_WITHIN)  # type: ignore[attr-defined]  # loaded above
        return f"{settings.SITE_URL}{reverse('membership', args=[signed])}"
    return ""

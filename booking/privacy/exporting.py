"""A person's data as one document, for programs and people: what they typed, what they are here, what was sent to them.

Moments are in UTC (ISO 8601). Secrets stand in no file: of keys and calendar addresses it says that there are some.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from accounts.models import User
from booking.models import Bounce, Change, Feedback
from booking.privacy.belongings import Belongings
from workshops.models import Assignment

CONTACT = ("contact_name", "contact_email", "contact_phone", "contact_language")
OF_ACCOUNT = ("email", "name", "phone", "language", "is_network_admin", "created_at", "last_login")
OF_BOOKING = (
    *("reference", "state", "slot__starts_at", "slot__workshop__slug", "school__name", "school__city", "group_name"),
    *("grades", "pupils", "adults", "language", "needs", "needs_list", "note", "arrival", "photos", "first_visit"),
    *(*CONTACT, "further_email", "consents", "ended_by", "end_reason", "explanation__text", "late"),
    *("created_at", "updated_at"),
)
OF_INQUIRY = (
    *("workshop__slug", "school__name", "grades", "pupils", "period", "text", *CONTACT, "state", "answer"),
    *("created_at", "ended_at"),
)
OF_MESSAGE = ("kind", "to_address", "to_name", "language", "state", "due_at", "sent_at", "booking__reference")
OF_TRAINER = ("name", "email", "phone", "languages", "towing")


def export_of(address: str, now: datetime) -> dict[str, Any]:
    """Everything under this address. As many queries for one booking as for a thousand."""
    mine = Belongings.of(address)
    said = Feedback.objects.of_teachers().filter(booking__in=mine.bookings)
    return {
        "address": address,
        "at": now,
        **(of_account(mine.user) if mine.user else {}),
        "bookings": rows(mine.bookings, OF_BOOKING),
        "wishes_without_a_date": rows(mine.inquiries, OF_INQUIRY),
        "asked_to_take_over": rows(mine.questions, ("booking__reference", "created_at", "accepted_at", "ended_at")),
        "feedback": rows(said, ("booking__reference", "answers", "text", "day")),
        "mails": rows(mine.messages, OF_MESSAGE),
        "mails_refused": rows(Bounce.objects.filter(address=address.lower()), ("reason", "count", "at")),
        "trainer": [of_trainer(one) for one in rows(mine.trainers, ("pk", *OF_TRAINER))],
    }


def of_account(user: User) -> dict[str, Any]:
    """What hangs on the account alone."""
    return {
        "account": {name: getattr(user, name) for name in OF_ACCOUNT},
        "schools": rows(user.memberships, ("school__name", "school__city", "role", "state", "how", "at", "decided_at")),
        "houses": rows(user.partner_roles, ("partner__slug", "partner__name")),
        "reads_reports_of": rows(user.pot_readings, ("pot__name",)),
        "waits_for_dates": rows(user.watches, ("workshop__slug", "grade", "month", "created_at", "ends_at")),
        "choices_of_mails": rows(user.message_choices, ("kind", "how")),
        "calendar_addresses": rows(user.feeds, ("kind", "level", "last_fetched_at")),
        "keys_for_programs": rows(user.tokens, ("name", "scope", "created_at", "last_used_at", "expires_at")),
        "second_factors": rows(Authenticator.objects.filter(user=user), ("type", "created_at", "last_used_at")),
        "done": rows(Change.objects.filter(actor=user), ("at", "kind", "role", "reason", "booking__reference")),
    }


def of_trainer(trainer: dict[str, Any]) -> dict[str, Any]:
    dates = Assignment.objects.filter(trainer=trainer.pop("pk"))
    return trainer | {"dates": rows(dates, ("slot__starts_at", "slot__workshop__slug", "role", "state"))}


def rows(found: QuerySet[Any] | Any, columns: Iterable[str]) -> list[dict[str, Any]]:
    """In the order in which they came about; `slot__starts_at` is called `slot_starts_at`."""
    names = list(columns)
    read = found.order_by("pk").values_list(*names)
    return [dict(zip((name.replace("__", "_") for name in names), row, strict=True)) for row in read]

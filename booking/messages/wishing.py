"""Messages about wishes without a date: the answer of a house, and dates that opened for who waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from accounts.text import one_line
from booking.models import Inquiry, Message, Watch
from workshops.models import Partner, Slot, Workshop

KINDS_OF_WISHES = {"inquiry_answered", "slot_opened"}
MOST_LISTED = 6


def load(messages: Sequence[Message]) -> None:
    """Fill in the wishes and the dates that the mails name. Three queries at most, none for other mails."""
    mine = [one for one in messages if one.kind in KINDS_OF_WISHES]
    if not mine:
        return
    inquiries = Inquiry.objects.with_facts().in_bulk({one.inquiry_id for one in mine if one.inquiry_id})
    rows = Watch.objects.select_related("workshop__partner")
    watches = rows.in_bulk({one.context["watch"] for one in mine if one.kind == "slot_opened"})
    named = {pk for one in inquiries.values() for pk in one.dates} | {
        pk for one in mine for pk in one.context.get("slots", ())
    }
    slots = Slot.objects.with_facts().in_bulk(named) if named else {}
    for one in mine:
        one.inquiry = inquiries.get(one.inquiry_id)
        one.watch = watches.get(one.context.get("watch"))  # type: ignore[attr-defined]  # only mails read it
        keys = one.inquiry.dates if one.inquiry else one.context.get("slots", ())
        found = [slots[pk] for pk in dict.fromkeys(keys) if pk in slots]
        one.dates = sorted(found, key=lambda slot: (slot.starts_at, slot.pk))  # type: ignore[attr-defined]  # same


def why_not(message: Message, now: datetime) -> str:
    """The reason for which the message is not sent any more, or "". Leaves only dates that can be booked."""
    if message.kind not in KINDS_OF_WISHES:
        return ""
    if message.kind == "inquiry_answered":
        return "" if message.inquiry and message.inquiry.erased_at is None else "gone"
    message.dates = [one for one in dates_of(message) if is_free(one, now)]  # type: ignore[attr-defined]  # set above
    if not Watch.objects.live(now).filter(pk=message.context["watch"], user__is_active=True).exists():
        return "the wish has ended"
    return "" if dates_of(message) else "no date is free"


def is_free(slot: Slot, now: datetime) -> bool:
    """Whether whoever gets the mail still finds the date free."""
    return slot.listed and slot.workshop.is_published and slot.is_bookable(now)


def dates_of(message: Message) -> list[Slot]:
    return list(getattr(message, "dates", ()))


def workshop_of(message: Message) -> Workshop | None:
    about = message.inquiry or getattr(message, "watch", None)
    return about.workshop if about else None


def house_of(message: Message) -> Partner | None:
    """Whose mail it is, where it is about a wish."""
    workshop = workshop_of(message)
    return workshop.partner if workshop else None


def facts_for(message: Message) -> dict[str, Any]:
    """What the templates may say of a wish. `dates` are pairs of a date and its address."""
    workshop = workshop_of(message)
    if message.kind not in KINDS_OF_WISHES or workshop is None:
        return {}
    dates = dates_of(message)
    facts: dict[str, Any] = {"workshop": workshop, "title": one_line(workshop.title), "partner": workshop.partner}
    facts |= {"dates": [(slot, page_of(slot)) for slot in dates[:MOST_LISTED]], "further": len(dates) - MOST_LISTED}
    if message.inquiry:
        facts |= {"inquiry": message.inquiry, "answer": message.inquiry.answer}
        facts["by"] = one_line(message.inquiry.answered_by.name if message.inquiry.answered_by else "")
    return facts


def page_of(slot: Slot) -> str:
    """Where the date is booked; one that stands in no list opens by its key."""
    key = "" if slot.listed else f"?{urlencode({'key': slot.link_key})}"
    return f"{settings.SITE_URL}{reverse('book', args=[slot.pk])}{key}"


def address_for(message: Message) -> str:
    """The one date that is named, or all dates of the workshop."""
    dates, workshop = dates_of(message), workshop_of(message)
    if len(dates) == 1:
        return page_of(dates[0])
    return f"{settings.SITE_URL}{workshop.get_absolute_url()}#dates" if workshop else ""

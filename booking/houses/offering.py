"""What a partner offers, from the first draft to the archive. Locks the workshop; no rule here touches its dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields as columns_of
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from booking import access
from booking.errors import FieldErrors, Stale
from booking.houses.backing import Funding, Helper, replace_helpers, replace_pots, require_others
from booking.houses.unique import refused_if_taken
from booking.models import Change
from booking.retry import retried
from schools.sorting import sort_key
from workshops import pictures
from workshops.models import Partner, Policy, Workshop, WorkshopPot
from workshops.texts import FALLBACK, LANGUAGES, Texts
from workshops.vocabulary import Format

State = Workshop.State

TEXTS = (
    "title", "summary", "description", "course", "bring", "kit", "cost", "accessibility", "curriculum", "image_alt",
)  # fmt: skip
PLAIN = (
    "slug", "disciplines", "innovation_field", "format", "grades", "school_kinds", "languages", "minutes", "capacity",
    "max_groups", "booking_mode", "radius_km", "picture", "image_licence",
    *(column.name for column in columns_of(Policy)),
)  # fmt: skip
QUIET = ("venue", "image", "image_credit")  # the history says that they changed, not to what
COLUMNS = (*TEXTS, *PLAIN, *QUIET)

LONGEST_SLUG = 80
TAKEN = _("Another offer has this address already.")
MEANWHILE = _(
    "%(who)s has saved this meanwhile. What you typed is still here; where it differs, the field says what is "
    "stored now. If you save again, yours holds."
)


class DatesToCome(Exception):
    """An offer with dates that are still to come does not go into the archive."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@retried
def create(
    partner: Partner,
    values: dict[str, Any],
    fundings: Iterable[Funding],
    helpers: Sequence[Helper] = (),
    *,
    by: Actor,
    now: datetime,
) -> Workshop:
    """A new draft. `values` are columns of Workshop; without a slug the title makes one.

    Raises NotAllowed, FieldErrors.
    """
    by = access.organising(by, partner.pk)
    require_others(partner, helpers)
    with pictures.held():  # who makes a second offer of this title waits here, and finds the address taken
        require_photo(values)
        slug = values.get("slug") or free_slug(values["title"])
        with refused_if_taken("slug", TAKEN):
            workshop = Workshop.objects.create(partner=partner, state=State.DRAFT, **values | {"slug": slug})
    replace_pots(workshop, fundings)
    replace_helpers(workshop, helpers)
    Change.objects.write("created", workshop=workshop, by=by, at=now)
    return workshop


@retried
def edit(
    workshop: Workshop,
    values: dict[str, Any],
    fundings: Iterable[Funding],
    helpers: Sequence[Helper] | None = None,
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> Workshop:
    """Change what an offer says of itself. Dates that exist stay as they are, and so do the terms of bookings.

    Without `helpers` those that help already go on. `version` is the one that was read before typing. Locks the
    workshop. Raises NotAllowed, Stale, FieldErrors.
    """
    by = access.organising(by, workshop.partner_id)
    require_others(workshop.partner, helpers or ())
    workshop = Workshop.objects.lock(workshop.pk)
    require_fresh(workshop, version)
    before = {name: getattr(workshop, name) for name in COLUMNS}
    if workshop.state != State.DRAFT or not values.get("slug"):
        values = values | {"slug": workshop.slug}  # others have linked to it
    with pictures.held():
        require_photo(values)
        with refused_if_taken("slug", TAKEN):
            workshop.change(**values)
    if (before["format"] == Format.MOBILE) != workshop.is_mobile:
        follow_the_place(workshop)
    replace_pots(workshop, fundings)
    facts = facts_of(before, workshop) | ({} if helpers is None else replace_helpers(workshop, helpers))
    Change.objects.write("edited", workshop=workshop, by=by, at=now, facts=facts)
    drop_photo(before["image"].name, workshop)
    return workshop


def lacking_languages(workshop: Workshop) -> list[str]:
    """Languages in which something is not said that is said in German."""
    said = [getattr(workshop, name) for name in TEXTS if getattr(workshop, name).get(FALLBACK)]
    return [code for code in LANGUAGES if any(not text.get(code) for text in said)]


def require_fresh(workshop: Workshop, version: int) -> None:
    if workshop.version == version:
        return
    last = Change.objects.filter(workshop=workshop, facts__version__1__gt=version).select_related("actor").first()
    raise Stale(MEANWHILE % {"who": last.who if last else _("Somebody")})


def require_photo(values: dict[str, Any]) -> None:
    """The file that a row is going to name is there; to be asked in `pictures.held()`."""
    if values.get("image") and not default_storage.exists(str(values["image"])):
        raise FieldErrors({"photo": ("gone", _("This photo is gone. Please choose it again."))})


def follow_the_place(workshop: Workshop) -> None:
    """The dates take place elsewhere from now on: calendars learn that each is newer than whatever they have of it."""
    workshop.slots.update(sequence=F("version") + 1, version=F("version") + 1)


def facts_of(before: dict[str, Any], workshop: Workshop) -> dict[str, Any]:
    """What changed: short values before and after, of texts the languages, of what may name a person nothing."""
    changed = [name for name in COLUMNS if before[name] != getattr(workshop, name)]
    facts: dict[str, Any] = {"version": [workshop.version - 1, workshop.version], "changed": changed}
    facts |= {name: [before[name], getattr(workshop, name)] for name in changed if name in PLAIN}
    facts |= {name: languages_between(before[name], getattr(workshop, name)) for name in changed if name in TEXTS}
    return facts


def languages_between(before: Texts, after: Texts) -> list[str]:
    return [code for code in LANGUAGES if before.get(code, "") != after.get(code, "")]


def drop_photo(former: str, workshop: Workshop) -> None:
    """Once the change is certain, the file goes, unless another offer shows the same."""
    if former and former != workshop.image.name:
        transaction.on_commit(lambda: pictures.discard_unused(former))


def free_slug(title: Texts) -> str:
    """An address made of the title that no other offer has: waermepumpe, waermepumpe-2 …"""
    stem = slugify(sort_key(title.read_in(FALLBACK)))[: LONGEST_SLUG - 4].strip("-") or "workshop"
    taken = set(Workshop.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 1
    while (slug := stem if number == 1 else f"{stem}-{number}") in taken or slug in RESERVED:
        number += 1
    return slug


RESERVED = {"new"}  # an address of our own


def missing(workshop: Workshop) -> dict[str, tuple[str, Any]]:
    """What a visitor needs and the draft lacks, by field of the form, as (code, text)."""
    needed = {
        "title": (workshop.title.get(FALLBACK), _("The German title is missing.")),
        "summary": (workshop.summary.get(FALLBACK), _("The German summary is missing.")),
        "grades": (workshop.grades, _("Please tick at least one grade.")),
        "minutes": (workshop.minutes, _("How long does it take?")),
        "capacity": (workshop.capacity, _("How many pupils fit?")),
        "languages": (workshop.languages, _("Please tick at least one language.")),
        "disciplines": (workshop.disciplines, _("Please tick at least one subject.")),
        "venue": (workshop.venue_id or workshop.format != Format.VISIT, _("Where does it take place?")),
    }
    if workshop.image:
        needed["image_alt"] = (workshop.image_alt.get(FALLBACK), _("Please say in German what the photo shows."))
    return {name: ("missing", text) for name, (there, text) in needed.items() if not there}


@retried
def publish(workshop: Workshop, *, by: Actor, now: datetime) -> Workshop:
    """Show an offer to everybody; an offer without dates is fine. Twice is once.

    Locks the workshop. Raises NotAllowed, FieldErrors.
    """
    by = access.organising(by, workshop.partner_id)
    workshop = Workshop.objects.lock(workshop.pk)
    if lacking := missing(workshop):
        raise FieldErrors(lacking)
    return turned(workshop, State.PUBLISHED, by, now)


@retried
def withdraw(workshop: Workshop, *, by: Actor, now: datetime) -> Workshop:
    """Back to a draft: its page and dates are shown to nobody else, bookings stay. Locks the workshop.

    Raises NotAllowed.
    """
    by = access.organising(by, workshop.partner_id)
    return turned(Workshop.objects.lock(workshop.pk), State.DRAFT, by, now)


@retried
def archive(workshop: Workshop, *, by: Actor, now: datetime) -> Workshop:
    """Put an offer away that has had its time. Locks the workshop, so that a date that is just being opened counts.

    Raises NotAllowed, DatesToCome.
    """
    by = access.organising(by, workshop.partner_id)
    workshop = Workshop.objects.lock(workshop.pk)
    if coming := workshop.slots.to_come(now).count():
        raise DatesToCome(coming)
    return turned(workshop, State.ARCHIVED, by, now)


def turned(workshop: Workshop, state: str, by: Actor, now: datetime) -> Workshop:
    """In its new state; nothing happens where a twin was quicker."""
    if workshop.state == state:
        return workshop
    kind = {State.PUBLISHED: "published", State.DRAFT: "withdrawn", State.ARCHIVED: "archived"}[State(state)]
    former = str(workshop.state)
    workshop.change(state=state)
    facts = {"version": [workshop.version - 1, workshop.version], "state": [former, str(state)]}
    Change.objects.write(kind, workshop=workshop, by=by, at=now, facts=facts)
    return workshop


@retried
def copy(workshop: Workshop, *, by: Actor, now: datetime) -> Workshop:
    """A draft that says the same, without dates and helpers. Locks the workshop. Raises NotAllowed."""
    by = access.organising(by, workshop.partner_id)
    original = Workshop.objects.lock(workshop.pk)
    title = _("%(title)s (copy)") % {"title": original.title.read_in(FALLBACK)}
    values = {name: getattr(original, name) for name in COLUMNS} | {"title": Texts(original.title | {FALLBACK: title})}
    with pictures.held():
        values["slug"] = free_slug(original.title)
        with refused_if_taken("slug", TAKEN):
            draft = Workshop.objects.create(partner_id=original.partner_id, state=State.DRAFT, **values)
    WorkshopPot.objects.bulk_create(
        [WorkshopPot(workshop=draft, pot_id=row.pot_id, valid=row.valid) for row in original.pots.all()]
    )
    Change.objects.write("created", workshop=draft, by=by, at=now, facts={"copy_of": original.slug})
    return draft

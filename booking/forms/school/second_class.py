"""The second class of a booking form: its own name and numbers, and its own date of the same workshop."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.forms.fields import MOST_ADULTS, number, text
from schools.dates import clock, day
from schools.search import must_fold_short
from workshops.models import Slot

NAMES = ("second_name", "second_pupils", "second_adults", "second_slot")
FIELDS = {"group.name": "second_name", "group.pupils": "second_pupils", "group.grades": "grades"}
MOST_DATES = 40
TAKEN = gettext_lazy("This date has just been taken. Please choose another.")


class SecondClass:
    """Whether a second class comes along, and the dates it may take: the first one's where it is shared, then others
    of the workshop that have room, by time."""

    def __init__(self, slot: Slot, typed: dict[str, str], now: datetime) -> None:
        self.slot, self.now = slot, now
        self.is_wanted = typed.get("second") == "1"
        self.chosen = typed.get("second_slot", "")

    @cached_property
    def dates(self) -> list[Slot]:
        """The date that was chosen stays, even if it has filled up since: the rule then says so, or knows the twin."""
        others = Slot.objects.public().open_at(self.now).filter(workshop=self.slot.workshop_id).exclude(pk=self.slot.pk)
        chosen = [int(self.chosen)] if self.chosen.isascii() and self.chosen.isdigit() and len(self.chosen) < 10 else []
        found = list((others.bookable(self.now) | others.filter(pk__in=chosen)).with_facts().by_time()[:MOST_DATES])
        is_shared = self.slot.groups_left > 1 or self.slot.pk in chosen
        return [self.slot, *found] if is_shared else found

    @property
    def is_possible(self) -> bool:
        return bool(self.dates)

    def fields(self) -> dict[str, forms.Field]:
        return {
            "second_name": text(gettext_lazy("Second class or course"), longest=40, validators=[must_fold_short]),
            "second_pupils": number(gettext_lazy("Pupils of the second class"), least=1),
            "second_adults": number(gettext_lazy("Adults with the second class"), least=0, most=MOST_ADULTS),
            "second_slot": forms.TypedChoiceField(
                label=gettext_lazy("Date of the second class"),
                choices=[(str(slot.pk), self.label(slot)) for slot in self.dates],
                coerce=self.by_key,
                error_messages={"invalid_choice": TAKEN},
            ),
        }

    def label(self, slot: Slot) -> str:
        """Fri, 21 May, 8:00 (24 places); the first class's own date says so."""
        at = f"{day(slot.starts_at)}, {clock(slot.starts_at)}"
        left = ngettext("%(left)d place", "%(left)d places", slot.places_left) % {"left": slot.places_left}
        words = _("same date: %(day)s") % {"day": at} if slot.pk == self.slot.pk else at
        return f"{words} ({left})"

    def by_key(self, key: Any) -> Slot:
        return next(slot for slot in self.dates if str(slot.pk) == str(key))

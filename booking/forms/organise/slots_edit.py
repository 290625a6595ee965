"""What an organiser changes about a date."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from booking.forms.fields import day_field, offer, text
from booking.forms.organise.slots_open import RoomForm, as_typed, clock, near
from booking.planning.facts import WHEN_AND_WHERE, facts_of, plain
from schools.schooldays import at_local, local_day
from schools.sorting import for_people
from workshops.models import FundingPot, Slot
from workshops.vocabulary import Format

NAMES = {"starts_at": "day", "ends_at": "ends", "listed": "unlisted"}
LONGEST_MEMORY = 2000


class EditForm(RoomForm):
    """A date as it is. `version` remembers the facts that the page showed: only what was typed anew is a wish, so two
    people who change different things both get what they want."""

    field_order = ("day", "starts", "ends", "venue", "reason", "setup_minutes", "teardown_minutes", "override_reason")
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST_MEMORY)
    day = day_field(gettext_lazy("Day"))
    starts = clock(gettext_lazy("Begins"))
    ends = clock(gettext_lazy("Ends"))
    pot = forms.ModelChoiceField(
        FundingPot.objects.none(),
        label=gettext_lazy("Charged to"),
        required=False,
        empty_label=gettext_lazy("no funding"),
    )
    reason = text(
        gettext_lazy("Why the date moves"),
        longest=500,
        required=False,
        help_text=gettext_lazy("Stands in the mails if you change time or place."),
    )
    override_reason = text(
        gettext_lazy("Keep the trainers all the same, because"),
        longest=300,
        required=False,
        help_text=gettext_lazy("Only where somebody is needed in two places on purpose. The reason is kept."),
    )

    def __init__(self, slot: Slot, now: datetime, data: Any = None) -> None:
        self.slot = slot
        facts = {**as_typed(slot), "pot": slot.pot_id, "version": json.dumps(facts_of(slot))}
        super().__init__(data, initial=facts)
        self.offer_places([slot.workshop.partner_id], also=slot.venue_id)
        self.need_a_place()
        offer(self.fields["pot"], self.pots())
        for name in ("capacity", "max_groups", "languages"):
            self.fields[name].required, self.fields[name].help_text = True, ""
        if slot.starts_at <= now:
            for name in ("day", "starts", "ends", "venue"):
                self.fields[name].disabled = True
            self.fields["reason"].label, self.fields["reason"].help_text = gettext_lazy("Why is it corrected?"), ""

    def need_a_place(self) -> None:
        """What schools come to needs one; what comes to the school or is online has none to choose."""
        field = self.fields["venue"]
        assert isinstance(field, forms.ModelChoiceField)
        field.empty_label = "–"
        field.required = self.slot.workshop.format == Format.VISIT and self.slot.venue_id is not None
        field.disabled = not self.has_place

    @property
    def has_place(self) -> bool:
        return self.slot.workshop.format == Format.VISIT or self.slot.venue_id is not None

    def pots(self) -> Any:
        """Funding of the workshop on that day, and what the date is charged to already."""
        day = local_day(self.slot.starts_at)
        valid = self.slot.workshop.pots.valid_on(day).filter(pot__valid__contains=day).values("pot")
        return FundingPot.objects.filter(Q(pk__in=valid) | Q(pk=self.slot.pot_id or 0)).order_by(*for_people("name"))

    def clean_day(self) -> Any:
        return near(self.cleaned_data["day"])

    def clean_version(self) -> dict[str, Any]:
        """The facts as they were shown; what cannot be read remembers nothing."""
        try:
            facts = json.loads(self.cleaned_data["version"])
        except (ValueError, RecursionError):
            return {}
        return facts if isinstance(facts, dict) else {}

    @property
    def seen(self) -> dict[str, Any]:
        seen: dict[str, Any] = self.cleaned_data["version"]
        return seen

    @property
    def wishes(self) -> dict[str, Any]:
        """The facts that shall be other than they were shown. Only of a valid form."""
        values = self.cleaned_data
        wanted = {
            **self.room,
            "languages": values["languages"],
            "starts_at": at_local(values["day"], values["starts"]),
            "ends_at": at_local(values["day"], values["ends"]),
            "pot": values["pot"],
        }
        same = set(WHEN_AND_WHERE) if self.fields["day"].disabled else set()
        return {
            name: value
            for name, value in wanted.items()
            if name not in same and (name not in self.seen or plain(value) != self.seen[name])
        }

    def show_as_seen(self, wishes: Iterable[str]) -> None:
        """Remember that the page now names what others have changed: sent again, what was typed holds."""
        assert isinstance(self.data, QueryDict)
        present = facts_of(Slot.objects.get(pk=self.slot.pk))
        data = self.data.copy()
        data["version"] = json.dumps(self.seen | {name: present[name] for name in wishes})
        self.data = data

    @property
    def shows_reason(self) -> bool:
        """Whether it is asked why: who changes what a frozen report counts says so of a date that has begun, too."""
        return not self.fields["day"].disabled or bool(self.errors.get("reason") or self["reason"].value())

    @property
    def shows_override(self) -> bool:
        """Whether the field for a reason is of use: after a clash, or where one was typed."""
        return bool(self.non_field_errors()) or bool(self["override_reason"].value())

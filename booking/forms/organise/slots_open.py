"""A new date."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from booking.forms.fields import day_field, key_field, number, offer, text
from booking.idempotency import fingerprint_of
from booking.planning import Opening
from schools.schooldays import at_local
from workshops.models import Slot, Venue, Workshop
from workshops.vocabulary import SpokenLanguage

FURTHEST = timedelta(days=3 * 365)
MOST_PLACES, MOST_GROUPS, MOST_MINUTES = 500, 100, 600
FROM_WORKSHOP: dict[str, Any] = {"required": False, "help_text": gettext_lazy("Empty: as for the workshop.")}
NO_MINUTES = gettext_lazy("Empty: none. Trainers are bound for that time, too.")


def clock(label: Any, **options: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, **options)


def near(day: date) -> date:
    """The day itself. Raises ValidationError where it is too far away to mean it."""
    if day > timezone.localdate() + FURTHEST:
        raise forms.ValidationError(_("Please choose a day within the next three years."), code="too_far")
    return day


class RoomForm(forms.Form):
    """Where a date is, for how many, in which languages."""

    venue = forms.ModelChoiceField(
        Venue.objects.none(),
        label=gettext_lazy("Place"),
        required=False,
        empty_label=gettext_lazy("As for the workshop"),
    )
    capacity = number(gettext_lazy("Places"), least=1, most=MOST_PLACES, **FROM_WORKSHOP)
    max_groups = number(gettext_lazy("Groups at once"), least=1, most=MOST_GROUPS, **FROM_WORKSHOP)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=SpokenLanguage.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: as for the workshop."),
    )
    setup_minutes = number(
        gettext_lazy("Minutes to set up"), least=0, most=MOST_MINUTES, required=False, help_text=NO_MINUTES
    )
    teardown_minutes = number(
        gettext_lazy("Minutes to tear down"), least=0, most=MOST_MINUTES, required=False, help_text=NO_MINUTES
    )
    unlisted = forms.BooleanField(
        label=gettext_lazy("Do not show in the catalogue; only those who have the link can book"), required=False
    )

    def offer_places(self, partners: Any, also: int | None = None) -> None:
        """Places of these partners that are in use, and `also` this one."""
        places = Q(partner__in=partners, active=True) | Q(pk=also or 0)
        offer(self.fields["venue"], Venue.objects.filter(places).by_town())

    @property
    def room_is_wrong(self) -> bool:
        return not self.errors.keys().isdisjoint(RoomForm.base_fields)

    @property
    def room(self) -> dict[str, Any]:
        """What an Opening takes of it. Only of a valid form."""
        values = self.cleaned_data
        return {
            "venue": values["venue"],
            "capacity": values["capacity"],
            "max_groups": values["max_groups"],
            "languages": tuple(values["languages"]) or None,
            "setup_minutes": values["setup_minutes"] or 0,
            "teardown_minutes": values["teardown_minutes"] or 0,
            "listed": not values["unlisted"],
        }


class NewDateForm(RoomForm):
    """Of which workshop, and where. The hidden key lets it be sent twice."""

    key = key_field()
    workshop = forms.ModelChoiceField(
        Workshop.objects.none(), label=gettext_lazy("Workshop"), empty_label=gettext_lazy("Please choose")
    )

    def __init__(self, user: User, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        offers = Workshop.objects.organised_by(user).exclude(state=Workshop.State.ARCHIVED)
        offer(self.fields["workshop"], offers.select_related("partner", "venue").by_title())
        self.offer_places(offers.values("partner"))

    @property
    def has_no_workshop(self) -> bool:
        """Nothing to choose from: then there is nothing to fill in."""
        return not self.fields["workshop"].queryset.exists()  # type: ignore[attr-defined]  # a choice of rows

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        venue, workshop = values.get("venue"), values.get("workshop")
        if venue and workshop and venue.partner_id != workshop.partner_id:
            self.add_error("venue", _("This place belongs to another organiser than the workshop."))
        return values

    @property
    def fingerprint(self) -> str:
        """Of what was typed: another date from the same page is another wish, the same twice is a double click."""
        return fingerprint_of("POST", "slots", {name: str(value) for name, value in self.cleaned_data.items()})


class OpenForm(NewDateForm):
    """A new date. What is left empty comes from the workshop."""

    field_order = ("workshop", "day", "starts", "ends", "reason")
    day = day_field(gettext_lazy("Day"))
    starts = clock(gettext_lazy("Begins"))
    ends = clock(gettext_lazy("Ends"), required=False, help_text=gettext_lazy("Empty: as long as the workshop takes."))
    reason = text(
        gettext_lazy("Add it although it is over, because"),
        longest=500,
        required=False,
        help_text=gettext_lazy("For a group that came without a booking. The reason is kept."),
    )

    def clean_day(self) -> date:
        return near(self.cleaned_data["day"])

    @property
    def opening(self) -> Opening:
        """What to open. Only of a valid form."""
        values = self.cleaned_data
        ends = values["ends"]
        return Opening(
            workshop=values["workshop"],
            starts_at=at_local(values["day"], values["starts"]),
            ends_at=at_local(values["day"], ends) if ends else None,
            **self.room,
        )

    @property
    def shows_reason(self) -> bool:
        """Whether the field for a reason is of use: the day is over, or one was typed."""
        return "day" in self.errors or bool(self["reason"].value())


def as_typed(slot: Slot) -> dict[str, Any]:
    """A date as the fields of a form show it."""
    start, end = timezone.localtime(slot.starts_at), timezone.localtime(slot.ends_at)
    return {
        "workshop": slot.workshop_id,
        "day": start.date(),
        "starts": time(start.hour, start.minute),
        "ends": time(end.hour, end.minute),
        "venue": slot.venue_id,
        "capacity": slot.capacity,
        "max_groups": slot.max_groups,
        "languages": slot.languages,
        "setup_minutes": slot.setup_minutes or None,
        "teardown_minutes": slot.teardown_minutes or None,
        "unlisted": not slot.listed,
    }

"""Dates of organisers: which to show, and a new one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from booking.forms.fields import number, offer
from booking.idempotency import fingerprint_of
from booking.models import Booking
from booking.planning import Opening
from schools.schooldays import at_local
from workshops.models import Slot, Venue, Workshop
from workshops.vocabulary import SpokenLanguage

MONTHS = 15
FURTHEST = timedelta(days=3 * 365)
MOST_PLACES, MOST_GROUPS = 500, 100
FROM_WORKSHOP: dict[str, Any] = {"required": False, "help_text": gettext_lazy("Empty: as for the workshop.")}

STATES = [
    ("", gettext_lazy("All coming")),
    ("unstaffed", gettext_lazy("Nobody leads")),
    ("requests", gettext_lazy("With requests")),
    ("waiting", gettext_lazy("With a waiting list")),
    ("free", gettext_lazy("Places free")),
    ("full", pgettext_lazy("dates", "Full")),
    ("cancelled", pgettext_lazy("dates", "Called off")),
    ("past", gettext_lazy("Over")),
]


class SlotsForm(forms.Form):
    """Which dates to show; what makes no sense is left out."""

    workshop = forms.ModelChoiceField(
        Workshop.objects.none(),
        label=gettext_lazy("Workshop"),
        required=False,
        empty_label=gettext_lazy("All workshops"),
    )
    month = forms.ChoiceField(label=gettext_lazy("Month"), required=False)
    state = forms.ChoiceField(label=pgettext_lazy("dates", "Which"), choices=STATES, required=False)

    def __init__(self, user: User, now: datetime, data: Any = None) -> None:
        super().__init__(data)
        self.user, self.now = user, now
        offer(self.fields["workshop"], Workshop.objects.organised_by(user).by_title())
        month = self.fields["month"]
        assert isinstance(month, forms.ChoiceField)
        month.choices = [("", _("All months")), *months_from(now)]
        self.is_valid()

    def slots(self) -> Any:
        """The dates asked for, the next first (over: the latest first)."""
        wanted = self.cleaned_data
        slots = Slot.objects.organised_by(self.user).with_facts().with_trainers()
        if wanted.get("workshop"):
            slots = slots.filter(workshop=wanted["workshop"])
        if wanted.get("month"):
            slots = slots.in_month(*map(int, wanted["month"].split("-")))
        return self.in_state(slots, wanted.get("state") or "")

    def in_state(self, slots: Any, state: str) -> Any:
        if state == "past":
            return slots.filter(ends_at__lte=self.now).order_by("-starts_at", "-pk")
        if state == "cancelled":
            return slots.filter(state=Slot.State.CANCELLED, ends_at__gt=self.now).by_time()
        coming = slots.to_come(self.now).by_time()
        narrowed = {
            "unstaffed": coming.without_trainer,
            "requests": lambda: coming.filter(pk__in=Booking.objects.requested().values("slot")),
            "waiting": lambda: coming.filter(groups_waiting__gt=0),
            "free": lambda: coming.bookable(self.now),
            "full": coming.full,
        }
        return narrowed[state]() if state in narrowed else coming


def months_from(now: datetime) -> Iterable[tuple[str, str]]:
    """Two months back and a good year ahead."""
    first = timezone.localtime(now).date().replace(day=1)
    first = (first - timedelta(days=40)).replace(day=1)
    for step in range(MONTHS):
        month = date(first.year + (first.month + step - 1) // 12, (first.month + step - 1) % 12 + 1, 1)
        yield f"{month:%Y-%m}", date_format(month, "F Y")


def clock_widget() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class OpenForm(forms.Form):
    """A new date. What is left empty comes from the workshop."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    workshop = forms.ModelChoiceField(
        Workshop.objects.none(), label=gettext_lazy("Workshop"), empty_label=gettext_lazy("Please choose")
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(
        label=gettext_lazy("Begins"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=gettext_lazy("Ends"),
        required=False,
        widget=clock_widget(),
        help_text=gettext_lazy("Empty: as long as the workshop takes."),
    )
    venue = forms.ModelChoiceField(
        Venue.objects.none(),
        label=gettext_lazy("Place"),
        required=False,
        empty_label=gettext_lazy("As for the workshop"),
    )
    capacity = number(
        gettext_lazy("Places"),
        least=1,
        most=MOST_PLACES,
        required=False,
        help_text=gettext_lazy("Empty: as for the workshop."),
    )
    max_groups = number(
        gettext_lazy("Groups at once"),
        least=1,
        most=100,
        required=False,
        help_text=gettext_lazy("Empty: as for the workshop."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=SpokenLanguage.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: as for the workshop."),
    )
    unlisted = forms.BooleanField(
        label=gettext_lazy("Do not show in the catalogue; only who has the link can book"), required=False
    )

    def __init__(self, user: User, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        offers = Workshop.objects.organised_by(user).exclude(state=Workshop.State.ARCHIVED)
        offer(self.fields["workshop"], offers.select_related("partner", "venue").by_title())
        partners = offers.values("partner")
        offer(self.fields["venue"], Venue.objects.filter(partner__in=partners).order_by("city", "name"))

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate() + FURTHEST:
            raise forms.ValidationError(_("Please choose a day within the next three years."), code="too_far")
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        venue, workshop = values.get("venue"), values.get("workshop")
        if venue and workshop and venue.partner_id != workshop.partner_id:
            self.add_error("venue", _("This place belongs to another organiser than the workshop."))
        return values

    @property
    def opening(self) -> Opening:
        """What to open. Only of a valid form."""
        values = self.cleaned_data
        return Opening(
            workshop=values["workshop"],
            starts_at=at_local(values["day"], values["starts"]),
            ends_at=at_local(values["day"], values["ends"]) if values["ends"] else None,
            venue=values["venue"],
            capacity=values["capacity"],
            max_groups=values["max_groups"],
            languages=tuple(values["languages"]) or None,
            listed=not values["unlisted"],
        )

    @property
    def fingerprint(self) -> str:
        """Of what was typed: another date from the same page is another wish, the same twice is a double click."""
        return fingerprint_of("POST", "slots", {name: str(value) for name, value in self.cleaned_data.items()})

"""Dates of organisers: which to show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from booking.desk import figures
from booking.forms.fields import offer
from booking.models import Booking
from booking.reports.places import counted, with_came
from schools.dates import day
from schools.schooldays import local_day
from workshops.filters import DayField
from workshops.models import Slot, Workshop
from workshops.month import Month

MONTHS = 15

STATES = [
    ("", gettext_lazy("All coming")),
    ("unstaffed", gettext_lazy("Nobody leads")),
    ("requests", gettext_lazy("With requests")),
    ("waiting", gettext_lazy("With a waiting list")),
    ("free", gettext_lazy("Places free")),
    ("full", pgettext_lazy("dates", "Full")),
    ("cancelled", pgettext_lazy("dates", "Called off")),
    ("past", gettext_lazy("Over")),
    ("counted", gettext_lazy("Over and recorded")),
]
# What the first page counts, and the slots of it.
TASKS = {
    "unstaffed": (figures.unstaffed_slots, "pk"),
    "freed": (figures.slots_with_room_for_waiting, "pk"),
    "unanswered": (figures.unanswered_bookings, "slot"),
    "explained": (figures.explained_bookings, "slot"),
    "unreachable": (figures.unreachable_bookings, "slot"),
}


class SlotsForm(forms.Form):
    """Which dates to show; what makes no sense is left out. `since` and `task` stand in links from the first page;
    who chooses anew leaves the task."""

    workshop = forms.ModelChoiceField(
        Workshop.objects.none(),
        label=gettext_lazy("Workshop"),
        required=False,
        empty_label=gettext_lazy("All workshops"),
    )
    month = forms.ChoiceField(label=gettext_lazy("Month"), required=False)
    state = forms.ChoiceField(label=pgettext_lazy("dates", "Which"), choices=STATES, required=False)
    since = DayField(required=False, widget=forms.HiddenInput)
    task = forms.ChoiceField(choices=[(name, name) for name in TASKS], required=False, widget=forms.HiddenInput)

    def __init__(self, user: User, now: datetime, data: Any = None) -> None:
        super().__init__(data)
        self.user, self.now = user, now
        offer(self.fields["workshop"], Workshop.objects.organised_by(user).by_title())
        month = self.fields["month"]
        assert isinstance(month, forms.ChoiceField)
        month.choices = [("", _("All months")), *months_from(now)]
        self.is_valid()

    @property
    def is_over(self) -> bool:
        """Whether dates of the past are shown."""
        return self.cleaned_data.get("state") in {"past", "counted"}

    def slots(self) -> Any:
        """The dates asked for, the next first (over: the latest first)."""
        wanted = self.cleaned_data
        slots = Slot.objects.organised_by(self.user).with_facts().with_trainers()
        if wanted.get("workshop"):
            slots = slots.filter(workshop=wanted["workshop"])
        if wanted.get("month"):
            slots = slots.in_month(*map(int, wanted["month"].split("-")))
        if wanted.get("since"):
            slots = slots.from_day(wanted["since"])
        if wanted.get("task"):
            _rows, slot = TASKS[wanted["task"]]
            return slots.filter(pk__in=self.of_task().values(slot)).by_time()
        return self.in_state(slots, wanted.get("state") or "")

    def of_task(self) -> Any:
        """The dates or classes that the first page counts. Only with a `task`."""
        rows, _slot = TASKS[self.cleaned_data["task"]]
        return rows(self.user, self.now)

    def in_state(self, slots: Any, state: str) -> Any:
        if state == "past":
            return slots.filter(ends_at__lte=self.now).order_by("-starts_at", "-pk")
        if state == "counted":
            return with_came(counted(slots, self.now)).order_by("-starts_at", "-pk")
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
    for step in range(MONTHS):
        month = Month.of(local_day(now)).after(step - 2)
        yield str(month), day(month.first, "month")

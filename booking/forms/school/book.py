"""The form that books a class into a date: class, school, contact, consent. Every value that was typed stays."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking import orders, policy
from booking.errors import BookingError, FieldErrors, Full, Limit
from booking.forms.fields import ClassForm, reads_along, text
from booking.forms.school import second_class
from booking.forms.school.school_choice import SchoolChoice, SchoolForm
from booking.forms.school.second_class import SecondClass
from booking.idempotency import fingerprint_of
from booking.orders import Contact, Order
from workshops.models import Slot
from workshops.vocabulary import BookingMode, SpokenLanguage

FIELDS = {"group.pupils": "pupils", "group.grades": "grades", "group.name": "group_name"}
LISTS = ("grades", "needs_list", "also")
MOST_WISHES = 2
MOST_DIGITS = 3
FULL = "full"  # what `told` says when the person has read that the date is full
EXTRAS = ("language", "needs_list", "needs", "note", "arrival", "photos")
STEPS = {
    "class": ("group_name", "pupils", "adults", "grades", "also", *EXTRAS),
    "second": second_class.NAMES,
    "school": ("school_q", "new_name", "new_city", "new_kind", "new_country"),
    "contact": ("contact_name", "contact_email", "contact_phone", "further_email"),
}


class BookForm(SchoolForm, ClassForm):
    """`kept` is what was typed before (a QueryDict): shown again without complaint. `again` asks for another school."""

    field_order = [*STEPS["class"], *STEPS["second"], *STEPS["school"], *STEPS["contact"], "agree", "head"]

    language = forms.ChoiceField(label=_("Language of the visit"), widget=forms.RadioSelect)
    further_email = reads_along()
    agree = forms.BooleanField(
        label=_("Your consent"),
        error_messages={"required": _("We need this tick from you.")},
    )
    head = forms.BooleanField(
        label=_("The head of the school has agreed to the visit"),
        error_messages={"required": _("This workshop wants the head's word first.")},
    )
    key = text("", longest=64, required=False, widget=forms.HiddenInput)
    told = text("", longest=10, required=False, widget=forms.HiddenInput)
    second = text("", longest=1, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        slot: Slot,
        user: Any,
        now: datetime,
        kept: QueryDict | None = None,
        again: bool = False,
    ) -> None:
        self.slot, self.user, self.refused = slot, user, False
        typed = data if data is not None else kept
        super().__init__(data, initial=as_initial(typed) if typed is not None else first_values(slot, user))
        self.school_choice = SchoolChoice(user, strings_of(typed), fresh=typed is None, again=again)
        self.send_key = (typed.get("key") if typed is not None else "") or uuid.uuid4().hex
        self.second_class = SecondClass(slot, strings_of(typed), now)
        self.shape_to(slot)

    def shape_to(self, slot: Slot) -> None:
        """Grades, languages and hints of this date."""
        if not self.user.is_authenticated:
            self.fields["contact_email"].help_text = _("We send a code to confirm it. No password.")
        self.offer_grades(slot.workshop.grades)
        self.fields["pupils"].help_text = _("at most %(most)d") % {"most": slot.most_pupils}
        self.fields["adults"].help_text = self.adults_hint()
        if len(slot.languages) > 1:
            names = [(code, SpokenLanguage(code).label) for code in slot.languages]
            self.fields["language"].choices = names  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["language"]
        self.ask_arrival_for(slot.workshop)
        if not slot.workshop.policy.head_approval:
            del self.fields["head"]
        if slot.booking_mode == BookingMode.REQUEST and not slot.is_full and (others := self.other_dates):
            self.fields["also"] = also_possible([(str(one.pk), self.second_class.label(one)) for one in others])
        if self.second_class.is_wanted:
            self.fields.update(self.second_class.fields())
            self.order_fields(self.field_order)

    @property
    def other_dates(self) -> list[Slot]:
        return [one for one in self.second_class.dates if one.pk != self.slot.pk]

    @property
    def consents(self) -> tuple[str, ...]:
        """What the ticks of this form agree to."""
        house = ("house_rules",) if self.slot.workshop.partner.house_rules else ()
        head = ("head_informed",) if "head" in self.fields else ()
        return ("terms", *house, *head)

    def adults_hint(self) -> str:
        rule = self.slot.workshop.policy.pupils_per_adult
        typed = str(self["pupils"].value() or "")
        pupils = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else self.slot.most_pupils
        pupils = min(max(pupils, 1), self.slot.most_pupils)
        return _("for %(pupils)d pupils: %(adults)d") % {"pupils": pupils, "adults": policy.adults_wanted(pupils, rule)}

    @property
    def waits(self) -> bool:
        """Whether the button leads to the waiting list; the page says so, and the form sends that it did."""
        return self.refused or self.slot.is_full

    def refused_as_full(self, slot: Slot) -> None:
        """The class does not fit in `slot` as it is now: say so, and leave the choice to wait."""
        self.slot, self.refused = slot, True
        if slot.is_full:
            why = _("Other classes wait already.") if slot.room else _("The date has just been filled.")
            please = _("Join the waiting list, or take another date.")
            self.add_error(None, f"{why} {please}")
            return
        words = ngettext(
            "%(pupils)d do not fit: %(left)d place is left.",
            "%(pupils)d do not fit: %(left)d places are left.",
            slot.places_left,
        )
        self.add_error("pupils", words % {"pupils": self.typed_pupils, "left": slot.places_left})

    def refuse_second(self, refusal: BookingError | FieldErrors) -> None:
        """Say at the second class why both were not booked."""
        if isinstance(refusal, FieldErrors):
            for name, (_code, sentence) in refusal.errors.items():
                self.add_error(second_class.FIELDS.get(name, "second_slot"), sentence)
        elif isinstance(refusal, Limit):
            self.add_error(None, str(refusal))
        elif isinstance(refusal, Full):
            self.add_error("second_slot", _("This class does not fit there any more. Please choose another date."))
        else:
            self.add_error("second_slot", str(refusal))

    def renew_key(self) -> None:
        """The key has made another booking already: say so, and let the person send this one as a new one."""
        self.send_key = uuid.uuid4().hex
        self.add_error(None, _("You have already booked with this form. Send it again to book one more class."))

    def data_to_keep(self) -> QueryDict:
        """What was sent, with its key."""
        assert isinstance(self.data, QueryDict)
        typed = self.data.copy()
        typed["key"] = self.send_key
        return typed

    @property
    def typed_pupils(self) -> int:
        """The number as it was typed, where it is one that a bus can bring; else 0."""
        typed = str(self["pupils"].value() or "").strip()
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS else 0

    @property
    def pupils_that_do_not_fit(self) -> int:
        """The number of pupils, where it is what is wrong; else 0."""
        return self.typed_pupils if "pupils" in self.errors else 0

    @property
    def wrong_steps(self) -> set[str]:
        """Which of the steps need another look."""
        return {step for step, names in STEPS.items() if any(name in self.errors for name in names)}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        wanted = {name: values[name] for name in ("pupils", "grades", "language") if name in values}
        try:
            orders.check(self.slot, may_override=False, **wanted)
        except FieldErrors as refusal:
            for name, (_code, sentence) in refusal.errors.items():
                self.add_error(FIELDS.get(name, name), sentence)
        if "second_slot" in values:
            self.check_second(values)
        return values

    def clean_also(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["also"]
        if len(chosen) > MOST_WISHES:
            raise forms.ValidationError(_("Please choose at most %(most)d further dates.") % {"most": MOST_WISHES})
        return chosen

    def check_second(self, values: dict[str, Any]) -> None:
        """The second class against the limits of its own date; two classes of one name need two dates."""
        slot = values["second_slot"]
        wanted = {"pupils": values.get("second_pupils", 1)}
        wanted |= {name: values[name] for name in ("grades", "language") if name in values}
        try:
            orders.check(slot, may_override=False, **wanted)
        except FieldErrors as refusal:
            self.refuse_second(refusal)
        names = [str(values.get(name, "")).casefold().strip() for name in ("group_name", "second_name")]
        if slot.pk == self.slot.pk and names[0] and names[0] == names[1]:
            self.add_error("second_name", _("Both classes have this name. Please give this one another."))

    def wishes(self, by: User) -> list[tuple[Slot, Order]]:
        """What is wanted, for the rule: one class, or two. The second never waits."""
        first = self.order(by)
        if not self.second_class.is_wanted:
            return [(self.slot, first)]
        values = self.cleaned_data
        numbers = {"pupils": values["second_pupils"], "adults": values["second_adults"]}
        second = replace(first, group_name=values["second_name"], waitlist=False, alternatives=(), **numbers)
        return [(self.slot, first), (values["second_slot"], second)]

    def order(self, by: User) -> Order:
        """The first class."""
        values = self.cleaned_data
        return Order(
            school=self.chosen_school(by),
            language=values.get("language") or next(iter(self.slot.languages), "de"),
            **self.said_of_class,
            contact=self.contact,
            consents=self.consents,
            waitlist=values["told"] == FULL,
            alternatives=tuple(self.second_class.by_key(key) for key in values.get("also", ())),
        )

    @property
    def contact(self) -> Contact:
        values = self.cleaned_data
        return Contact(
            values["contact_name"],
            values["contact_email"],
            values["contact_phone"],
            get_language() or "de",
            values["further_email"],
        )

    @property
    def fingerprint(self) -> str:
        """The same for the same wish; the key and the button do not count."""
        assert isinstance(self.data, QueryDict)
        names = sorted({*self.fields, "school"} - {"key"})
        return fingerprint_of("POST", f"book {self.slot.pk}", {name: self.data.getlist(name) for name in names})


def also_possible(choices: list[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Also possible"),
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Up to two further dates, if your first wish does not work out. They keep no place."),
        error_messages={"invalid_choice": _("One of these dates has just been taken. Please choose again.")},
    )


def strings_of(typed: QueryDict | None) -> dict[str, str]:
    return {name: str(typed.get(name) or "") for name in typed} if typed is not None else {}


def as_initial(typed: QueryDict) -> dict[str, Any]:
    """What was typed, as the first values of an untouched form."""
    return {name: typed.getlist(name) if name in LISTS else typed.get(name) for name in typed}


def first_values(slot: Slot, user: Any) -> dict[str, Any]:
    """What we know already: the account's contact, the one grade or language there is."""
    values: dict[str, Any] = {"told": FULL if slot.is_full else ""}
    if slot.languages:
        values["language"] = slot.languages[0]
    if len(slot.workshop.grades) == 1:
        values["grades"] = slot.workshop.grades
    if user.is_authenticated:
        values |= {"contact_name": user.name, "contact_email": user.email, "contact_phone": user.phone}
    return values

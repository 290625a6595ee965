"""A wish without a date: what a school asks of a workshop, and what somebody waits for."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking.forms.fields import ContactForm, WorkEmailField, number
from booking.forms.fields import text as line
from booking.forms.school.book import as_initial, strings_of
from booking.forms.school.school_choice import SchoolChoice, SchoolForm
from booking.idempotency import fingerprint_of
from booking.orders import MOST_PUPILS, Contact
from booking.wishes.inquiring import Question
from schools.schooldays import local_day
from workshops.chips import months
from workshops.models import Workshop

ASKED_BEFORE = ("grade", "month")  # what the address may bring along from the catalogue


class AskForm(SchoolForm, ContactForm):
    """What a school would like, when, and whom we answer. Who is signed in is answered at the account's address."""

    pupils = number(_("Pupils"), least=1, most=MOST_PUPILS)
    grades = forms.TypedMultipleChoiceField(
        label=_("Grade of the class"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    period = line(
        _("When it suits you"), longest=200, help_text=_("In your words, for example: Tuesdays in May, before noon.")
    )
    text = line(_("What else we should know"), longest=1000, rows=3, required=False)
    key = line("", longest=64, required=False, widget=forms.HiddenInput)
    field_order = ("period", "pupils", "grades", "text", "school_q", "contact_name", "contact_email")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        workshop: Workshop,
        user: Any,
        now: datetime,
        kept: QueryDict | None = None,
        first: dict[str, str] | None = None,
        again: bool = False,
    ) -> None:
        self.workshop, self.user = workshop, user
        typed = data if data is not None else kept
        super().__init__(data, initial=as_initial(typed) if typed is not None else self.first_values(first or {}, now))
        self.school_choice = SchoolChoice(user, strings_of(typed), fresh=typed is None, again=again)
        self.send_key = (typed.get("key") if typed is not None else "") or uuid.uuid4().hex
        self.fields["grades"].choices = [(grade, str(grade)) for grade in sorted(workshop.grades)]  # type: ignore[attr-defined]  # a choice field
        phone = self.fields["contact_phone"]
        phone.label, phone.required, phone.help_text = _("Phone"), False, ""
        self.fields["contact_email"].help_text = _("We send a code to confirm it. No password.")
        if user.is_authenticated:
            del self.fields["contact_email"]

    def first_values(self, first: dict[str, str], now: datetime) -> dict[str, Any]:
        """What the account and the search in the catalogue know already."""
        values: dict[str, Any] = {"grades": [first["grade"]] if first.get("grade") else []}
        values["period"] = dict(months(local_day(now))).get(first.get("month", ""), "")
        if isinstance(self.user, User):
            values |= {"contact_name": self.user.name, "contact_phone": self.user.phone}
        return values

    def question(self, by: User) -> Question:
        """What is asked, for the rule."""
        values = self.cleaned_data
        contact = Contact(values["contact_name"], by.email, values["contact_phone"], get_language() or "de")
        numbers = values["pupils"], values["grades"]
        return Question(self.workshop, self.chosen_school(by), *numbers, values["period"], values["text"], contact)

    @property
    def names(self) -> list[str]:
        return [*self.fields, "school", "contact_email"]

    @property
    def fingerprint(self) -> str:
        assert isinstance(self.data, QueryDict)
        names = sorted({*self.names} - {"key", "contact_email"})
        return fingerprint_of("POST", f"ask {self.workshop.pk}", {name: self.data.getlist(name) for name in names})


class WatchForm(forms.Form):
    """Which dates somebody waits for."""

    grade = forms.TypedChoiceField(label=_("Grade"), coerce=int, empty_value=None, required=False)
    month = forms.ChoiceField(label=_("Month"), required=False)
    contact_email = WorkEmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("We send a code to confirm it. No password."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        workshop: Workshop,
        user: Any,
        now: datetime,
        kept: QueryDict | None = None,
        first: dict[str, str] | None = None,
        again: bool = False,
    ) -> None:
        self.workshop, self.user = workshop, user
        super().__init__(data, initial=as_initial(kept) if kept is not None else first)
        fields: Any = self.fields
        fields["grade"].choices = [("", _("any"))] + [(one, str(one)) for one in sorted(workshop.grades)]
        fields["month"].choices = [("", _("any")), *months(local_day(now))]
        if user.is_authenticated:
            del self.fields["contact_email"]

    @property
    def names(self) -> list[str]:
        return [*self.fields, "contact_email"]

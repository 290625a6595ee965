"""A class that an organiser books for a teacher on the telephone, or adds because it simply came."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from booking.forms.fields import ClassForm, text
from booking.forms.school.book import as_initial, strings_of
from booking.forms.school.school_choice import SchoolChoice, SchoolForm
from booking.idempotency import fingerprint_of
from booking.orders import Contact, Order
from workshops.models import Slot
from workshops.vocabulary import GRADES, SpokenLanguage

CLASS = ("group_name", "pupils", "adults", "grades", "language", "arrival", "photos", "needs_list", "needs", "note")
OPTIONAL = {"contact_email": "begun", "contact_phone": "always", "contact_name": "begun", "adults": "always"}


class OnBehalfForm(SchoolForm, ClassForm):
    """`begun`: the date has begun, so a group is added that was there, or is; then the reason is needed and the contact
    is not. `kept` is what was typed before the school was chosen."""

    field_order = (*CLASS, "school_q")
    language = forms.ChoiceField(label=gettext_lazy("Language of the visit"), choices=SpokenLanguage.choices)
    waitlist = forms.BooleanField(label=gettext_lazy("Where it is full: onto the waiting list"), required=False)
    override_reason = text(
        gettext_lazy("Book all the same, because"),
        longest=500,
        required=False,
        help_text=gettext_lazy(
            "Only where grade, language, number, places or the booking time stand against it. Missing places are "
            "added to the date. The reason stays in the history, which the school can read."
        ),
    )
    key = text("", longest=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        slot: Slot,
        begun: bool,
        kept: QueryDict | None = None,
        again: bool = False,
    ) -> None:
        self.slot, self.begun = slot, begun
        typed = data if data is not None else kept
        first = {"language": next(iter(slot.languages), "de"), "key": uuid.uuid4().hex}
        super().__init__(data, initial=as_initial(typed) if typed is not None else first)
        self.school_choice = SchoolChoice(AnonymousUser(), strings_of(typed), fresh=False, again=again)
        self.shape()

    def shape(self) -> None:
        """What this date asks, and does not ask."""
        self.offer_grades(GRADES)
        self.ask_arrival_for(self.slot.workshop)
        self.fields["school_q"].help_text = _("Name or town")
        self.fields["contact_email"].label = _("E-mail of the teacher")
        self.fields["contact_email"].help_text = _("The confirmation goes there, with the link to the booking.")
        self.fields["contact_phone"].help_text = ""
        for name, when in OPTIONAL.items():
            self.fields[name].required = when == "begun" and not self.begun
        if self.begun:
            del self.fields["waitlist"]
            self.fields["contact_email"].help_text = _("Nobody gets a mail about a date that has begun.")
            reason = self.fields["override_reason"]
            reason.label, reason.required = _("Why it is added later"), True
            reason.help_text = _("It stays in the history, which the school can read.")

    def order(self, by: User) -> Order:
        """What is wanted, for the rule."""
        values = self.cleaned_data
        return Order(
            school=self.chosen_school(by),
            language=values["language"],
            **self.said_of_class,
            contact=Contact(values["contact_name"], values["contact_email"], values["contact_phone"]),
            waitlist=values.get("waitlist", False),
            override_reason=values["override_reason"],
        )

    @property
    def fingerprint(self) -> str:
        """The same for the same wish: another class from the same page is another one."""
        typed = {name: str(value) for name, value in self.cleaned_data.items()}
        picked = self.school_choice.picked
        return fingerprint_of("POST", f"add {self.slot.pk}", typed | {"school": picked.pk if picked else 0})

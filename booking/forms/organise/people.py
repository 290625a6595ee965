"""Who works for a house: invite somebody, and what the house knows of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import WorkEmailField, key_field, offer, text
from booking.houses.people import Person
from booking.houses.staffing import Facts
from booking.idempotency import fingerprint_of
from workshops.models import Partner, Workshop
from workshops.vocabulary import SpokenLanguage

ROLES = [
    ("organiser", _("organises: requests, dates, workshops, team")),
    ("trainer", _("leads workshops")),
]


def email_field(**options: Any) -> WorkEmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"})
    return WorkEmailField(label=_("E-mail"), max_length=254, widget=widget, **options)


class FactsForm(forms.Form):
    """What a house knows of a trainer."""

    name = text(_("Name"), longest=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = text(
        _("Telephone"), longest=40, required=False, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    )
    languages = forms.MultipleChoiceField(
        label=_("Leads workshops in"),
        choices=SpokenLanguage.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    qualifications = forms.ModelMultipleChoiceField(
        Workshop.objects.none(),
        label=_("Can lead"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("These persons stand first when a date needs somebody."),
    )
    towing = forms.BooleanField(label=_("May tow the trailer"), required=False)

    def offer_workshops(self, partner: Partner) -> None:
        mine = partner.workshops.exclude(state=Workshop.State.ARCHIVED).defer("search", "description")
        offer(self.fields["qualifications"], mine.by_title())

    @property
    def facts(self) -> Facts:
        """Only of a valid form."""
        values = self.cleaned_data
        return Facts(
            name=values["name"],
            email=values.get("email", ""),
            phone=values["phone"],
            languages=tuple(values.get("languages", ())),
            towing=values.get("towing", False),
            qualifications=tuple(values["qualifications"]),
        )


class InviteForm(FactsForm):
    """Somebody new in the team. Who has an address gets a mail and signs in by code."""

    key = key_field()
    email = email_field(required=False, help_text=_("Without an address somebody can lead workshops, but not sign in."))
    roles = forms.MultipleChoiceField(
        label=_("What is this person to do?"), choices=ROLES, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(
        label=_("Language of the invitation"),
        choices=settings.LANGUAGES,
        help_text=_("Those who are known here get it in the language they chose."),
    )

    def __init__(self, partner: Partner, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.offer_workshops(partner)

    @property
    def fingerprint(self) -> str:
        """Of what was typed: another person from the same page is another wish, the same twice is a double click."""
        return fingerprint_of("POST", "people", {name: str(value) for name, value in self.cleaned_data.items()})


class PersonForm(FactsForm):
    """What the house knows of a trainer, with the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    email = email_field(required=False, help_text=_("Mails about dates go here."))

    def __init__(self, person: Person, data: Any = None, *, is_shared: bool = False) -> None:
        super().__init__(data, initial=said_of(person))
        self.offer_workshops(person.partner)
        if person.user is not None:
            del self.fields["email"]  # the account's, which is the login
        if is_shared:
            del self.fields["languages"], self.fields["towing"]


def said_of(person: Person) -> dict[str, Any]:
    trainer = person.trainer
    assert trainer is not None, "only trainers have facts to change"
    return {
        "version": trainer.version,
        "name": trainer.name,
        "email": trainer.email,
        "phone": trainer.phone,
        "languages": trainer.languages,
        "towing": trainer.towing,
        "qualifications": list(
            trainer.qualifications.filter(workshop__partner=person.partner).values_list("workshop", flat=True)
        ),
    }

"""Fields that several forms share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.text import CleanCharField, CleanEmailField
from booking.models import Booking, Need
from schools.search import must_fold_short
from workshops.models import Workshop
from workshops.vocabulary import Format

MOST_ADULTS = 100
MORE = ("arrival", "photos", "needs_list", "needs", "note")  # of a class, beyond its numbers


class WorkEmailField(CleanEmailField):
    """An address; where only its end is missing, the error says so."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError:
            name, at, domain = str(value).strip().rpartition("@")
            if name and at and domain and "." not in domain:
                raise ValidationError(_("The end is missing here, for example “.example”."), code="no_end") from None
            raise


def text(label: Any, *, longest: int, rows: int = 0, **options: Any) -> CleanCharField:
    """A line, or `rows` lines, of clean text."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else None
    if widget is not None:
        options["widget"] = widget
    return CleanCharField(label=label, max_length=longest, **options)


def number(label: Any, *, least: int, most: int | None = None, **options: Any) -> forms.IntegerField:
    """A whole number, typed on the digits of a phone."""
    messages = {
        "invalid": _("Please give a whole number, for example 24."),
        "min_value": _("Please give a number from %(limit_value)d on."),
        "max_value": _("Please give at most %(limit_value)d."),
    }
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, error_messages=messages, widget=widget, **options
    )


def day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def key_field(**options: Any) -> forms.CharField:
    """Hidden: the key under which a form has its effect once, however often it is sent."""
    return forms.CharField(widget=forms.HiddenInput, max_length=64, **options)


def offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    """Let a field choose from `rows`, which depend on who asks."""
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


def reads_along() -> CleanEmailField:
    """The address of somebody who gets copies; nobody has to be named."""
    return CleanEmailField(
        label=_("Who reads along"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        help_text=_(
            "An e-mail address, for example of a colleague: gets a copy of what changes, without the link. "
            "Deleted 14 days after the visit."
        ),
    )


class ContactForm(forms.Form):
    """Name, e-mail and telephone of who comes along."""

    contact_name = text(_("Name"), longest=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact_email = WorkEmailField(
        label=_("Work e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )
    contact_phone = text(
        _("Phone on the day of the visit"),
        longest=40,
        help_text=_("Only in case the bus does not come. Deleted after 7 days."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class ClassForm(ContactForm):
    """Who comes, what they need, and whom we call."""

    group_name = text(_("Class or course"), longest=40, help_text=_("for example 7b"), validators=[must_fold_short])
    pupils = number(_("Pupils"), least=1)
    adults = number(_("Adults"), least=0, most=MOST_ADULTS)
    grades = forms.TypedMultipleChoiceField(
        label=_("Grade of the class"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    needs_list = forms.MultipleChoiceField(
        label=_("What the class needs"), choices=Need.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    needs = text(
        _("What else we should provide"),
        longest=500,
        rows=2,
        required=False,
        help_text=_("No names and no diagnoses, please: only what we should prepare."),
    )
    note = text(_("Note for the team"), longest=1000, rows=2, required=False)
    arrival = forms.ChoiceField(
        label=_("How the class comes"), choices=[("", _("not known yet")), *Booking.Arrival.choices], required=False
    )
    photos = forms.ChoiceField(
        label=_("May we take photos?"), choices=Booking.Photos.choices, initial=Booking.Photos.NO, required=False
    )

    @property
    def has_more(self) -> bool:
        """Whether anything of what is folded up says something, or is wrong."""
        fields = [self[name] for name in MORE if name in self.fields]
        return any(field.errors or (field.value() or Booking.Photos.NO) != Booking.Photos.NO for field in fields)

    @property
    def said_of_class(self) -> dict[str, Any]:
        """What an Order takes of these fields. Only of a valid form."""
        said = {name: self.cleaned_data[name] for name in ("group_name", "pupils", "needs", "note", "photos")}
        lists = {name: tuple(self.cleaned_data[name]) for name in ("grades", "needs_list")}
        adults, arrival = self.cleaned_data["adults"] or 0, self.cleaned_data.get("arrival", "")
        return {**said, **lists, "adults": adults, "arrival": arrival}

    def clean_photos(self) -> str:
        """Who says nothing wants none."""
        return self.cleaned_data["photos"] or Booking.Photos.NO

    def ask_arrival_for(self, workshop: Workshop) -> None:
        """Where the class does not come to us, there is nothing to ask."""
        if workshop.format != Format.VISIT:
            del self.fields["arrival"]

    def offer_grades(self, grades: Iterable[int]) -> None:
        self.fields["grades"].choices = [(grade, str(grade)) for grade in sorted(grades)]  # type: ignore[attr-defined]  # a choice field

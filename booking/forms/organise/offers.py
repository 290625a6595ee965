"""A workshop with all that it says of itself: one form for the draft and for what is public."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.text import CleanCharField
from booking.forms.fields import key_field, number, offer
from booking.forms.organise.fundings import FundingRows
from booking.forms.organise.helping import HelperRows
from booking.forms.organise.photo import PhotoFields
from booking.forms.organise.policy import LABELS as POLICY
from booking.forms.organise.policy import groups_of, policy_fields, require_late_steps
from booking.forms.organise.texts import TextsField
from booking.houses import offering
from booking.idempotency import fingerprint_of
from schools.models import School
from workshops import pictures
from workshops.models import Partner, Policy, Venue, Workshop
from workshops.prose import LONGEST
from workshops.vocabulary import GRADES, BookingMode, Discipline, Format, InnovationField, SpokenLanguage

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MODES = [choice for choice in BookingMode.choices if choice[0] != BookingMode.WISH]  # nobody draws yet


def several(label: Any, choices: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **options)


class TextFields(forms.Form):
    """What an offer says, in the languages of the region."""

    title = TextsField(label=gettext_lazy("Title"), longest=120, required=True)
    summary = TextsField(
        label=gettext_lazy("In short"),
        longest=300,
        rows=2,
        help_text=gettext_lazy("One or two sentences: what do the pupils do, what do they take home?"),
    )
    description = TextsField(
        label=gettext_lazy("Description"),
        longest=LONGEST,
        rows=6,
        help_text=gettext_lazy("An empty line begins a paragraph, a line with - a list."),
    )
    course = TextsField(
        label=gettext_lazy("Course of the morning"),
        longest=2000,
        rows=5,
        help_text=gettext_lazy("One step a line: 8:00 · Arrive · Coats on the hook"),
    )
    bring = TextsField(label=gettext_lazy("What to bring"), longest=500, rows=2)
    kit = TextsField(
        label=gettext_lazy("What the team takes along"),
        longest=1000,
        rows=3,
        help_text=gettext_lazy("One thing a line. Only those who lead read it, in the reminder."),
    )
    cost = TextsField(label=gettext_lazy("Cost"), longest=300, help_text=gettext_lazy("for example: free of charge"))
    accessibility = TextsField(
        label=gettext_lazy("Accessibility"),
        longest=500,
        rows=2,
        help_text=gettext_lazy("What works with a wheelchair, what is loud, bright or narrow?"),
    )
    curriculum = TextsField(label=gettext_lazy("Link to the curriculum"), longest=1000, rows=3)


class OfferForm(TextFields, PhotoFields, FundingRows, HelperRows):
    """All facts of an offer of `partner`. `workshop` is None for a new one."""

    key = key_field(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    slug = CleanCharField(
        label=gettext_lazy("Address of the page"),
        max_length=offering.LONGEST_SLUG,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("Empty: made of the title. It can be changed as long as this is a draft."),
    )
    disciplines = several(gettext_lazy("Subjects"), Discipline.choices, required=False)
    innovation_field = forms.ChoiceField(
        label=gettext_lazy("Innovation field"),
        choices=[("", "–"), *InnovationField.choices],
        required=False,
    )
    grades = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Grades"),
        choices=[(grade, str(grade)) for grade in GRADES],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Years of schooling: the first year of a Polish LO is 9, of a Czech SŠ 10."),
    )
    school_kinds = several(
        gettext_lazy("Kinds of school"),
        School.Kind.choices,
        required=False,
        help_text=gettext_lazy("None ticked: for all."),
    )
    languages = several(gettext_lazy("Languages in which it is led"), SpokenLanguage.choices, required=False)
    minutes = number(gettext_lazy("Minutes"), least=15, most=720)
    capacity = number(gettext_lazy("Places for pupils"), least=1, most=500)
    max_groups = number(gettext_lazy("Groups at once"), least=1, most=100, initial=1)
    booking_mode = forms.ChoiceField(
        label=gettext_lazy("A booking is"), choices=MODES, widget=forms.RadioSelect, initial=BookingMode.REQUEST
    )
    format = forms.ChoiceField(
        label=pgettext_lazy("offer", "Format"), choices=Format.choices, widget=forms.RadioSelect, initial=Format.VISIT
    )
    venue = forms.ModelChoiceField(
        Venue.objects.none(), label=gettext_lazy("Place"), required=False, empty_label=gettext_lazy("No place of ours")
    )
    radius_km = number(
        gettext_lazy("Comes within … km"),
        least=1,
        most=500,
        required=False,
        help_text=gettext_lazy("Only for what comes to the school."),
    )

    def __init__(
        self, partner: Partner, workshop: Workshop | None, data: Any = None, files: Any = None, key: str = ""
    ) -> None:
        super().__init__(data, files, initial=initial_of(workshop) | {"key": key})
        self.workshop = workshop
        self.usual = workshop.usual if workshop else Policy.of(partner)
        self.fields |= policy_fields(self.usual)
        mine = workshop.venue_id if workshop else None
        offer(self.fields["venue"], partner.venues.filter(Q(active=True) | Q(pk=mine)).by_town())
        self.add_rows(list(workshop.pots.select_related("pot").order_by("pk")) if workshop else [])
        self.add_helpers(partner, list(workshop.cooperations.order_by("pk")) if workshop else [])
        if workshop and workshop.state != Workshop.State.DRAFT:
            del self.fields["slug"]
        if workshop and workshop.booking_mode == BookingMode.WISH:
            self.fields["booking_mode"].choices = BookingMode.choices  # type: ignore[attr-defined]  # a choice field

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug and not SLUG.fullmatch(slug):
            raise ValidationError(_("Only letters a–z, digits and single hyphens."), code="invalid")
        if slug in offering.RESERVED:
            raise ValidationError(_("This address is ours. Please choose another one."), code="reserved")
        return slug

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require_words_of_photo(self.present_photo)
        if values.get("capacity") and (values.get("min_pupils") or 0) > values["capacity"]:
            self.add_error("min_pupils", _("The smallest group must fit into the places."))
        require_late_steps(self, self.usual)
        return values

    @property
    def present_photo(self) -> str:
        return self.workshop.image.name or "" if self.workshop else ""

    @property
    def photo_shown(self) -> pictures.Shown | None:
        """The photo as it would be after saving."""
        typed = self.is_bound and hasattr(self, "cleaned_data")
        return pictures.shown(self.image_after(self.present_photo) if typed else self.present_photo)

    @property
    def rule_groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields of the house's rules."""
        return groups_of(self)

    def own_rules(self) -> int:
        """How many rules of its own this workshop has."""
        return sum(self[name].value() not in (None, "") for name in POLICY)

    @property
    def values(self) -> dict[str, Any]:
        """Columns of the workshop. Only of a valid form."""
        columns = {name: self.cleaned_data[name] for name in offering.COLUMNS if name in self.cleaned_data}
        return columns | {"image": self.image_after(self.present_photo)}

    def say(self, errors: dict[str, tuple[str, Any]]) -> None:
        """Show what is missing at the fields of a form that was only opened."""
        self.full_clean()
        self.cleaned_data = {}
        for name, (_code, sentence) in errors.items():
            self.add_error(name, sentence)

    @property
    def fingerprint(self) -> str:
        """Of what was typed: the same twice is a double click."""
        typed = self.values | {"key": self.cleaned_data["key"]}
        return fingerprint_of("POST", "workshops", {name: str(value) for name, value in typed.items()})


def initial_of(workshop: Workshop | None) -> dict[str, Any]:
    if workshop is None:
        return {}
    values = {name: getattr(workshop, name) for name in (*offering.TEXTS, *offering.PLAIN, "image_credit")}
    return values | {"version": workshop.version, "venue": workshop.venue_id}


def stored(workshop: Workshop) -> dict[str, Any]:
    """What stands there now, by field, to compare with what was typed."""
    return initial_of(workshop) | {"venue": workshop.venue}


WRONG_STEPS = {
    "what": ("title", "slug", "summary", "description"),
    "who": ("disciplines", "innovation_field", "grades", "school_kinds", "languages"),
    "size": ("minutes", "capacity", "max_groups", "booking_mode"),
    "where": ("format", "venue", "radius_km"),
    "day": ("course", "bring", "kit", "cost", "accessibility", "curriculum"),
    "picture": ("picture", "photo", "image_alt", "image_credit", "image_licence"),
    "rules": tuple(POLICY),
}


def wrong_steps(form: OfferForm) -> set[str]:
    """The steps of the form that hold an error."""
    wrong = {step for step, names in WRONG_STEPS.items() if form.errors.keys() & set(names)}
    rows = {name for name in form.errors if name.startswith(("pot_", "first_", "last_"))}
    helping = {name for name in form.errors if name.startswith(("house_", "since_", "until_"))}
    return wrong | ({"money"} if rows else set()) | ({"helpers"} if helping else set())

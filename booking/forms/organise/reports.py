"""What a report is asked, the same on the page and by programs; and what is noted when it is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.text import CleanCharField
from booking.access import roles_of
from booking.forms.fields import offer, text
from booking.reports.question import FILTERS, GROUPINGS, Question
from schools.districts import district_name
from schools.models import Country, School
from schools.schooldays import end_of_school_year, local_day, school_year_of
from schools.sorting import for_people
from workshops.chips import districts
from workshops.filters import DayField
from workshops.models import FundingPot, Partner, Workshop
from workshops.vocabulary import GRADES

GRADE_KEYS = [*((str(grade), str(grade)) for grade in GRADES), ("mixed", gettext_lazy("several grades"))]


class ReportForm(forms.Form):
    """A period and what narrows it. Without a period it is the school year of the first or last day, or of today."""

    partner = forms.ModelChoiceField(Partner.objects.all(), label=gettext_lazy("House"), required=False)
    workshop = forms.ModelChoiceField(Workshop.objects.none(), label=gettext_lazy("Workshop"), required=False)
    funding_pot = forms.ModelChoiceField(
        FundingPot.objects.order_by(*for_people("name")), label=gettext_lazy("Funding pot"), required=False
    )
    district = CleanCharField(label=gettext_lazy("District"), required=False, max_length=12, widget=forms.Select)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    school_type = forms.ChoiceField(label=gettext_lazy("School type"), required=False)
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), required=False)
    group_by = forms.ChoiceField(label=gettext_lazy("Grouped by"), choices=list(GROUPINGS.items()), required=False)

    def __init__(self, user: User, now: datetime, data: Mapping[str, Any]) -> None:
        self.now = now
        super().__init__(data)
        day = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        period = {
            "from": DayField(label=_("First day"), required=False, widget=day),
            "to": DayField(label=_("Last day"), required=False, widget=day),
        }
        self.fields = period | self.fields
        self.offer(user)

    def offer(self, user: User) -> None:
        """What `user` may choose from. Any house may be named: one of others is not there, an unknown one is wrong."""
        for name, key in (("partner", "slug"), ("workshop", "slug"), ("funding_pot", "code")):
            self.fields[name].to_field_name = key  # type: ignore[attr-defined]  # chooses a row
            self.fields[name].empty_label = _("All")  # type: ignore[attr-defined]  # chooses a row
        roles = roles_of(user)
        known = Workshop.objects.organised_by(user) if roles.organises_any else Workshop.objects.published()
        offer(self.fields["workshop"], known.by_title())
        everything = [("", _("All"))]
        if roles.partners and not roles.is_admin:
            own = Partner.objects.filter(pk__in=roles.partners).order_by(*for_people("name"))
            self.fields["partner"].widget.choices = [*everything, *own.values_list("slug", "name")]
        for name, options in (
            ("country", Country.choices),
            ("school_type", School.Kind.choices),
            ("grade", GRADE_KEYS),
        ):
            self.fields[name].choices = [*everything, *options]  # type: ignore[attr-defined]  # chooses a word
        self.fields["district"].widget.choices = [*everything, *codes()]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "from" in self.errors or "to" in self.errors:
            return values
        first, last = values.get("from"), values.get("to")
        first = first or school_year_of(last or local_day(self.now))
        last = last or end_of_school_year(first)
        if last < first:
            self.add_error("to", forms.ValidationError(_("The period ends before it begins."), code="before"))
        return values | {"from": first, "to": last}

    @property
    def question(self) -> Question:
        """Only of a valid form."""
        values = self.cleaned_data
        kept = {name: key_of(values.get(name)) for name in FILTERS}
        return Question(values["from"], values["to"], values.get("group_by") or "month", **kept)


def key_of(value: Any) -> str:
    if isinstance(value, Partner | Workshop):
        return value.slug
    return value.code if isinstance(value, FundingPot) else value or ""


def codes() -> list[tuple[str, str]]:
    """Those of the region first, then all others with schools, country by country."""
    known = School.objects.exclude(district_code="").order_by("district_code").values_list("district_code", flat=True)
    names = districts()
    others = [(code, district_name(code)) for code in known.distinct() if code not in names]
    return [*names.items(), *others]


class FreezeForm(forms.Form):
    note = text(
        gettext_lazy("Note"),
        longest=300,
        required=False,
        help_text=gettext_lazy("For example what the report is for. Whoever reads the frozen report reads it, too."),
    )

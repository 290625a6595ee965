"""What one may ask of offers and dates, the same on pages and in the API.

`WorkshopFilter(data, now=now)` gives `.qs` and, for a page, `.form`; a value that cannot be is an error of the form,
and the API makes a 400 of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.text import CleanCharField
from schools.models import School
from workshops.models import Partner, Slot, Workshop
from workshops.models.slot import SlotQuerySet
from workshops.models.workshop import WorkshopQuerySet
from workshops.month import Month
from workshops.near import MOST_KM, USUAL_KM, Around, PlaceField, around
from workshops.vocabulary import GRADES, Discipline, Format, SpokenLanguage

YES_NO = (("true", _("bookable")), ("false", _("not bookable")))
YEARS = range(1900, 2200)  # what fits into a timestamp on both sides


class MonthField(forms.Field):
    """A month as 2027-05."""

    def to_python(self, value: Any) -> Month | None:
        if value in self.empty_values:
            return None
        month = Month.read(str(value))
        if month is None:
            raise ValidationError(_("Please write a month as 2027-05."), code="invalid")
        return month


class DayField(forms.DateField):
    """A local day as 2027-05-31."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        day: date | None = super().to_python(value)
        if day and day.year not in YEARS:
            raise ValidationError(_("Please write a day as 2027-05-31."), code="invalid")
        return day


class TextFilter(django_filters.CharFilter):
    field_class = CleanCharField


class MonthFilter(django_filters.CharFilter):
    field_class = MonthField


class DayFilter(django_filters.DateFilter):
    field_class = DayField


class SeveralFilter(django_filters.TypedMultipleChoiceFilter):
    """A choice that may repeat; any of them will do."""

    always_filter = False


def grades_filter(**kwargs: Any) -> SeveralFilter:
    choices = [(str(grade), str(grade)) for grade in GRADES]
    return SeveralFilter(label=_("Grade"), choices=choices, coerce=int, **kwargs)


def bookable_filter(**kwargs: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=_("Bookable"), choices=YES_NO, **kwargs)


def district_filter(**kwargs: Any) -> django_filters.CharFilter:
    return TextFilter(label=_("District"), max_length=12, **kwargs)


def partner_filter(field: str) -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        field_name=field, to_field_name="slug", queryset=Partner.objects.all(), label=_("House")
    )


class PlaceFilter(django_filters.CharFilter):
    field_class = PlaceField


class KmFilter(django_filters.NumberFilter):
    field_class = forms.IntegerField


def place_filter() -> django_filters.CharFilter:
    return PlaceFilter(method="leave", label=_("Near the town or postcode"), max_length=80)


def km_filter() -> django_filters.NumberFilter:
    return KmFilter(method="leave", label=_("Within … km"), min_value=1, max_value=MOST_KM)


class AskedFilterSet(django_filters.FilterSet):
    """A filter that knows the moment: what is bookable depends on it."""

    def __init__(self, data: Any = None, queryset: Any = None, *, now: datetime, **kwargs: Any) -> None:
        self.now = now
        super().__init__(data, queryset, **kwargs)

    def asked(self, name: str) -> Any:
        """The clean value, or nothing where nothing or nonsense was typed."""
        if not self.is_bound:
            return None
        self.form.is_valid()
        return self.form.cleaned_data.get(name)

    def leave(self, rows: Any, name: str, value: Any) -> Any:
        """For filters that work together in `filter_queryset`."""
        return rows

    @cached_property
    def around(self) -> Around | None:
        """What lies around the place asked for; nothing where none was."""
        place = self.asked("near")
        return around(place, self.asked("km") or USUAL_KM) if place else None


class WorkshopFilter(AskedFilterSet):
    """Offers by words, people and places; `month`, `district` and `bookable` ask for a date that is all of it.

    Where nothing has the words, `qs` holds what looks like them, and `alike` says so.
    """

    alike = False

    q = TextFilter(method="with_words", label=_("Topic, place or subject"), max_length=200)
    grade = grades_filter(method="for_grades")
    school_type = SeveralFilter(method="for_kinds", label=_("Type of school"), choices=School.Kind.choices)
    discipline = SeveralFilter(method="of_disciplines", label=_("Subject"), choices=Discipline.choices)
    format = SeveralFilter(field_name="format", lookup_expr="exact", label=_("Format"), choices=Format.choices)
    language = SeveralFilter(method="in_languages", label=_("Language"), choices=SpokenLanguage.choices)
    partner = partner_filter("partner")
    district = district_filter(method="leave")
    near = place_filter()
    km = km_filter()
    bookable = bookable_filter(method="leave")
    month = MonthFilter(method="leave", label=_("Month"))

    class Meta:
        model = Workshop
        fields: list[str] = []

    def __init__(self, data: Any = None, queryset: WorkshopQuerySet | None = None, **kwargs: Any) -> None:
        super().__init__(data, Workshop.objects.published() if queryset is None else queryset, **kwargs)

    def filter_queryset(self, queryset: WorkshopQuerySet) -> WorkshopQuerySet:
        offers: WorkshopQuerySet = super().filter_queryset(queryset)
        dates = self.dates_there()
        if district := self.asked("district"):
            offers = offers.in_district(district, self.coming())
        if self.around:
            offers = offers.near(self.around, self.coming())
        if self.asked("bookable") == "false":
            return offers.exclude(pk__in=dates.bookable(self.now).values("workshop"))
        if self.asked("bookable") or self.asked("month"):
            offers = offers.filter(pk__in=self.dates().values("workshop"))
        return offers

    def dates(self) -> SlotQuerySet:
        """The coming dates that the filter means: a card shows these."""
        dates = self.dates_there()
        return dates.bookable(self.now) if self.asked("bookable") == "true" else dates

    def dates_there(self) -> SlotQuerySet:
        """The coming dates in the month and at the places asked for."""
        dates = self.coming()
        if month := self.asked("month"):
            dates = dates.in_month(month.year, month.number)
        if district := self.asked("district"):
            dates = dates.in_district(district)
        return dates.near(self.around) if self.around else dates

    def coming(self) -> SlotQuerySet:
        return Slot.objects.public().filter(starts_at__gte=self.now)

    def with_words(self, offers: WorkshopQuerySet, name: str, text: str) -> WorkshopQuerySet:
        found = offers.matching(text, disciplines_called(text))
        if found.exists():
            return found
        alike = offers.resembling(text)
        self.alike = alike.exists()
        return alike

    def for_grades(self, offers: WorkshopQuerySet, name: str, grades: list[int]) -> WorkshopQuerySet:
        return offers.for_grades(grades) if grades else offers

    def for_kinds(self, offers: WorkshopQuerySet, name: str, kinds: list[str]) -> WorkshopQuerySet:
        return offers.for_school_kinds(kinds) if kinds else offers

    def of_disciplines(self, offers: WorkshopQuerySet, name: str, codes: list[str]) -> WorkshopQuerySet:
        return offers.of_disciplines(codes) if codes else offers

    def in_languages(self, offers: WorkshopQuerySet, name: str, codes: list[str]) -> WorkshopQuerySet:
        return offers.in_languages(codes) if codes else offers


class SlotFilter(AskedFilterSet):
    """Dates by time, offer and place. Without `from` they begin now."""

    workshop = django_filters.ModelChoiceFilter(
        to_field_name="slug", queryset=Workshop.objects.published(), label=_("Workshop")
    )
    to = DayFilter(method="until", label=_("Last day"))
    month = MonthFilter(method="within", label=_("Month"))
    grade = grades_filter(method="for_grades")
    bookable = bookable_filter(method="that_take")
    partner = partner_filter("workshop__partner")
    district = district_filter(method="there")
    near = place_filter()
    km = km_filter()

    class Meta:
        model = Slot
        fields: list[str] = []

    def __init__(self, data: Any = None, queryset: SlotQuerySet | None = None, **kwargs: Any) -> None:
        super().__init__(data, Slot.objects.public() if queryset is None else queryset, **kwargs)

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """`from` is a word of Python's own and cannot be an attribute."""
        return {"from": DayFilter(method="since", label=_("First day")), **super().get_filters()}

    def filter_queryset(self, queryset: SlotQuerySet) -> SlotQuerySet:
        slots: SlotQuerySet = super().filter_queryset(queryset)
        if self.around:
            slots = slots.near(self.around)
        return slots if self.asked("from") else slots.filter(starts_at__gte=self.now)

    def since(self, slots: SlotQuerySet, name: str, day: date) -> SlotQuerySet:
        return slots.from_day(day)

    def until(self, slots: SlotQuerySet, name: str, day: date) -> SlotQuerySet:
        return slots.to_day(day)

    def within(self, slots: SlotQuerySet, name: str, month: Month) -> SlotQuerySet:
        return slots.in_month(month.year, month.number)

    def for_grades(self, slots: SlotQuerySet, name: str, grades: list[int]) -> SlotQuerySet:
        return slots.for_grades(grades) if grades else slots

    def that_take(self, slots: SlotQuerySet, name: str, word: str) -> SlotQuerySet:
        takes = slots.bookable(self.now)
        return takes if word == "true" else slots.exclude(pk__in=takes.values("pk"))

    def there(self, slots: SlotQuerySet, name: str, code: str) -> SlotQuerySet:
        return slots.in_district(code)


def disciplines_called(text: str) -> Iterable[str]:
    """Subjects of whose name in the reader's language a word begins as typed."""
    typed = text.casefold()
    for code, label in Discipline.choices:
        name = str(label).casefold()
        if name.startswith(typed) or f" {typed}" in name:
            yield code

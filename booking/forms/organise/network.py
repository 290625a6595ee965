"""The network: houses, funders, pots of money, and who reads their reports."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from booking.forms.fields import day_field, key_field, offer, text
from booking.forms.organise.partner import mailbox_field
from booking.forms.organise.people import email_field
from booking.forms.organise.texts import TextsField
from schools.sorting import for_people, sort_key
from workshops.models import Funder, FundingPot

LINE = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class WhoForm(forms.Form):
    """Somebody to invite."""

    email = email_field()
    person = text(gettext_lazy("Name of the person"), longest=120)
    language = forms.ChoiceField(label=gettext_lazy("Language of the invitation"), choices=settings.LANGUAGES)


class NewHouseForm(WhoForm):
    """A new house and the first person who organises it."""

    field_order = ("name", "slug", "mailbox", "person", "email", "language")

    key = key_field()
    name = text(gettext_lazy("Name of the house"), longest=120)
    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs=LINE),
        help_text=gettext_lazy(
            "The last part of the address of its page, for example makerspace. Empty: made of the name."
        ),
    )
    mailbox = mailbox_field()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("slug") and not self.has_error("slug"):
            values["slug"] = slugify(sort_key(values.get("name", "")))[:50].strip("-")
            if not values["slug"]:
                self.add_error("slug", _("Please give an address of letters and digits."))
        return values

    @property
    def values(self) -> dict[str, Any]:
        """Columns of Partner. Only of a valid form."""
        return {name: self.cleaned_data[name] for name in ("name", "slug", "mailbox")}

    @property
    def first(self) -> dict[str, str]:
        """Whom to invite. Only of a valid form."""
        said = self.cleaned_data
        return {"email": said["email"], "name": said["person"], "language": said["language"]}


class FunderForm(forms.Form):
    key = key_field()
    name = text(
        pgettext_lazy("of a thing", "Name"), longest=160, help_text=gettext_lazy("The ministry, foundation or company.")
    )
    kind = text(
        gettext_lazy("Kind"), longest=80, required=False, help_text=gettext_lazy("for example ministry, foundation")
    )

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "kind")}


class PotForm(forms.Form):
    """Money for a purpose and a time."""

    key = key_field()
    name = text(pgettext_lazy("of a thing", "Name"), longest=160)
    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=50,
        widget=forms.TextInput(attrs=LINE),
        help_text=gettext_lazy("Stands in reports, for example sn-mint-2027."),
    )
    funder = forms.ModelChoiceField(
        Funder.objects.none(), label=gettext_lazy("Funder"), empty_label=gettext_lazy("Please choose")
    )
    first = day_field(gettext_lazy("Runs from"))
    last = day_field(gettext_lazy("Runs until"), required=False, help_text=gettext_lazy("Empty: without an end."))
    acknowledgement = TextsField(
        label=gettext_lazy("Acknowledgement"),
        longest=1000,
        rows=2,
        help_text=gettext_lazy("The sentence that must stand beside what the money paid for."),
    )
    hold_until = day_field(
        gettext_lazy("Keep evidence until"),
        required=False,
        help_text=gettext_lazy("Until then attendance is kept, although it would be deleted otherwise."),
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        offer(self.fields["funder"], Funder.objects.order_by(*for_people("name")))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last, hold = values.get("first"), values.get("last"), values.get("hold_until")
        if values.get("code") == "new":
            self.add_error("code", _("This word is an address of ours. Please take another code."))
        if first and last and last < first:
            self.add_error("last", _("The end must come after the beginning."))
        if hold and last and hold < last:
            self.add_error("hold_until", _("Evidence is kept at least as long as the money runs."))
        return values

    @property
    def values(self) -> dict[str, Any]:
        """Columns of FundingPot. Only of a valid form."""
        said = self.cleaned_data
        columns = {name: said[name] for name in ("name", "code", "funder", "acknowledgement", "hold_until")}
        return columns | {"valid": DateRange(said["first"], after(said["last"]))}


def after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day else None


def said_of(pot: FundingPot) -> dict[str, Any]:
    columns = {name: getattr(pot, name) for name in ("name", "code", "funder", "acknowledgement", "hold_until")}
    return columns | {"first": pot.valid.lower, "last": pot.last_day}

"""What a house says of itself, as one form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from booking.forms.fields import WorkEmailField, text
from booking.forms.organise.policy import groups_of, policy_fields, require_late_steps
from booking.forms.organise.texts import TextsField
from booking.houses.partner import RULES
from workshops import pictures
from workshops.colour import HEX, LEAST, nearest, worst
from workshops.models import Partner, Policy

TEXTS = ("about", "house_rules", "terms", "imprint", "privacy")
LONGEST_TEXT = 8000
LOGO = {"longest": 600, "smallest": 48}
COLUMNS = ("name", "legal_name", "mailbox", "phone", *TEXTS, "colour", *RULES)
MARKDOWN = gettext_lazy("Paragraphs, lists and **bold** words as in Markdown.")


def mailbox_field() -> WorkEmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"})
    hint = gettext_lazy("Requests arrive here, and answers to mails too.")
    return WorkEmailField(label=gettext_lazy("Mailbox"), max_length=254, help_text=hint, widget=widget)


class ColourField(forms.CharField):
    """A colour as #rrggbb that can be read: as text on each light ground, and under white text."""

    def to_python(self, value: Any) -> str:
        typed = str(value or "").strip().lower().removeprefix("#")
        if len(typed) == 3:
            typed = "".join(sign * 2 for sign in typed)
        return f"#{typed}" if typed else ""

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not HEX.fullmatch(value):
            raise ValidationError(_("Please write the colour as # and six signs, for example #29406b."), code="invalid")
        if value and worst(value) < LEAST:
            raise ValidationError(too_pale(value), code="contrast")


def too_pale(colour: str) -> str:
    ratio = number_format(int(worst(colour) * 10) / 10, 1)
    message = _(
        "Too pale to read: the contrast is %(ratio)s : 1, and 4.5 : 1 are needed. The nearest that fits: %(colour)s"
    )
    return message % {"ratio": ratio, "colour": nearest(colour)}


class HouseForm(forms.Form):
    """All that a house says of itself; `version` is the one that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    name = text(pgettext_lazy("of a thing", "Name"), longest=120)
    legal_name = text(
        gettext_lazy("Legal name"),
        longest=160,
        required=False,
        help_text=gettext_lazy("Who is answerable, as in the imprint."),
    )
    mailbox = mailbox_field()
    phone = text(gettext_lazy("Telephone"), longest=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    about = TextsField(label=gettext_lazy("About the house"), longest=LONGEST_TEXT, rows=5, help_text=MARKDOWN)
    house_rules = TextsField(label=gettext_lazy("House rules"), longest=LONGEST_TEXT, rows=5, help_text=MARKDOWN)
    terms = TextsField(label=gettext_lazy("Terms of participation"), longest=LONGEST_TEXT, rows=5, help_text=MARKDOWN)
    imprint = TextsField(label=gettext_lazy("Imprint"), longest=LONGEST_TEXT, rows=5, help_text=MARKDOWN)
    privacy = TextsField(label=gettext_lazy("Privacy note"), longest=LONGEST_TEXT, rows=5, help_text=MARKDOWN)
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 10 MB. It is shown on white."),
    )
    logo_kept = forms.CharField(widget=forms.HiddenInput, required=False, max_length=120)
    no_logo = forms.BooleanField(label=gettext_lazy("Show no logo"), required=False)
    colour = ColourField(
        label=gettext_lazy("Colour"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("For example #29406b. On dark pages it is lifted by itself. Empty: our indigo."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, partner: Partner, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial=said_of(partner))
        self.partner = partner
        self.fields |= policy_fields(Policy(), gettext_lazy("Empty: as usual, %(value)s."))

    def clean_logo(self) -> Any:
        """What was sent is kept at once, so that another mistake in the form does not cost the upload."""
        upload = self.cleaned_data["logo"]
        if upload:
            with pictures.held():
                self.remember_logo(pictures.keep(pictures.clean(upload, **LOGO), "logos"))
        return upload

    def remember_logo(self, name: str) -> None:
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        self.data["logo_kept"] = name

    def clean_logo_kept(self) -> str:
        name = self.data.get("logo_kept", "")
        is_logo = name.startswith("logos/") and pictures.NAME.fullmatch(name)
        return name if is_logo else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        require_late_steps(self, Policy())
        return values

    @property
    def logo_shown(self) -> pictures.Shown | None:
        return pictures.shown(self.data.get("logo_kept") or self.partner.logo.name or "")

    @property
    def values(self) -> dict[str, Any]:
        """Columns of Partner. Only of a valid form."""
        said = self.cleaned_data
        logo = "" if said["no_logo"] else said["logo_kept"] or self.partner.logo.name or ""
        return {name: said[name] for name in COLUMNS} | {"logo": logo}

    @property
    def contact(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", "legal_name", "mailbox", "phone")]

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[name] for name in TEXTS]

    @property
    def rule_groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return groups_of(self)

    @property
    def rules_are_wrong(self) -> bool:
        return any(field.errors for _title, fields in self.rule_groups for field in fields)


def said_of(partner: Partner) -> dict[str, Any]:
    return {"version": partner.version} | {name: getattr(partner, name) for name in COLUMNS}

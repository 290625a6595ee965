"""Bringing the schools up to date: the register's file, then the word that it may be written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.registers import SOURCES
from schools.registers.files import UnreadableError
from schools.registers.reading import Reading

MOST_BYTES = 10 * 2**20
NAMES = {"sn": gettext_lazy("Sächsische Schuldatenbank (JSON or CSV)")}


class RegisterForm(forms.Form):
    """A file of a register; once it is valid, `reading` is what it says."""

    source = forms.ChoiceField(label=gettext_lazy("Register"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("At most 10 MB. Names of persons in it are not read."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.csv,application/json,text/csv"}),
    )
    reading: Reading

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"].choices = [(code, NAMES[code]) for code in SOURCES]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            try:
                self.reading = self.read(values["source"], values["file"])
            except (UnreadableError, ValidationError) as error:
                self.add_error("file", error if isinstance(error, ValidationError) else str(error))
        return values

    def read(self, source: str, file: Any) -> Reading:
        """What the file says. Raises UnreadableError, ValidationError."""
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 2**20})
        reading = SOURCES[source](file.read())
        if not reading.entries:
            why = " ".join(remark.why for remark in reading.skipped[:1])
            raise ValidationError(_("No school could be read.") + f" {why}")
        return reading


class ApplyForm(forms.Form):
    """The word that it may be written; where much would close, the tick that this is meant."""

    force = forms.BooleanField(label=gettext_lazy("The file is whole: these schools are really closed"), required=False)

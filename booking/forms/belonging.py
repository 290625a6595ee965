"""Who belongs to which school, and which mails somebody wants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import offer, text
from booking.models import MessageChoice
from schools.models import School

REASON_LENGTH = 500


class MailsForm(forms.Form):
    """How an organiser hears of new requests."""

    request_arrived = forms.ChoiceField(
        label=_("When a school asks for a date"), choices=MessageChoice.How.choices, widget=forms.RadioSelect
    )


class RefusalForm(forms.Form):
    """Why somebody is not confirmed."""

    reason = text(_("Reason"), longest=REASON_LENGTH, rows=2, help_text=_("The person reads it in the mail."))

    def __init__(self, data: Any = None, *, prefix_id: str = "id") -> None:
        super().__init__(data, auto_id=f"{prefix_id}-%s")


class PickSchoolForm(forms.Form):
    """One of the schools of the register; the page offers those that were found."""

    school = forms.ModelChoiceField(
        School.objects.none(), error_messages={"required": _("Please choose a school from the list.")}
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        offer(self.fields["school"], School.objects.active().defer("search"))

"""Who belongs to which school, and which mails somebody wants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking.forms.fields import offer, text
from booking.messages import mail_choices
from booking.models import MessageChoice
from schools.models import School

REASON_LENGTH = 500


class MailsForm(forms.Form):
    """Which mails a person wants; what is left out of a post stays as it is."""

    def __init__(self, person: User, data: Any = None) -> None:
        super().__init__(data, initial=mail_choices.chosen_by(person))
        for code in self.initial:
            self.fields[code] = forms.ChoiceField(
                label=mail_choices.LABELS[code], choices=mail_choices.ways_of(code), required=False
            )

    def clean(self) -> dict[str, Any]:
        """Who reads of something in the morning wants the mail of the morning."""
        chosen = {name: how for name, how in (super().clean() or {}).items() if how}
        will_be = {**self.initial, **chosen}
        in_digest = any(will_be.get(code) == MessageChoice.How.DIGEST for code in mail_choices.IN_DIGEST)
        if in_digest and will_be.get(mail_choices.DIGEST) == MessageChoice.How.NEVER:
            self.add_error(None, _("What you want to read in the morning needs the mail of the morning."))
        return chosen


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

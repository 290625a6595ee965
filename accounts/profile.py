"""What people say about themselves."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.language import speak
from accounts.models import User
from accounts.text import CleanCharField


class ProfileForm(forms.Form):
    """Name, telephone, language; the address is the login and stays."""

    name = CleanCharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = CleanCharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        help_text=_("Only for the day of a visit, if the bus does not come."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(label=_("Language of pages and mails"), choices=settings.LANGUAGES)


def keep(request: HttpRequest, person: User, said: dict[str, str]) -> HttpResponse:
    """Write it down, go on in the language that was chosen, and say so in it."""
    User.objects.filter(pk=person.pk).update(**said)
    response = redirect("profile")
    speak(response, said["language"])
    with override(said["language"]):
        messages.success(request, str(_("Saved, thank you.")))
    return response

"""The photo of an offer: what is sent, what is kept while the rest of the form is mended, and what is said of it."""

from __future__ import annotations

from django import forms
from django.core import signing
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.forms.fields import text
from booking.forms.organise.texts import TextsField
from workshops import pictures
from workshops.texts import FALLBACK
from workshops.vocabulary import Licence, Picture

WIDEST, LEAST = 1600, 400
SALT = "photo of a form"
NEED_CREDIT = {Licence.CC_BY, Licence.CC_BY_SA}


class PhotoFields(forms.Form):
    """A photo instead of the drawing. What was sent is kept while the rest of the form is mended."""

    picture = forms.ChoiceField(
        label=gettext_lazy("Drawing"),
        choices=[("", gettext_lazy("Please choose")), *Picture.choices],
        required=False,
        help_text=gettext_lazy("Shown where there is no photo."),
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy(
            "JPEG, PNG or WebP, 10 MB at most, wide format. We make it smaller and remove place and device."
        ),
    )
    kept_photo = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)
    no_photo = forms.BooleanField(label=gettext_lazy("Take the photo away"), required=False)
    image_alt = TextsField(
        label=gettext_lazy("What the photo shows"),
        longest=200,
        help_text=gettext_lazy("For who does not see it: “Three pupils hold a printed bridge.”"),
    )
    image_credit = text(
        gettext_lazy("Who made the photo"),
        longest=120,
        required=False,
        help_text=gettext_lazy("This name stands below the photo."),
    )
    image_licence = forms.ChoiceField(
        label=gettext_lazy("Licence of the photo"),
        choices=[("", gettext_lazy("Please choose")), *Licence.choices],
        required=False,
        help_text=gettext_lazy("Recognisable persons must have agreed, for children their parents."),
    )

    def clean_photo(self) -> ContentFile[bytes] | None:
        upload = self.cleaned_data.get("photo")
        return pictures.clean(upload, longest=WIDEST, smallest=LEAST) if upload else None

    def clean_kept_photo(self) -> str:
        """The name of a file that this form brought before; nobody can make one up."""
        try:
            return str(signing.loads(self.cleaned_data["kept_photo"], salt=SALT))
        except signing.BadSignature:
            return ""

    def keep_photo(self) -> None:
        """Put what was sent into the media folder, so that it need not be sent again."""
        photo = self.cleaned_data.get("photo")
        if photo:
            pictures.discard_unused()  # what others sent and then forgot
            with pictures.held():
                name = pictures.keep(photo, "workshops")
            self.cleaned_data["kept_photo"] = name
            assert isinstance(self.data, QueryDict)
            data = self.data.copy()
            data["kept_photo"] = signing.dumps(name, salt=SALT)
            self.data = data

    def image_after(self, present: str) -> str:
        """The name of the photo that the form wants, `present` being the one there is."""
        values = self.cleaned_data
        if values.get("no_photo") and not values.get("photo"):
            return ""
        return values.get("kept_photo") or present

    def require_words_of_photo(self, present: str) -> None:
        """What is said beside a photo, if there will be one."""
        values = self.cleaned_data
        if not (values.get("photo") or self.image_after(present)):
            return
        if "image_alt" in values and not values["image_alt"].get(FALLBACK):
            self.add_error("image_alt", _("Please say in German what the photo shows."))
        if not values.get("image_licence"):
            self.add_error("image_licence", _("On which terms may it be shown?"))
        if values.get("image_licence") in NEED_CREDIT and not values.get("image_credit"):
            self.add_error("image_credit", _("This licence asks for the name."))

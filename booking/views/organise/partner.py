"""The own house: what it says of itself, how it looks, and its rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import for_organisers
from booking.forms.organise.partner import HouseForm, said_of
from booking.forms.stale import compare
from booking.history import edits
from booking.houses.partner import edit
from booking.views.houses import choose_house, chosen_house, own_houses
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from workshops.colour import nearest
from workshops.models import Partner

MOST_HISTORY = 20


@for_organisers
def partner(request: SignedInRequest) -> HttpResponse:
    """Everything about one's house on one page; of several houses one is chosen first."""
    mine = own_houses(request)
    chosen = chosen_house(request, mine)
    if chosen is None:
        return choose_house(request, mine, nav="partner", title=_("Which house?"))
    house = Partner.objects.get(pk=chosen.pk)
    form = HouseForm(house, posted(request), request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            version = form.cleaned_data["version"]
            edit(house, form.values, version=version, by=request.actor, now=timezone.now())
            messages.success(request, _("Saved, thank you."))
            return redirect(f"{reverse('organise_partner')}?partner={house.slug}")
    if form.is_bound:
        house.refresh_from_db()
        compare(form, said_of(house))
    context = {"nav": "partner", "partner": house, "form": form, "history": edits.lines_of(house, MOST_HISTORY)}
    return render(request, "booking/organise/partner.html", context | colours(form))


def colours(form: HouseForm) -> dict[str, str]:
    """The colour that was typed, and the one that is proposed instead where it cannot be read."""
    typed = form["colour"].value() or ""
    errors = form.errors.as_data().get("colour", [])
    proposed = nearest(form.fields["colour"].to_python(typed)) if errors and errors[0].code == "contrast" else ""
    return {"colour": typed, "proposed": proposed}

"""What people say about themselves: name and language, the schools they belong to, the mails they want."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.audience import for_signed_in
from accounts.models import User
from accounts.profile import ProfileForm, keep
from booking import belonging
from booking.access import roles_of
from booking.errors import BookingError, NotAllowed
from booking.forms.school.belonging import MailsForm, PickSchoolForm
from booking.forms.school.school_choice import find
from booking.messages import mail_choices
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from schools.models import Membership

MOST_SHOWN = 50


@for_signed_in
def profile(request: SignedInRequest) -> HttpResponse:
    """Name, telephone, language; schools and colleagues; mails; sign-out."""
    person = request.user
    said = {"name": person.name, "phone": person.phone, "language": person.language}
    form = ProfileForm(posted(request), initial=said)
    if form.is_valid():
        return keep(request, person, form.cleaned_data)
    return render(request, "booking/profile/profile.html", {"form": form, "nav": "profile", **surroundings(person)})


def surroundings(person: User) -> dict[str, Any]:
    """What stands beside the form: where the person belongs, who waits for a word, which mails come."""
    return {
        "memberships": belonging.memberships_of(person)[:MOST_SHOWN],
        "colleagues": belonging.colleagues_to_confirm(person)[:MOST_SHOWN],
        "mails": MailsForm(person),
    }


@for_signed_in
@require_POST
def mails(request: SignedInRequest) -> HttpResponse:
    """Which of the mails that may be switched off come, and whether at once or in the morning."""
    form = MailsForm(request.user, request.POST)
    if form.is_valid():
        mail_choices.keep(request.user, form.cleaned_data)
        messages.success(request, _("Saved, thank you."))
    else:
        said = form.non_field_errors()
        messages.warning(request, str(said[0]) if said else _("Please choose one of those that are offered."))
    return redirect("profile")


@for_signed_in
@require_POST
def confirm_colleague(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that a teacher belongs to the own school."""
    colleague = get_object_or_404(confirmable(request.user), pk=pk)
    try:
        belonging.decide(colleague, yes=True, by=request.actor, now=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except BookingError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Thank you. Your colleague gets a mail."))
    return redirect("profile")


def confirmable(person: User) -> Any:
    """Others who say to belong to a school that has confirmed `person`; decided ones too, for whoever comes second."""
    return Membership.objects.filter(school__in=roles_of(person).trusted, role="teacher").exclude(user=person)


@for_signed_in
@require_POST
def ask_office(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let the own school's mailbox be asked; it is asked once."""
    mine = get_object_or_404(request.user.memberships.select_related("user", "school"), pk=pk)
    if belonging.ask_office(mine, now=timezone.now()):
        messages.success(request, _("The office of your school has a mail from us. With its answer you get one, too."))
    else:
        messages.warning(request, _("We cannot write to this school today. Please ask the organiser."))
    return redirect("profile")


@for_signed_in
@require_POST
def office_copies(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether the mailbox of the school reads along; its office says so."""
    offices = request.user.memberships.filter(role="office", state="confirmed")
    school = get_object_or_404(offices.select_related("school"), pk=pk).school
    belonging.let_read_along(school, wanted=request.POST.get("wanted") == "yes", now=timezone.now())
    messages.success(request, _("Saved, thank you."))
    return redirect("profile")


@for_signed_in
def office(request: SignedInRequest) -> HttpResponse:
    """Say that one works in the office of a school; its mailbox or an organiser confirms it."""
    form = PickSchoolForm(posted(request))
    if form.is_valid():
        school = form.cleaned_data["school"]
        belonging.declare(request.user, school, now=timezone.now(), role="office", how="profile")
        messages.success(request, _("Noted. As soon as the school has confirmed it, you see its bookings."))
        return redirect("profile")
    typed = request.GET.get("school_q", "")
    context = {"nav": "profile", "form": form, "typed": typed.strip(), "found": find(typed)}
    return render(request, "booking/profile/office.html", context)

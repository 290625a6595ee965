"""Schools of organisers: who says to belong to one, schools that were typed in, and one school with its visits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import belonging
from booking.access import for_organisers
from booking.errors import BookingError, NotAllowed
from booking.forms.school.belonging import PickSchoolForm, RefusalForm
from booking.forms.school.school_choice import find
from booking.models import Booking
from booking.views.organise import notes
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import word
from schools.models import Membership, School

ON_A_PAGE = 20
MOST_MEMBERS = 50
REMEMBERED = timedelta(days=730)  # marks of visits that nobody came to


@for_organisers
def schools(request: SignedInRequest) -> HttpResponse:
    """One of three lists: who waits to be confirmed, schools that were typed in, all schools by name."""
    tab = request.GET.get("tab", "")
    rows = {"typed": typed_in, "all": by_name}.get(tab, waiting)(request)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "schools",
        "tab": tab if tab in {"typed", "all"} else "waiting",
        "page": page,
        "q": word(request.GET.get("q")),
        "waiting_count": waiting(request).count(),
        "typed_count": typed_in(request).count(),
    }
    if context["tab"] == "waiting":
        context["cards"] = [{"member": member, "reason": refusal_form(member)} for member in page]
    return render(request, "booking/organise/schools.html", context)


def own_schools(request: SignedInRequest) -> Any:
    return School.objects.organised_by(request.user).defer("search")


def waiting(request: SignedInRequest) -> Any:
    """Who says to belong to a school, the longest first, with the number of live bookings."""
    return members_in(own_schools(request)).declared().order_by("at", "pk")


def members_in(schools: Any) -> Any:
    live = Booking.objects.live().filter(owner=OuterRef("user"), school=OuterRef("school")).order_by()
    numbers = Subquery(live.values("owner").annotate(number=Count("pk")).values("number"))
    members = Membership.objects.filter(school__in=schools.values("pk")).annotate(live=Coalesce(numbers, 0))
    return members.select_related("user", "school", "by")


def refusal_form(member: Membership) -> RefusalForm:
    return RefusalForm(prefix_id=f"member-{member.pk}")


def typed_in(request: SignedInRequest) -> Any:
    proposed = own_schools(request).filter(state=School.State.PROPOSED).select_related("proposed_by")
    return proposed.annotate(visits=Count("bookings")).order_by("pk")


def by_name(request: SignedInRequest) -> Any:
    found = own_schools(request).exclude(state=School.State.CLOSED)
    if typed := word(request.GET.get("q")):
        found = found.matching(typed)
    return found.annotate(visits=Count("bookings")).by_name()


def own(request: SignedInRequest, pk: int) -> School:
    """A school that has to do with an own partner. Raises Http404."""
    found: School = get_object_or_404(own_schools(request).select_related("proposed_by", "merged_into"), pk=pk)
    return found


@for_organisers
def school(request: SignedInRequest, pk: int) -> HttpResponse:
    """One school: who belongs to it, its visits with own partners, what the team noted."""
    found = own(request, pk)
    if found.merged_into_id:
        return redirect("organise_school", found.merged_into_id)
    return show(request, found)


def show(request: SignedInRequest, school: School, *, form: Form | None = None, refusal: Any = None) -> HttpResponse:
    """`form` is the merger to look at again, `refusal` (member id, form) the refusal."""
    mine = Booking.objects.filter(school=school).organised_by(request.user)
    page = Paginator(mine.with_facts().order_by("-slot__starts_at", "-pk"), ON_A_PAGE)
    since = timezone.now() - REMEMBERED
    typed = word(request.GET.get("q"))
    context = {
        "nav": "schools",
        "school": school,
        "cards": cards(school, refusal),
        "page": page.get_page(request.GET.get("page")),
        "missed": mine.missed().filter(slot__starts_at__gte=since).count(),
        "is_typed": school.state == School.State.PROPOSED,
        "form": form or PickSchoolForm(),
        "typed": typed,
        "found": find(typed or school.name) if school.state == School.State.PROPOSED else [],
        **notes.on_school(request, school),
    }
    return render(request, "booking/organise/school.html", context)


def cards(school: School, refusal: Any) -> list[dict[str, Any]]:
    """The members, those who wait first."""
    members = members_in(School.objects.filter(pk=school.pk)).order_by("-state", "at", "pk")
    at_fault = dict([refusal]) if refusal else {}
    waits = sorted(members[:MOST_MEMBERS], key=lambda member: member.state != Membership.State.DECLARED)
    return [
        {"member": member, "reason": at_fault.get(member.pk) or refusal_form(member), "open": member.pk in at_fault}
        for member in waits
    ]


@for_organisers
@require_POST
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm that somebody belongs to a school, or refuse it with a reason."""
    member = get_object_or_404(members_in(own_schools(request)), pk=pk)
    yes = request.POST.get("answer") == "yes"
    form = RefusalForm({"reason": request.POST.get("reason", "")}, prefix_id=f"member-{member.pk}")
    if not yes and not form.is_valid():
        return show(request, member.school, refusal=(member.pk, form))
    try:
        reason = "" if yes else form.cleaned_data["reason"]
        belonging.decide(member, yes=yes, by=request.actor, now=timezone.now(), reason=reason)
    except NotAllowed as refusal:  # oneself
        raise PermissionDenied from refusal
    said = _("%(who)s is confirmed and gets a mail.") if yes else _("%(who)s is refused and gets a mail.")
    messages.success(request, said % {"who": member.user})
    return redirect("organise_school", member.school_id)


@for_organisers
@require_POST
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a school that was typed in as it is."""
    found = own(request, pk)
    try:
        belonging.accept_school(found, by=request.actor, now=timezone.now())
        messages.success(request, _("The school is in the register now; everybody can choose it."))
    except BookingError:
        messages.info(request, _("Somebody has decided about this school already."))
    return redirect("organise_school", found.pk)


@for_organisers
@require_POST
def merge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give all of a school that was typed in to one of the register."""
    found = own(request, pk)
    form = PickSchoolForm(request.POST)
    if form.is_valid():
        with refusals_on(form, {"into": "school"}):
            heir = belonging.merge_school(
                found, form.cleaned_data["school"], by=request.actor, now=timezone.now()
            ).merged_into
            messages.success(request, _("Merged. Bookings and people of both stand here."))
            return redirect("organise_school", heir.pk if heir else found.pk)
    return show(request, found, form=form)

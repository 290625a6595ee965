"""The log of mails: what went out, what waits, what failed and why; a look at each, and sending it again."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template import TemplateDoesNotExist
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.access import for_organisers
from booking.messages import letters, resending
from booking.messages import log as mails
from booking.messages.delivery import language_of
from booking.messages.letters import Letter
from booking.models import Message
from booking.views.signed_in import SignedInRequest
from booking.views.typed import word

ROWS_A_PAGE = 25
# A mail brings its own styles; apart from them nothing in it may act or call anybody.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups"


def log(request: SignedInRequest) -> HttpResponse:
    """All mails of the house, the latest first; by state, reader, school or reference."""
    state, words = word(request.GET.get("state")), word(request.GET.get("q")).strip()
    found = Paginator(mails.logged(request.user, state=state, words=words), ROWS_A_PAGE)
    page = found.get_page(request.GET.get("page"))
    context = {
        "nav": "messages",
        "tab": "log",
        "page": page,
        "mails": mails.load(list(page)),
        "state": state,
        "q": words,
        "most": mails.MOST if found.count == mails.MOST else 0,
    }
    return render(request, "booking/organise/mail_log.html", context)


def own(request: SignedInRequest, pk: int) -> Message:
    """A mail of an own house. Raises Http404."""
    (message,) = mails.load([get_object_or_404(Message.objects.organised_by(request.user), pk=pk).pk])
    return message


@for_organisers
def one(request: SignedInRequest, pk: int) -> HttpResponse:
    """One mail: what became of it, and how it reads."""
    message = own(request, pk)
    letter = readable(message)
    text = ""
    if letter:
        with translation.override(language_of(message)):
            text = letters.as_text(letter)
    context = {"nav": "messages", "mail": message, "letter": letter, "text": text}
    context["again"] = resending.can_go_again(message, now=timezone.now())
    return render(request, "booking/organise/mail.html", context)


def readable(message: Message) -> Letter | None:
    """What it is about may be gone, or be such that no mail can be made of it: then there is nothing to read."""
    try:
        return mails.letter_of(message)
    except (LookupError, AttributeError, TypeError, ValueError, TemplateDoesNotExist):
        return None


@for_organisers
def as_designed(request: SignedInRequest, pk: int) -> HttpResponse:
    """The mail as a mail program shows it, locked into itself."""
    message = own(request, pk)
    letter = readable(message)
    if letter is None:
        raise Http404
    with translation.override(language_of(message)):
        html = letters.as_html(letter)
    return HttpResponse(SafeString(html), headers={"Content-Security-Policy": MAIL_POLICY})


@for_organisers
@require_POST
def resend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a mail again, once for each look at it, to the address that the booking or person has now."""
    mine = Message.objects.organised_by(request.user).select_related("booking", "to_user")
    message = get_object_or_404(mine, pk=pk)
    seen = word(request.POST.get("fence"))
    fence = int(seen[:9]) if seen.isascii() and seen.isdigit() else None
    if resending.try_again(message, now=timezone.now(), fence=fence):
        messages.success(request, _("The mail goes out again."))
    else:
        messages.info(request, _("This mail is on its way already, or is not needed any more."))
    if message.booking and fence is None:
        return redirect("organise_booking", message.booking.reference)
    return redirect("organise_message", message.pk)

"""Keys with which programs act in the name of a person: made here, shown once, ended here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audience import for_signed_in
from accounts.models import Token
from accounts.tokens import TokenRefusedError, end, issue, tokens_of
from booking.access import roles_of
from booking.forms.tokens import WORDS, TokenForm
from booking.views.headers import PRIVATE, with_headers
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted

MOST_SHOWN = 50


@for_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: SignedInRequest) -> HttpResponse:
    """The keys that hold, and a new one, whose text stands on the answer and nowhere else."""
    now = timezone.now()
    organises = roles_of(request.user).organises_any
    form, new = TokenForm(organises=organises, data=posted(request)), ""
    if form.is_valid():
        try:
            new = issue(request.user, now=now, **form.cleaned_data)
            form = TokenForm(organises=organises)
        except TokenRefusedError as refusal:
            form.add_error("name", str(refusal))
    rows = list(tokens_of(request.user, now)[:MOST_SHOWN])
    for row in rows:
        row.words = WORDS[row.scope]  # type: ignore[attr-defined]  # the template reads it
    context = {"nav": "profile", "form": form, "new": new, "tokens": rows}
    return with_headers(render(request, "booking/profile/tokens.html", context), PRIVATE)


@for_signed_in
@require_POST
def end_token(request: SignedInRequest, pk: int) -> HttpResponse:
    """One's own key only; another's is not found."""
    token = get_object_or_404(Token, pk=pk, user=request.user)
    end(token, now=timezone.now())
    messages.success(request, _("The key “%(name)s” has ended.") % {"name": token.name or token.get_scope_display()})
    return redirect("tokens")

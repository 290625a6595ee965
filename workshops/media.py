"""Pictures that partners brought, served the same way everywhere: only files that we made, for as long as one likes."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from accounts.audience import for_everyone
from workshops.pictures import NAME

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",  # another content is another name
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@for_everyone
@require_safe
def media(request: HttpRequest, name: str) -> FileResponse:
    """A kept picture. What does not look like a name of ours is not looked for."""
    if not NAME.fullmatch(name):
        raise Http404
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type="image/webp", headers=HEADERS)

"""A refusal of the rules becomes a sentence on the form that asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.forms import Form

from booking.errors import BookingError, FieldErrors, NotAllowed


@contextmanager
def refusals_on(form: Form, fields: dict[str, str] | None = None) -> Iterator[None]:
    """Show a BookingError above the form and FieldErrors at their fields; what was typed stays.

    `fields` maps names of the API ("group.pupils") to names of the form; without it the last part is the name.
    """
    try:
        yield
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except BookingError as refusal:
        form.add_error(None, str(refusal))
    except FieldErrors as refusal:
        for name, (_code, text) in refusal.errors.items():
            field = (fields or {}).get(name, name.rpartition(".")[2])
            form.add_error(field if field in form.fields else None, text)

"""A school that no register has: typed by a teacher, used at once, merged or accepted by an organiser later."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from schools.models import School

if TYPE_CHECKING:
    from accounts.models import User

TYPED = "typed"


def propose(*, name: str, city: str, kind: str, country: str, by: User) -> School:
    """The school that `by` typed, made once: typing it again gives the same one, or what it was merged into."""
    mine = School.objects.filter(source=TYPED, proposed_by=by).exclude(state=School.State.CLOSED, merged_into=None)
    known = mine.filter(name__iexact=name, city__iexact=city, country=country).order_by("-pk").first()
    if known and known.merged_into:
        return known.merged_into
    return known or School.objects.create(
        source=TYPED,
        source_id=str(uuid.uuid4()),
        name=name,
        city=city,
        kind=kind,
        country=country,
        state=School.State.PROPOSED,
        proposed_by=by,
    )

"""Who acts: handed down from the edge to every rule as `by`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from accounts.models import User

Kind = Literal["person", "link", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who signed in, somebody who holds the link from a mail, or the system itself.

    `role` is the role in which the person acts, `on_behalf_of` the name of the teacher an organiser acts for,
    `link_to` the id of the one booking that a link opens, `link_version` the version of links that it was made with.
    """

    kind: Kind
    user: User | None = None
    role: str = ""
    on_behalf_of: str = ""
    link_to: int | None = None
    link_version: int | None = None

    @classmethod
    def person(cls, user: User) -> Self:
        return cls("person", user=user)

    @classmethod
    def link(cls, booking_id: int, version: int | None = None) -> Self:
        """With a `version` it opens nothing any more once links were made anew."""
        return cls("link", role="link", link_to=booking_id, link_version=version)

    def acting_as(self, role: str) -> Self:
        return replace(self, role=role)


SYSTEM = Actor("system", role="system")

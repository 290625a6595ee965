"""Four ways to break the rules on purpose: each must be noticed, or the tests that should notice are blind."""

from __future__ import annotations

import inspect
import shutil
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.web import ROOT

ROOMS = ("accounts", "booking", "config", "schools", "workshops", "tests")


@dataclass(frozen=True)
class Mutation:
    """In `file`, `old` becomes `new`."""

    file: str
    old: str
    new: str

    def planted_in(self, folder: Path) -> Path:
        """A copy of the program with the fault in it."""
        for room in ROOMS:
            shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
        path = folder / self.file
        path.write_text(self.applied_to(path.read_text()))
        return folder

    def applied_to(self, text: str) -> str:
        assert text.count(self.old) == 1, f"{self.file} has changed: say anew what to break"
        return text.replace(self.old, self.new)

    def applied_here(self) -> str:
        """What the file would be, if the fault were planted in our own."""
        return self.applied_to((ROOT / self.file).read_text())

    @contextmanager
    def inside(self, function: Callable[..., Any]) -> Iterator[None]:
        """`function` with the fault in it, wherever it is known."""
        real = inspect.unwrap(function)
        source = textwrap.dedent(inspect.getsource(real))
        names: dict[str, Any] = {}
        text = self.applied_to(source[source.index("def ") :])
        exec(f"from __future__ import annotations\n{text}", dict(real.__globals__), names)
        healthy, real.__code__ = real.__code__, names[real.__name__].__code__
        try:
            yield
        finally:
            real.__code__ = healthy


MUTATIONS = {
    "a gate without its condition": Mutation(
        "booking/rules/placing.py", "AND places_taken + %(pupils)s <= capacity AND groups_taken", "AND groups_taken"
    ),
    "a change of numbers without the lock": Mutation(
        "booking/rules/changing.py",
        '    slot, booking = lock_for(by, "override" if overriding else "amend", booking)\n    changes',
        "    booking = Booking.objects.select_related('school', 'slot__workshop__partner').get(pk=booking.pk)\n"
        "    slot = booking.slot\n    changes",
    ),
    "an offer that holds nothing": Mutation(
        "booking/rules/waiting.py", "state=State.OFFERED, places=booking.pupils", "state=State.OFFERED, places=0"
    ),
    "two offers for one freed place": Mutation(
        "booking/rules/waiting.py",
        "        if slot.has_room_for(booking.pupils):",
        "        if booking.pupils <= slot.capacity:",
    ),
}
WHOLE = Mutation("booking/rules/waiting.py", "def offer_freed(", "def offer_freed(")

"""Texts that only houses, the network, admins and programs read.

Every other text is public, a form or a mail: Upper Sorbian has each of those. What stands only in one of these
places may lack its Sorbian words; then it is read in German. A star reaches over folders.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

PLACES = (
    # pages of houses and of the network
    "booking/templates/booking/organise/*",
    "booking/templatetags/desk.py",
    "booking/templatetags/reports.py",
    "booking/planning/*",
    "booking/reports/*",
    "schools/registers/*",
    *(f"booking/history/{what}.py" for what in ("edits", "slots")),
    "booking/desk/*",
    *(f"booking/houses/{what}.py" for what in ("backing", "networking", "offering", "partner", "staffing")),
    "booking/forms/organise/*",
    "booking/forms/stale.py",
    "booking/views/organise/*",
    "booking/views/timetable.py",
    # the tables of the admin, programs, and the letter box of the demo
    "*/admin.py",
    "*/apps.py",
    "booking/api/*",
    "config/api/*",
    "booking/messages/log.py",
    "booking/models/fact.py",
    "workshops/models/cooperation.py",
    "workshops/models/funding.py",
    "config/templates/demo/*",
)


def only(places: Iterable[str]) -> bool:
    """Whether nobody else reads a text that stands in `places`."""
    return all(any(fnmatchcase(place, inner) for inner in PLACES) for place in places)

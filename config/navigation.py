"""The places of the house, and who finds them in header, rail and tab bar."""

from typing import NamedTuple

from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ORGANISERS = {"organiser", "admin"}


class Place(NamedTuple):
    """A page in a menu; a view marks its own by `nav` in the context."""

    key: str
    path: Promise
    label: Promise
    icon: str


WORKSHOPS = Place("workshops", reverse_lazy("catalogue"), _("Workshops"), "tools")
DATES = Place("workshops", reverse_lazy("catalogue"), pgettext_lazy("menu", "Dates"), "search")
ALL_DATES = Place("dates", reverse_lazy("calendar"), _("Calendar"), "calendar")
PARTNERS = Place("partners", reverse_lazy("houses"), pgettext_lazy("menu", "Partners"), "people")
MY_BOOKINGS = Place("bookings", reverse_lazy("bookings"), _("My bookings"), "calendar")
BOOKINGS = Place("bookings", reverse_lazy("bookings"), pgettext_lazy("menu", "Bookings"), "calendar")
TRAINER = Place("trainer", reverse_lazy("trainer"), pgettext_lazy("menu", "Today"), "home")
CALENDAR = Place("calendar", reverse_lazy("own_calendar", args=["trainer"]), _("Calendar"), "calendar")
REPORTS = Place("reports", reverse_lazy("frozen_reports"), _("Reports"), "chart")
ORGANISE = Place("organise", reverse_lazy("organise"), _("Organise"), "inbox")
PROFILE = Place("profile", reverse_lazy("profile"), pgettext_lazy("menu", "Profile"), "person")

OVERVIEW = Place("overview", reverse_lazy("organise"), _("Overview"), "home")
REQUESTS = Place("requests", reverse_lazy("organise_requests"), _("Requests"), "inbox")
RAIL = (
    OVERVIEW,
    REQUESTS,
    Place("board", reverse_lazy("organise_board"), pgettext_lazy("menu", "Planning"), "calendar"),
    Place("slots", reverse_lazy("organise_slots"), pgettext_lazy("menu", "Dates"), "list"),
    Place("offers", reverse_lazy("organise_workshops"), _("Workshops"), "tools"),
    Place("venues", reverse_lazy("organise_venues"), pgettext_lazy("venues", "Places"), "pin"),
    Place("people", reverse_lazy("organise_people"), pgettext_lazy("menu", "People"), "people"),
    Place("schools", reverse_lazy("organise_schools"), _("Schools"), "book"),
    Place("messages", reverse_lazy("organise_messages"), _("Messages"), "mail"),
    Place("feedback", reverse_lazy("organise_feedback"), _("Feedback"), "heart"),
    Place("reports", reverse_lazy("organise_reports"), _("Reports"), "chart"),
    Place("partner", reverse_lazy("organise_partner"), _("Our house"), "settings"),
)
NETWORK = Place("network", reverse_lazy("organise_network"), pgettext_lazy("menu", "Network"), "globe")
ORGANISER_TABS = (
    OVERVIEW._replace(label=TRAINER.label),
    REQUESTS,
    RAIL[2],
    Place("more", format_lazy("{}#rail", reverse_lazy("organise")), pgettext_lazy("menu", "More"), "list"),
)
TRAINER_TABS = (TRAINER, CALENDAR, PROFILE)
TRAINING_TEACHER_TABS = (TRAINER, CALENDAR, BOOKINGS._replace(icon="list"), PROFILE)
TEACHER_TABS = (DATES, BOOKINGS, PROFILE)
FUNDER_TABS = (DATES, REPORTS, PROFILE)


def rail(roles: set[str]) -> tuple[Place, ...]:
    """The areas of organisers; the network's admin has one more."""
    return (*RAIL, NETWORK) if "admin" in roles else RAIL


def header(roles: set[str], signed_in: bool) -> list[Place]:
    """The links of the header: offers for all, then what belongs to the reader."""
    return [
        WORKSHOPS,
        *([] if "trainer" in roles else [ALL_DATES]),  # who leads has a calendar of what to lead
        *([] if roles - {"teacher"} else [PARTNERS]),
        *([MY_BOOKINGS] if signed_in else []),
        *([TRAINER, CALENDAR] if "trainer" in roles else []),
        *([ORGANISE] if roles & ORGANISERS else []),
        *([REPORTS] if "funder" in roles and not roles & ORGANISERS else []),
    ]


def tabs(roles: set[str]) -> tuple[Place, ...]:
    """The bar below on phones, by the busiest role."""
    if roles & ORGANISERS:
        return ORGANISER_TABS
    if "trainer" in roles:
        return TRAINING_TEACHER_TABS if roles & {"teacher", "office"} else TRAINER_TABS
    return FUNDER_TABS if roles == {"funder"} else TEACHER_TABS

"""The board of a week: who leads what, where, and what needs somebody; below it the month."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking.access import for_organisers
from booking.planning import board
from booking.planning.board import Side
from booking.planning.week import slots_of_week
from booking.views.organise.slots import mark_requests
from booking.views.organise.slots_week import monday
from booking.views.signed_in import SignedInRequest
from schools.schooldays import WEEK
from workshops.month import Month, days_off, weeks_of

NAMES: dict[Side, Promise] = {"trainer": _("by trainer"), "place": _("by place"), "house": _("by house")}
ROWS_A_PAGE, DATES_A_PAGE = 25, 50


@for_organisers
def show(request: SignedInRequest) -> HttpResponse:
    """Each cell a day of somebody; on phones, and on demand, the same as a list."""
    first = monday(request)
    slots = list(slots_of_week(request.user, first))
    mark_requests(slots)
    listed = Paginator(slots, DATES_A_PAGE).get_page(request.GET.get("page"))
    side = next((one for one in board.SIDES if one == request.GET.get("by")), board.SIDES[0])
    days = board.days_of_board(first, slots)
    page = Paginator(board.rows_of_board(side, slots, days), ROWS_A_PAGE).get_page(request.GET.get("page"))
    board.lead_to_list(page, slots, DATES_A_PAGE)
    if side == "trainer":
        board.add_elsewhere(request.user, page, first)
    off = days_off(first, days[-1], None)
    context = {
        "nav": "board",
        "days": [(day, *off.get(day, ("", ""))) for day in days],
        "page": page,
        "slots": slots,
        "listed": listed,
        "unled": sum(not slot.assignments.all() for slot in slots),
        "side": side,
        "sides": NAMES.items(),
        "is_list": request.GET.get("view") == "agenda",
        "monday": first,
        "last": days[-1],
        "back": first - WEEK,
        "forth": first + WEEK,
        "at_hand": board.at_hand(request.user, page) if side == "trainer" and page.paginator.num_pages == 1 else [],
        "most_at_hand": board.MOST_AT_HAND,
        "weekday_names": WEEKDAYS_ABBR.values(),
        **month_around(request.user, days[3]),  # most of a week lies in the month of its Thursday
    }
    return render(request, "booking/organise/board.html", context)


def month_around(user: User, day: date) -> dict[str, Any]:
    """The month as weeks of days with their numbers of dates; None stands for days of the neighbours."""
    month = Month.of(day)
    counted = board.counted(user, month)
    weeks = weeks_of(month, [], None)
    return {"month": month, "weeks": [[one and (one, counted[one.date]) for one in week] for week in weeks]}

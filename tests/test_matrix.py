"""Every address × every role. To add an address, write a line in TABLE: the method, the path with names of things in
tests/town.py, and one of the groups above the table; `who(…)` makes a group, `rest` is everybody it does not name.
What is sent with a write stands in SENT (nothing, unless said). An address without a line fails; admin/ needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, resolve

from tests.asking import SIGN_IN, Answer, admin_pages, ask, refuse_writes
from tests.config.test_addresses import addresses
from tests.town import Town, build

Group = dict[str, Answer]

ROLES = (
    "anonymous",
    "owner",  # the teacher who made the booking
    "teacher",  # has none
    "office",  # of the booking's school
    "office_elsewhere",
    "trainer",  # leads the slot
    "trainer_elsewhere",
    "organiser",  # of the workshop's partner
    "cooperating",  # organises for a house that helps with the workshop
    "organiser_elsewhere",
    "admin",
    "funder",
)


def who(*, rest: Answer, **named: Answer) -> Group:
    """Who helps is an organiser elsewhere, unless it is said."""
    assert set(named) <= set(ROLES), named
    if "organiser_elsewhere" in named:
        named.setdefault("cooperating", named["organiser_elsewhere"])
    return dict.fromkeys(ROLES, rest) | named


def everyone(answer: Answer) -> Group:
    return who(rest=answer)


# Pages
OPEN, NOTHING, NO_WAY = everyone(200), everyone(404), everyone(405)
TO_SIGN_IN = everyone(302)
SIGNED_IN = who(anonymous=SIGN_IN, rest=200)
NO_FACTOR = who(anonymous=SIGN_IN, rest=403)  # nothing to confirm oneself with
NOT_YET = who(anonymous=SIGN_IN, rest=404)  # no second factor was set up
SCHOOL = {"owner": 200, "office": 200}
SEES_BOOKING = who(anonymous=SIGN_IN, **SCHOOL, trainer=200, organiser=200, cooperating=200, admin=200, rest=404)
CHANGES_BOOKING = SEES_BOOKING | {"trainer": 403, "cooperating": 403}
HANDS_OVER = CHANGES_BOOKING | {"organiser": 403, "admin": 403}
NO_OFFER = HANDS_OVER | {"owner": 302, "office": 302}
UNDOES = NO_OFFER | {"organiser": 302, "admin": 302}
ENDS_BOOKING = CHANGES_BOOKING | {"owner": 302, "office": 302}  # their reason is optional: done
TRAINERS = who(anonymous=SIGN_IN, trainer=200, trainer_elsewhere=200, rest=403)
HAS_CERTIFICATE = SEES_BOOKING | {"trainer": 403, "cooperating": 403}
NO_CERTIFICATE = HAS_CERTIFICATE | {"owner": 302, "office": 302, "organiser": 302, "admin": 302}  # not recorded (yet)
RECORDS = who(
    anonymous=SIGN_IN, trainer=200, trainer_elsewhere=404, organiser=200, organiser_elsewhere=404, admin=200, rest=403
)
STAFF = ("organiser", "cooperating", "organiser_elsewhere", "admin")
ORGANISERS = who(anonymous=SIGN_IN, organiser=200, organiser_elsewhere=200, admin=200, rest=403)
READERS = ORGANISERS | {"funder": 200}
READS_FROZEN = who(anonymous=SIGN_IN, organiser=200, organiser_elsewhere=404, admin=200, funder=200, rest=403)
OF_PARTNER = who(anonymous=SIGN_IN, organiser=200, organiser_elsewhere=404, admin=200, rest=403)
DONE_BY_PARTNER = OF_PARTNER | {"organiser": 302, "admin": 302}
BY_POST = who(anonymous=SIGN_IN, organiser=405, organiser_elsewhere=405, admin=405, rest=403)
NETWORK = who(anonymous=SIGN_IN, admin=200, rest=403)

# API: 401, 404, 403, 400, 409 in this order; 400 here says "may, but the body was empty"
API_SIGNED_IN = who(anonymous=401, rest=200)
API_SEES = SEES_BOOKING | {"anonymous": 401}
API_CHANGES = CHANGES_BOOKING | {"anonymous": 401}
API_CANCELS = API_CHANGES | {"organiser": 400, "admin": 400}  # the provider must give a reason
API_NO_OFFER = API_CHANGES | {"owner": 409, "office": 409, "organiser": 403, "admin": 403}
API_BODY_MISSING = dict.fromkeys(("owner", "office", "organiser", "admin"), 400)
API_HANDS_OVER = API_NO_OFFER | {"owner": 400, "office": 400}
API_NOT_ASKED = API_NO_OFFER | {"organiser": 409, "admin": 409}
API_CONFIRMS = API_CHANGES | {"owner": 403, "office": 403}
API_DECLINES = API_CONFIRMS | {"organiser": 400, "admin": 400}
API_RECORDS = API_CONFIRMS | {"trainer": 200}
API_RECORDS_TOO_EARLY = API_RECORDS | {"trainer": 409, "organiser": 409, "admin": 409}
API_BY_POST = who(anonymous=401, rest=405)

TABLE: dict[str, Group] = {
    # for everybody
    "GET /": OPEN,
    "GET /workshops/{workshop}/": OPEN,
    "GET /workshops/nothing/": NOTHING,
    "GET /partners/": OPEN,
    "GET /partners/{partner}/": OPEN,
    "GET /partners/{partner}/colour.css": OPEN,
    "GET /slots/{slot}/": OPEN,
    "GET /slots/{slot}/book/": OPEN,
    "POST /slots/{slot}/book/": OPEN,
    "GET /slots/{slot}/book/code/": everyone(302),
    "POST /slots/{slot}/book/code/": everyone(302),
    "GET /wish/": OPEN,
    "GET /workshops/{workshop}/ask/": OPEN,
    "POST /workshops/{workshop}/ask/": OPEN,
    "GET /workshops/{workshop}/ask/code/": everyone(302),
    "POST /workshops/{workshop}/ask/code/": everyone(302),
    "GET /workshops/{workshop}/watch/": OPEN,
    "POST /workshops/{workshop}/watch/": who(anonymous=200, rest=302),
    "GET /workshops/{workshop}/watch/code/": everyone(302),
    "POST /workshops/{workshop}/watch/code/": everyone(302),
    "GET /schools/find/": OPEN,
    "GET /calendar/": OPEN,
    "GET /calendar/trainer/": who(anonymous=SIGN_IN, trainer=200, trainer_elsewhere=200, rest=404),
    "GET /calendar/teacher/": who(anonymous=SIGN_IN, owner=200, rest=404),
    "GET /calendar/school/": who(anonymous=SIGN_IN, office=302, office_elsewhere=302, rest=404),
    "GET /calendar/school/{school}/": who(anonymous=SIGN_IN, office=200, rest=404),
    "GET /calendar/partner/": who(anonymous=SIGN_IN, **dict.fromkeys(STAFF, 302), rest=404),
    "GET /calendar/partner/{house}/": who(anonymous=SIGN_IN, organiser=200, admin=200, rest=404),
    "GET /calendars/public.ics": OPEN,
    "GET /calendars/teacher/{feed}.ics": OPEN,
    "GET /calendars/school/{feed}.ics": NOTHING,
    "GET /media/workshops/nothing.webp": NOTHING,
    "GET /legal/imprint/": OPEN,
    "GET /legal/privacy/": OPEN,
    "GET /legal/accessibility/": OPEN,
    "GET /legal/accessibility/report/": OPEN,
    "POST /legal/accessibility/report/": OPEN,
    "GET /legal/accessibility/thanks/": OPEN,
    "GET /h/{colleague}/": OPEN,
    "POST /h/{colleague}/": OPEN,
    "GET /h/nothing/": NOTHING,
    "GET /health/live": OPEN,
    "GET /health/ready": OPEN,
    "GET /metrics": NOTHING,
    "GET /language/de/": everyone(302),
    # only in the demo
    "GET /demo/mail/": NOTHING,
    "GET /demo/mail/1-1-1/": NOTHING,
    "GET /demo/mail/1-1-1/html/": NOTHING,
    "GET /demo/mail/1-1-1/files/0/": NOTHING,
    "GET /demo/mail/1-1-1.eml": NOTHING,
    "GET /demo/parts/": NOTHING,
    # signing in
    "GET /sign-in/": who(anonymous=200, rest=302),
    "POST /sign-in/": who(anonymous=200, rest=302),
    "GET /sign-in/code/": everyone(302),
    "POST /sign-in/code/": everyone(302),
    "GET /sign-in/again/": who(anonymous=SIGN_IN, rest=403),
    "GET /sign-in/closed/": OPEN,
    "GET /sign-in/new/": TO_SIGN_IN,
    "GET /sign-in/address/": TO_SIGN_IN,
    "GET /sign-in/address/confirm/": TO_SIGN_IN,
    "GET /sign-in/address/key/": TO_SIGN_IN,
    "GET /sign-in/password/": TO_SIGN_IN,
    "GET /sign-in/password/change/": TO_SIGN_IN,
    "GET /sign-in/password/set/": TO_SIGN_IN,
    "GET /sign-out/": who(anonymous=302, rest=200),
    "POST /sign-out/": everyone(302),
    "GET /sign-in/second/": SIGNED_IN,
    "GET /sign-in/second/authenticate/": TO_SIGN_IN,
    "GET /sign-in/second/reauthenticate/": NO_FACTOR,
    "GET /sign-in/second/totp/activate/": SIGNED_IN,
    "POST /sign-in/second/totp/activate/": SIGNED_IN,
    "GET /sign-in/second/totp/deactivate/": NOT_YET,
    "GET /sign-in/second/recovery-codes/": NOT_YET,
    "GET /sign-in/second/recovery-codes/generate/": SIGNED_IN,
    "GET /sign-in/second/recovery-codes/download/": NOT_YET,
    "GET /sign-in/second/webauthn/": SIGNED_IN,
    "GET /sign-in/second/webauthn/add/": SIGNED_IN,
    "GET /sign-in/second/webauthn/reauthenticate/": NO_FACTOR,
    "GET /sign-in/second/webauthn/keys/1/remove/": NOT_YET,
    "GET /sign-in/second/webauthn/keys/1/edit/": NOT_YET,
    "GET /sign-in/second/webauthn/login/": TO_SIGN_IN,
    # for who signed in
    "GET /profile/": SIGNED_IN,
    "POST /profile/": SIGNED_IN,
    "GET /start/": who(anonymous=SIGN_IN, rest=302),
    "GET /start/resend/": who(anonymous=SIGN_IN, rest=302),  # nothing waits to be sent again
    "GET /profile/calendars/": SIGNED_IN,
    "POST /profile/calendars/": who(anonymous=SIGN_IN, rest=302),
    "GET /profile/office/": SIGNED_IN,
    "POST /profile/office/": SIGNED_IN,
    "GET /profile/data/": SIGNED_IN,
    "POST /profile/data/": SIGNED_IN,
    "GET /profile/data.json": SIGNED_IN,
    "GET /profile/tokens/": SIGNED_IN,
    "POST /profile/tokens/": SIGNED_IN,
    "GET /profile/tokens/1/end/": who(anonymous=SIGN_IN, rest=405),
    "POST /profile/tokens/1/end/": who(anonymous=SIGN_IN, rest=404),
    "GET /profile/mails/": who(anonymous=SIGN_IN, rest=405),
    "POST /profile/mails/": who(anonymous=SIGN_IN, rest=302),
    "GET /profile/colleagues/{membership}/": who(anonymous=SIGN_IN, rest=405),
    "POST /profile/colleagues/{membership}/": who(anonymous=SIGN_IN, office=302, rest=404),
    "GET /profile/schools/{membership}/copies/": who(anonymous=SIGN_IN, rest=405),
    "POST /profile/schools/{membership}/copies/": who(anonymous=SIGN_IN, rest=404),
    "GET /profile/schools/{membership}/ask/": who(anonymous=SIGN_IN, rest=405),
    "POST /profile/schools/{membership}/ask/": who(anonymous=SIGN_IN, owner=302, rest=404),
    "GET /bookings/": SIGNED_IN,
    "GET /bookings/{reference}/": SEES_BOOKING,
    "GET /bookings/{reference}/sheet/": SEES_BOOKING,
    "GET /bookings/{reference}/calendar.ics": SEES_BOOKING,
    "GET /bookings/{reference}/change/": CHANGES_BOOKING,
    "POST /bookings/{reference}/change/": CHANGES_BOOKING,
    "GET /bookings/{reference}/move/": CHANGES_BOOKING,
    "POST /bookings/{reference}/move/": CHANGES_BOOKING,
    "GET /bookings/{reference}/hand-over/": HANDS_OVER,
    "POST /bookings/{reference}/hand-over/": HANDS_OVER,
    "GET /bookings/{reference}/reconfirm/": UNDOES,  # nobody asks yet: back to the booking
    "POST /bookings/{reference}/reconfirm/": UNDOES,
    "GET /bookings/{reference}/missed/": NO_OFFER,  # it is still to come
    "GET /bookings/{missed_reference}/missed/": HANDS_OVER,
    "POST /bookings/{missed_reference}/missed/": HANDS_OVER,
    "GET /bookings/{reference}/again/": SEES_BOOKING,
    "GET /bookings/{reference}/cancel/": CHANGES_BOOKING,
    "POST /bookings/{reference}/cancel/": ENDS_BOOKING,
    "GET /bookings/{reference}/answer/": NO_OFFER,
    "POST /bookings/{reference}/answer/": NO_OFFER,
    "GET /bookings/{reference}/feedback/": NO_OFFER,  # the visit has not begun: back to the booking
    "POST /bookings/{reference}/feedback/": NO_OFFER,
    "GET /bookings/{past_reference}/feedback/": HANDS_OVER,
    "POST /bookings/{past_reference}/feedback/": HANDS_OVER,
    "GET /bookings/{reference}/undo/": UNDOES,
    "POST /bookings/{reference}/undo/": UNDOES,
    "GET /bookings/NOT-HERE/": who(anonymous=SIGN_IN, rest=404),
    "GET /wishes/": SIGNED_IN,
    "GET /wishes/{inquiry}/end/": who(anonymous=SIGN_IN, rest=405),
    "POST /wishes/{inquiry}/end/": who(anonymous=SIGN_IN, owner=302, rest=404),
    "GET /watches/{watch}/end/": who(anonymous=SIGN_IN, rest=405),
    "POST /watches/{watch}/end/": who(anonymous=SIGN_IN, owner=302, rest=404),
    "GET /bookings/{visited_reference}/certificate/": HAS_CERTIFICATE,
    "GET /bookings/{visited_reference}/certificate.pdf": HAS_CERTIFICATE,
    "GET /bookings/{visited_reference}/service/": HAS_CERTIFICATE,
    "GET /bookings/{visited_reference}/service.pdf": HAS_CERTIFICATE,
    "GET /bookings/{past_reference}/certificate/": NO_CERTIFICATE,
    "GET /bookings/{past_reference}/certificate.pdf": NO_CERTIFICATE,
    "GET /bookings/{past_reference}/service/": NO_CERTIFICATE,
    "GET /bookings/{past_reference}/service.pdf": NO_CERTIFICATE,
    # for who holds the link from the mail
    "GET /w/{stop}/": OPEN,
    "POST /w/{stop}/": OPEN,
    "POST /w/{watch}~forged/": NOTHING,
    "GET /b/{visited_link}/certificate/": OPEN,
    "GET /b/{visited_link}/certificate.pdf": OPEN,
    "GET /b/{visited_link}/service/": OPEN,
    "GET /b/{visited_link}/service.pdf": OPEN,
    "GET /b/{link}/certificate/": everyone(302),
    "GET /b/{booking}.1~forged/certificate.pdf": NOTHING,
    "GET /b/{link}/": OPEN,
    "GET /b/{link}/sheet/": OPEN,
    "GET /b/{link}/calendar.ics": OPEN,
    "GET /u/{wish}/": OPEN,
    "POST /u/{wish}/": OPEN,
    "POST /u/{membership}.reminder~forged/": NOTHING,
    "GET /m/{mailbox}/": OPEN,
    "POST /m/{mailbox}/": everyone(302),
    "POST /m/{membership}.99999999999~forged/": NOTHING,
    "GET /b/{link}/change/": OPEN,
    "POST /b/{link}/change/": OPEN,
    "GET /b/{link}/move/": OPEN,
    "POST /b/{link}/move/": OPEN,
    "GET /b/{link}/hand-over/": OPEN,
    "POST /b/{link}/hand-over/": OPEN,
    "GET /b/{link}/reconfirm/": everyone(302),
    "POST /b/{link}/reconfirm/": everyone(302),
    "GET /b/{missed_link}/missed/": OPEN,
    "POST /b/{missed_link}/missed/": OPEN,
    "POST /b/{link}/missed/": everyone(302),
    "GET /b/{link}/again/": OPEN,
    "GET /b/{link}/cancel/": OPEN,
    "POST /b/{link}/cancel/": everyone(302),
    "GET /b/{link}/answer/": everyone(302),
    "POST /b/{link}/answer/": everyone(302),
    "GET /b/{link}/feedback/": everyone(302),
    "POST /b/{link}/feedback/": everyone(302),
    "GET /b/{past_link}/feedback/": OPEN,
    "POST /b/{past_link}/feedback/": OPEN,
    "GET /b/{link}/undo/": everyone(302),
    "POST /b/{link}/undo/": everyone(302),
    "GET /b/{booking}.1~forged/": NOTHING,
    "POST /b/{booking}.1~forged/cancel/": NOTHING,
    # for pupils, who hold the code of their visit
    "GET /f/": OPEN,
    "GET /f/{code}/": OPEN,
    "POST /f/{code}/": OPEN,
    "GET /f/{code}/thanks/": OPEN,
    "GET /f/AAAAAAAAAA/": NOTHING,
    "POST /f/AAAAAAAAAA/": NOTHING,
    # for who records a visit
    "GET /feedback/{past_reference}/": RECORDS,
    "GET /feedback/{past_reference}/wall/": RECORDS,
    "GET /feedback/{reference}/": RECORDS | dict.fromkeys(("trainer", "organiser", "admin"), 404),  # only asked for
    # for trainers
    "GET /trainer/": TRAINERS,
    "GET /trainer/feedback/": TRAINERS,
    "GET /trainer/feedback/{heard}/": TRAINERS | {"trainer_elsewhere": 404},
    "GET /trainer/feedback/{workshop}/": TRAINERS | {"trainer": 404, "trainer_elsewhere": 404},  # nobody said anything
    "GET /trainer/slots/{slot}/": RECORDS,
    "POST /trainer/slots/{past_slot}/": RECORDS,
    "GET /trainer/slots/{slot}/sheet/": RECORDS,
    "GET /trainer/slots/{past_slot}/sheet/": RECORDS,
    "GET /trainer/slots/{past_slot}/sheet.pdf": RECORDS,
    "GET /trainer/days/{day}/": TRAINERS,
    "GET /trainer/days/{day}.pdf": TRAINERS,
    "GET /trainer/slots/{slot}/answer/": who(anonymous=SIGN_IN, trainer=200, trainer_elsewhere=404, rest=403),
    "POST /trainer/slots/{slot}/answer/": who(anonymous=SIGN_IN, trainer=302, trainer_elsewhere=404, rest=403),
    "GET /trainer/hours/": TRAINERS,
    "GET /trainer/hours.csv": TRAINERS,
    "GET /trainer/hours.xlsx": TRAINERS,
    "GET /t/{question}/": OPEN,
    "POST /t/{question}/": everyone(302),
    "GET /t/{slot}.asked.1~forged/": NOTHING,
    "POST /t/{slot}.asked.1~forged/": NOTHING,
    # for organisers
    "GET /organise/": ORGANISERS,
    "GET /organise/attendance/": ORGANISERS,
    "GET /organise/reports/visits/": ORGANISERS,
    "GET /organise/reports/white-spots/": ORGANISERS,
    "GET /organise/reports/white-spots.csv": ORGANISERS,
    "GET /organise/reports/white-spots/{school}/": ORGANISERS,
    "GET /organise/reports/hours/": ORGANISERS,
    "GET /organise/reports/hours.csv": ORGANISERS,
    "GET /organise/reports/hours.xlsx": ORGANISERS,
    "GET /organise/feedback/": ORGANISERS,
    "GET /organise/feedback/{heard}/": OF_PARTNER,
    "GET /organise/feedback/texts/{said}/": BY_POST,
    "POST /organise/feedback/texts/{said}/": DONE_BY_PARTNER,
    "GET /organise/messages/": ORGANISERS,
    "GET /organise/messages/written/{letter}/": OF_PARTNER,
    "GET /organise/messages/{message}/": OF_PARTNER,
    "GET /organise/messages/{message}/html/": OF_PARTNER,
    "GET /organise/messages/{message}/resend/": BY_POST,
    "POST /organise/messages/{message}/resend/": DONE_BY_PARTNER,
    "GET /organise/write/": OF_PARTNER,
    "POST /organise/write/": ORGANISERS | dict.fromkeys(STAFF, 404),  # to nobody
    "GET /organise/search/": ORGANISERS,
    "POST /organise/search/": ORGANISERS | dict.fromkeys(STAFF, 302),
    "GET /organise/bookings/{reference}/": OF_PARTNER,
    "GET /organise/bookings/{reference}/change/": OF_PARTNER,
    "POST /organise/bookings/{reference}/change/": OF_PARTNER,
    "GET /organise/bookings/{reference}/move/": OF_PARTNER,
    "POST /organise/bookings/{reference}/move/": OF_PARTNER,
    "GET /organise/bookings/{reference}/still-on/": BY_POST,
    "POST /organise/bookings/{reference}/still-on/": DONE_BY_PARTNER,  # nobody asks: the page says so
    "GET /organise/requests/{reference}/wait/": BY_POST,
    "POST /organise/requests/{reference}/wait/": DONE_BY_PARTNER,
    "GET /organise/bookings/{reference}/missed/": DONE_BY_PARTNER,  # it is still to come: the page says so
    "GET /organise/bookings/{missed_reference}/missed/": OF_PARTNER,
    "POST /organise/bookings/{missed_reference}/missed/": OF_PARTNER,
    "GET /organise/bookings/{reference}/cancel/": OF_PARTNER,
    "POST /organise/bookings/{reference}/cancel/": OF_PARTNER,
    "GET /organise/bookings/{reference}/undo/": BY_POST,
    "POST /organise/bookings/{reference}/undo/": DONE_BY_PARTNER,
    "GET /organise/bookings/{reference}/notes/": OF_PARTNER,
    "POST /organise/bookings/{reference}/notes/": OF_PARTNER,
    "GET /organise/schools/": ORGANISERS,
    "GET /organise/schools/{school}/": OF_PARTNER,
    "GET /organise/schools/{school}/accept/": BY_POST,
    "POST /organise/schools/{school}/accept/": DONE_BY_PARTNER,
    "GET /organise/schools/{school}/merge/": BY_POST,
    "POST /organise/schools/{school}/merge/": OF_PARTNER,
    "GET /organise/members/{membership}/": BY_POST,
    "POST /organise/members/{membership}/": DONE_BY_PARTNER,
    "GET /organise/schools/{school}/notes/": ORGANISERS,
    "POST /organise/schools/{school}/notes/": ORGANISERS,
    "GET /organise/notes/{note}/delete/": BY_POST,
    "POST /organise/notes/{note}/delete/": DONE_BY_PARTNER | {"admin": 403},  # who did not write it
    "GET /organise/slots/{slot}/add/": OF_PARTNER,
    "POST /organise/slots/{slot}/add/": OF_PARTNER,
    "GET /organise/requests/": ORGANISERS,
    "GET /organise/requests/{reference}/confirm/": BY_POST,
    "POST /organise/requests/{reference}/confirm/": DONE_BY_PARTNER,
    "GET /organise/requests/{reference}/decline/": OF_PARTNER,
    "POST /organise/requests/{reference}/decline/": OF_PARTNER,
    "GET /organise/wishes/{inquiry}/answer/": OF_PARTNER,
    "POST /organise/wishes/{inquiry}/answer/": OF_PARTNER,
    "GET /organise/wishes/{inquiry}/close/": BY_POST,
    "POST /organise/wishes/{inquiry}/close/": DONE_BY_PARTNER,
    "GET /organise/slots/": ORGANISERS,
    "GET /organise/slots/new/": ORGANISERS,
    "POST /organise/slots/new/": ORGANISERS,
    "GET /organise/slots/{slot}/": OF_PARTNER,
    "GET /organise/slots/{slot}/assign/": BY_POST,
    "POST /organise/slots/{slot}/assign/": DONE_BY_PARTNER,
    "GET /organise/slots/{slot}/ask/": BY_POST,
    "POST /organise/slots/{slot}/ask/": DONE_BY_PARTNER,
    "GET /organise/slots/many/": ORGANISERS,
    "POST /organise/slots/many/": ORGANISERS,
    "GET /organise/board/": ORGANISERS,
    "GET /organise/slots/week/": ORGANISERS,
    "GET /organise/slots/week.csv": ORGANISERS,
    "GET /organise/slots/{slot}/edit/": OF_PARTNER,
    "POST /organise/slots/{slot}/edit/": OF_PARTNER,
    "GET /organise/slots/{slot}/duplicate/": OF_PARTNER,
    "POST /organise/slots/{slot}/duplicate/": OF_PARTNER,
    "GET /organise/slots/{slot}/close/": BY_POST,
    "POST /organise/slots/{slot}/close/": DONE_BY_PARTNER,
    "GET /organise/slots/{slot}/reopen/": BY_POST,
    "POST /organise/slots/{slot}/reopen/": DONE_BY_PARTNER,
    "GET /organise/slots/{slot}/cancel/": OF_PARTNER,
    "POST /organise/slots/{slot}/cancel/": OF_PARTNER,
    "GET /organise/reports/": ORGANISERS,
    "GET /organise/reports/definitions/": READERS,
    "GET /organise/reports/participation.csv": ORGANISERS,
    "GET /organise/reports/participation.xlsx": ORGANISERS,
    "GET /organise/reports/participation.pdf": ORGANISERS,
    "GET /organise/reports/visits.csv": ORGANISERS,
    "GET /organise/reports/freeze/": BY_POST,
    "POST /organise/reports/freeze/": ORGANISERS | dict.fromkeys(STAFF, 302),
    "GET /organise/reports/frozen/": READERS,
    "GET /organise/reports/frozen/{frozen}/": READS_FROZEN,
    "GET /organise/reports/frozen/{frozen}/report.csv": READS_FROZEN,
    "GET /organise/reports/frozen/{frozen}/report.xlsx": READS_FROZEN,
    "GET /organise/reports/frozen/{frozen}/report.pdf": READS_FROZEN,
    "GET /organise/reports/frozen/{frozen}/content.txt": READS_FROZEN | {"funder": 404},
    "GET /organise/reports/visits.xlsx": ORGANISERS,
    "GET /organise/people/": ORGANISERS,
    "GET /organise/people/new/": ORGANISERS,
    "POST /organise/people/new/": ORGANISERS,
    "GET /organise/people/{partner}/t{trainer}/": OF_PARTNER,
    "POST /organise/people/{partner}/t{trainer}/": OF_PARTNER,
    "GET /organise/people/{partner}/t{trainer}/invite/": BY_POST,
    "POST /organise/people/{partner}/t{trainer}/invite/": DONE_BY_PARTNER,
    "GET /organise/people/{partner}/t{trainer}/give/": BY_POST,
    "POST /organise/people/{partner}/t{trainer}/give/": DONE_BY_PARTNER,
    "GET /organise/people/{partner}/t{trainer}/leave/trainer/": OF_PARTNER,
    "POST /organise/people/{partner}/t{trainer}/leave/trainer/": OF_PARTNER,  # still to lead: stays
    "GET /organise/trainers/{trainer}/days/{day}/": OF_PARTNER,
    "GET /organise/trainers/{trainer}/days/{day}.pdf": OF_PARTNER,
    "GET /organise/partner/": ORGANISERS,
    "POST /organise/partner/": ORGANISERS,
    "GET /organise/network/": NETWORK,
    "GET /organise/network/houses/new/": NETWORK,
    "POST /organise/network/houses/new/": NETWORK,
    "GET /organise/network/funding/": NETWORK,
    "GET /organise/network/funders/new/": NETWORK,
    "POST /organise/network/funders/new/": NETWORK,
    "GET /organise/network/funders/{funder}/": NETWORK,
    "POST /organise/network/funders/{funder}/": NETWORK,
    "GET /organise/network/pots/new/": NETWORK,
    "POST /organise/network/pots/new/": NETWORK,
    "GET /organise/network/pots/{pot}/": NETWORK,
    "POST /organise/network/pots/{pot}/": NETWORK,
    "GET /organise/network/pots/{pot}/readers/": NETWORK | {"admin": 405},
    "POST /organise/network/pots/{pot}/readers/": NETWORK,
    "GET /organise/network/pots/{pot}/readers/{reader}/": NETWORK | {"admin": 405},
    "POST /organise/network/pots/{pot}/readers/{reader}/": NETWORK | {"admin": 302},
    "GET /organise/network/schools/": NETWORK,
    "POST /organise/network/schools/": NETWORK,
    "GET /organise/network/schools/nothing/": NETWORK | {"admin": 404},
    "POST /organise/network/schools/nothing/": NETWORK | {"admin": 404},
    "GET /organise/workshops/": ORGANISERS,
    "GET /organise/workshops/new/": ORGANISERS,
    "POST /organise/workshops/new/": ORGANISERS,
    "GET /organise/workshops/{workshop}/": OF_PARTNER,
    "POST /organise/workshops/{workshop}/": OF_PARTNER,
    "GET /organise/workshops/{workshop}/preview/": OF_PARTNER,
    "GET /organise/workshops/{workshop}/publish/": BY_POST,
    "POST /organise/workshops/{workshop}/publish/": DONE_BY_PARTNER,
    "GET /organise/workshops/{workshop}/withdraw/": BY_POST,
    "POST /organise/workshops/{workshop}/withdraw/": DONE_BY_PARTNER,
    "GET /organise/workshops/{workshop}/archive/": BY_POST,
    "POST /organise/workshops/{workshop}/archive/": OF_PARTNER | {"organiser": 409, "admin": 409},  # a date is to come
    "GET /organise/workshops/{workshop}/copy/": BY_POST,
    "POST /organise/workshops/{workshop}/copy/": DONE_BY_PARTNER,
    "GET /organise/helping/": ORGANISERS,
    "GET /organise/venues/": ORGANISERS,
    "GET /organise/venues/new/": ORGANISERS,
    "POST /organise/venues/new/": ORGANISERS,
    "GET /organise/venues/{venue}/": OF_PARTNER,
    "POST /organise/venues/{venue}/": OF_PARTNER,
    "GET /organise/venues/{venue}/use/": BY_POST,
    "POST /organise/venues/{venue}/use/": DONE_BY_PARTNER,
    # for programs
    "GET /api/schema/": OPEN,
    "GET /api/docs/": OPEN,
    "GET /api/nothing/": NOTHING,
    "GET /api/v1/workshops/": OPEN,
    "GET /api/v1/workshops/{workshop}/": OPEN,
    "GET /api/v1/slots/": OPEN,
    "GET /api/v1/slots/{slot}/": OPEN,
    "POST /api/v1/slots/": who(anonymous=401, organiser=400, organiser_elsewhere=400, admin=400, rest=403),
    "PATCH /api/v1/slots/{slot}/": who(anonymous=401, organiser=200, admin=200, rest=403),
    "POST /api/v1/slots/{slot}/cancel/": who(anonymous=401, organiser=400, admin=400, rest=403),
    "PUT /api/v1/slots/{slot}/assignments/": who(anonymous=401, organiser=400, admin=400, rest=403),
    "GET /api/v1/trainers/": who(anonymous=401, organiser=200, organiser_elsewhere=200, admin=200, rest=403),
    "GET /api/v1/schools/": OPEN,
    "GET /api/v1/bookings/": API_SIGNED_IN,
    "POST /api/v1/bookings/": who(anonymous=401, rest=400),
    "GET /api/v1/bookings/{booking}/": API_SEES,
    "PATCH /api/v1/bookings/{booking}/": API_CHANGES,
    "POST /api/v1/bookings/{booking}/cancel/": API_CANCELS,
    "POST /api/v1/bookings/{booking}/move/": API_CHANGES | API_BODY_MISSING,
    "POST /api/v1/bookings/{booking}/hand-over/": API_HANDS_OVER,
    "POST /api/v1/bookings/{booking}/reconfirm/": API_NOT_ASKED,
    "POST /api/v1/bookings/{booking}/wait/": API_CONFIRMS,
    "POST /api/v1/bookings/{booking}/accept/": API_NO_OFFER,
    "POST /api/v1/bookings/{booking}/reject/": API_NO_OFFER,
    "POST /api/v1/bookings/{booking}/confirm/": API_CONFIRMS,
    "POST /api/v1/bookings/{booking}/decline/": API_DECLINES,
    "PUT /api/v1/bookings/{booking}/attendance/": API_RECORDS_TOO_EARLY,
    "PUT /api/v1/bookings/{past_booking}/attendance/": API_RECORDS,
    "GET /api/v1/bookings/{booking}/cancel/": API_BY_POST,
    "GET /api/v1/reports/participation/": who(
        anonymous=401, organiser=200, organiser_elsewhere=200, admin=200, funder=404, rest=403
    ),
    "GET /api/v1/me/": API_SIGNED_IN,
    "GET /api/v1/me/calendar/": API_SIGNED_IN,
    "POST /api/v1/me/calendar/reset/": API_SIGNED_IN,
}

CAME = {"present": {"unknown": 20}, "minutes": 180}
SENT: dict[str, dict[str, Any]] = {
    "POST /profile/mails/": {"request_arrived": "digest"},
    "POST /m/{mailbox}/": {"answer": "yes"},
    "POST /trainer/slots/{slot}/answer/": {"answer": "no"},
    "POST /t/{question}/": {"answer": "yes"},
    "POST /organise/slots/{slot}/ask/": {"trainers": "{asked_trainer}", "role": "assistant"},
    "POST /organise/members/{membership}/": {"answer": "yes"},
    "GET /organise/write/": {"slot": "{slot}"},
    "POST /trainer/slots/{past_slot}/": {"booking": "{past_reference}"},
    "PUT /api/v1/bookings/{booking}/attendance/": CAME,
    "PUT /api/v1/bookings/{past_booking}/attendance/": CAME,
}


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    """Built once, in a transaction that never ends well."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clients(town: Town) -> dict[str, Client]:
    return {role: town.client(role) for role in ROLES}


@pytest.mark.parametrize("line", TABLE)
def test_who_may_call_what(line: str, town: Town, clients: dict[str, Client]):
    method, _, path = town.named(line).partition(" ")
    sent = {name: town.named(value) for name, value in SENT.get(line, {}).items()}

    answers = {role: ask(client, method, path, sent) for role, client in clients.items()}

    expected = TABLE[line]
    assert {role: (answer, "not", expected[role]) for role, answer in answers.items() if answer != expected[role]} == {}


def routes() -> set[str]:
    return {route for route, _view in addresses(get_resolver().url_patterns) if not route.startswith("admin/")}


def asked(town: Town) -> Iterator[str]:
    for line in TABLE:
        path = town.named(line).partition(" ")[2]
        if path != "/api/nothing/":
            yield resolve(path).route.replace("^", "")


def test_every_address_stands_in_the_table(town: Town):
    assert routes() == set(asked(town))


def test_what_has_no_line_for_writing_writes_nothing(town: Town, clients: dict[str, Client]):
    """A page that answers a POST like a GET is harmless; one that writes must say who may."""
    lines = [line for line in TABLE if line.startswith("GET ") and f"POST {line[4:]}" not in TABLE]
    for line in lines:
        path = town.named(line[4:])
        with connection.execute_wrapper(refuse_writes):
            assert ask(clients["admin"], "POST", path, {}) in {200, 302, 400, 403, 404, 405}, line


def test_the_admin_is_the_network_admins_alone(town: Town, clients: dict[str, Client]):
    """Everybody else is sent to a sign-in, on every page; the admin sees a page, or that it is not for editing."""
    for path in admin_pages():
        people = clients if path == "/admin/" else {who: clients[who] for who in ("anonymous", "organiser", "admin")}
        answers = {role: ask(client, "GET", path, {}) for role, client in people.items()}

        assert answers.pop("admin") in {200, 403}, path
        assert set(answers.values()) <= {302, 403, SIGN_IN}, path

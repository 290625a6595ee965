"""Why a mail did not go out, or not yet, in words for organisers: answers of mail servers and our own reasons."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.messages.pausing import AT_THE_OPERATORS_WORD

ENDED = gettext_lazy("The visit does not take place.")
OUR_REASONS: dict[str, str | Promise] = {
    "too late": gettext_lazy("It was too late for this mail to be of use."),
    "cancelled": ENDED,
    "declined": ENDED,
    "expired": ENDED,
    "requested": gettext_lazy("The booking is a request again."),
    "waitlisted": gettext_lazy("The class is on the waiting list again."),
    "offered": gettext_lazy("The class has a new offer."),
    "confirmed": gettext_lazy("The booking was confirmed before the mail went out."),
    "attended": gettext_lazy("The visit has taken place."),
    "excused": gettext_lazy("The house has excused the visit."),
    "no_show": gettext_lazy("The class did not come."),
    "taken back": gettext_lazy("The decision was taken back before the mail went out."),
    "the visit is over": gettext_lazy("The visit is over."),
    "answered": gettext_lazy("The question was answered before the mail went out."),
    "the contact was replaced": gettext_lazy("Somebody else is the contact now."),
    "recorded": gettext_lazy("The numbers were recorded before the mail went out."),
    "nobody comes": gettext_lazy("No class comes to this date any more."),
    "nothing is open": gettext_lazy("Nothing was open any more."),
    "not wanted": gettext_lazy("The reader does not want mails of this kind."),
    "gone": gettext_lazy("What the mail was about is gone."),
    "decided already": gettext_lazy("It was decided before the mail went out."),
    "moved": gettext_lazy("The date was moved; a new mail took its place."),
    "moved again": gettext_lazy("The date was moved again; a new mail took its place."),
    "changed again": gettext_lazy("It changed again; a new mail took its place."),
    "a later reminder is due": gettext_lazy("A later reminder of the same visit was due as well."),
    "reads along no more": gettext_lazy("The reader does not read along any more."),
    "leads it no more": gettext_lazy("The reader does not lead this date any more."),
    "the team has changed": gettext_lazy("Somebody else leads this date now."),
    "the wish has ended": gettext_lazy("Nobody waits for this date any more."),
    "no date is free": gettext_lazy("No such date was free any more."),
    "somebody else was asked": gettext_lazy("Somebody else was asked instead."),
    "withdrawn": gettext_lazy("A newer invitation took its place, or it was withdrawn."),
    AT_THE_OPERATORS_WORD: gettext_lazy("The operator let old mails be dropped after a restore."),
}
# What a mail server means: by the enhanced code (RFC 3463) where it sends one, else by the simple one.
NO_MAILBOX = gettext_lazy("The address does not exist. Please look whether it is typed right, or call.")
NO_DOMAIN = gettext_lazy("What comes after the @ does not exist. Please check whether it is typed right.")
IS_FULL = gettext_lazy("The mailbox is full.")
IS_CLOSED = gettext_lazy("The mailbox is closed or does not take mails.")
TOO_LARGE = gettext_lazy("The mail is too large for this mailbox.")
REFUSED = gettext_lazy("The mail server of the address refuses our mails. The operator should look at this.")
BUSY = gettext_lazy("The mail server of the address is busy.")
ENHANCED: dict[str, str | Promise] = {
    "1.1": NO_MAILBOX,
    "1.2": NO_DOMAIN,
    "1.3": NO_MAILBOX,
    "1.6": NO_MAILBOX,
    "1.10": NO_DOMAIN,
    "2.1": IS_CLOSED,
    "2.2": IS_FULL,
    "2.3": TOO_LARGE,
    "3.4": TOO_LARGE,
    "4.4": NO_DOMAIN,
}
SIMPLE: dict[int, str | Promise] = {
    421: BUSY,
    450: BUSY,
    451: BUSY,
    452: IS_FULL,
    550: NO_MAILBOX,
    551: NO_MAILBOX,
    552: IS_FULL,
    553: NO_MAILBOX,
    554: REFUSED,
}
ANSWER = re.compile(r"(?P<code>[245]\d\d)[ -]+(?:[245]\.(?P<subject>\d{1,3})\.(?P<detail>\d{1,3})\b)?")


def why(last_error: str) -> str:
    """A sentence for what stands in `last_error`, or ""."""
    if not last_error:
        return ""
    if known := OUR_REASONS.get(last_error):
        return str(known)
    if last_error.startswith("no answer"):
        return _("The mail server did not answer. The mail may have arrived.")
    if said := ANSWER.match(last_error):
        return what_the_server_means(int(said["code"]), said["subject"] or "", said["detail"] or "")
    if last_error[0].isdigit():
        return _("The mail server did not take the mail.")
    return _("The mail could not be written: a fault of ours. The operator finds more in the log.")


def what_the_server_means(code: int, subject: str, detail: str) -> str:
    meaning = ENHANCED.get(f"{subject}.{detail}") or (REFUSED if subject == "7" else SIMPLE.get(code))
    if code < 500:
        later = _("It is not refused for ever; we try again.")
        return f"{meaning} {later}" if meaning in {BUSY, IS_FULL} else _("The mail server asks us to come later.")
    return str(meaning or _("The mail server of the address refuses the mail."))

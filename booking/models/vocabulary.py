"""Words of a booking that the database knows by heart: its states, needs, ways to come, photos, asking again."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Case, F, When
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    REQUESTED = "requested", _("requested")
    WAITLISTED = "waitlisted", _("on the waiting list")
    OFFERED = "offered", _("a place is free: please answer")
    CONFIRMED = "confirmed", _("confirmed")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")
    ATTENDED = "attended", _("attended")
    NO_SHOW = "no_show", _("did not come")


LIVE = (State.REQUESTED, State.WAITLISTED, State.OFFERED, State.CONFIRMED)
HOLDING = (State.OFFERED, State.CONFIRMED, State.ATTENDED, State.NO_SHOW)
ENDED = (State.DECLINED, State.EXPIRED, State.CANCELLED)
VISITING = (State.CONFIRMED, State.ATTENDED, State.NO_SHOW)


def changed_at(now: datetime) -> Case:
    """`updated_at` of bookings that change with something else, their date or their school: with what has ended nothing
    happens, or it would come back to calendars that it has left, and to the marks of the school."""
    return Case(When(state__in=ENDED, then=F("updated_at")), default=now)


class Need(models.TextChoices):
    STEP_FREE = "step_free", _("step-free access")
    SIGN_LANGUAGE = "sign_language", _("sign language")
    EASY_LANGUAGE = "easy_language", _("easy language")
    CALM_ROOM = "calm_room", _("a calm room")
    FOOD = "food", _("we tell you about food")


class Arrival(models.TextChoices):
    PUBLIC = "public", _("by train or public bus")
    COACH = "coach", _("by a coach of our own")
    WALK = "walk", _("on foot or by bicycle")
    OTHER = "other", _("in another way")


class Photos(models.TextChoices):
    NO = "no", _("no photos, please")
    NO_FACES = "no_faces", _("only without faces")
    CONSENTS = "consents", _("the school has the consents")


class Reconfirm(models.TextChoices):
    """How far asking is whether a visit is still on."""

    PLANNED = "planned", _("will be asked")
    ASKED = "asked", _("the school is asked")
    REMINDED = "reminded", _("the office of the school is asked")
    OVERDUE = "overdue", _("nobody has answered")
    DONE = "done", _("it is still on")


STEPS_TO_COME = (Reconfirm.PLANNED, Reconfirm.ASKED, Reconfirm.REMINDED)

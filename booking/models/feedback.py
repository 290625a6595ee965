from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking

if TYPE_CHECKING:
    from accounts.models import User

CODE_LETTERS = "34679ACDEFGHJKLMNPQRTUVWXY"  # without 0 and O, 1 and I, 2 and Z, 5 and S, 8 and B
CODE_LENGTH = 10  # 47 bits: nobody guesses one that is open for three days
QUESTIONS = 5
LEVELS = (1, 2, 3, 4)  # no, rather no, rather yes, yes
LONGEST_TEXT = 300


def make_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


class FeedbackCodeQuerySet(models.QuerySet["FeedbackCode"]):
    def closed(self, at: datetime) -> Self:
        """Those that take no answer any more, whatever happens to their visit."""
        return self.filter(Q(is_full=True) | Q(closes_at__lte=at))


class FeedbackCode(models.Model):
    """What a class types or scans after its visit; all pupils share it. Made when somebody first shows it.

    `closes_at` is fixed with the first answer, and `is_full` never goes back: results that were shown never change.
    """

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="feedback_code")
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=make_code, editable=False)
    closes_at = models.DateTimeField(null=True, blank=True)
    is_full = models.BooleanField(default=False)

    objects = FeedbackCodeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.code[:5]} {self.code[5:]}"


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def of_pupils(self) -> Self:
        return self.filter(said_by=Feedback.Side.PUPIL)

    def of_teachers(self) -> Self:
        return self.filter(said_by=Feedback.Side.TEACHER)

    def organised_by(self, user: User) -> Self:
        """Of visits with the partners that `user` works for; the network's admin sees all."""
        if user.is_network_admin:
            return self
        return self.filter(booking__slot__workshop__partner__in=user.partner_roles.values("partner"))


class Feedback(models.Model):
    """What one pupil, or the teacher, says of a visit: five answers and perhaps a sentence.

    Of a pupil nothing else is kept: no person, no address, no time but the day, no order in which answers came, for
    the key is random. The form makes it, so that a second tap is the same answer.
    """

    class Side(models.TextChoices):
        PUPIL = "pupil", _("pupil")
        TEACHER = "teacher", _("teacher")

    id = models.UUIDField(primary_key=True, default=uuid4, db_default=RandomUUID(), editable=False)
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="feedback")
    said_by = models.CharField(max_length=7, choices=Side.choices)
    answers = ArrayField(models.SmallIntegerField(), size=QUESTIONS)
    text = models.CharField(max_length=LONGEST_TEXT, blank=True)
    is_hidden = models.BooleanField(default=False)  # the text, by an organiser
    day = models.DateField()  # local

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["booking"], condition=Q(said_by="teacher"), name="feedback_of_one_teacher_a_visit"
            ),
            models.CheckConstraint(condition=Q(said_by__in=["pupil", "teacher"]), name="feedback_side_known"),
            models.CheckConstraint(
                condition=Q(answers__len=QUESTIONS, answers__contained_by=list(LEVELS)),
                name="feedback_answers_all_questions",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.get_said_by_display()}"

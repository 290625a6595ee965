"""What belongs to a person: rows of the account, and rows that name the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.db.models import Q, QuerySet

from accounts.models import User
from booking.models import Booking, HandOver, Inquiry, Message
from booking.models.booking import BookingQuerySet
from booking.models.hand_over import HandOverQuerySet
from booking.models.inquiry import InquiryQuerySet
from booking.models.message import MessageQuerySet
from workshops.models import Trainer

NO_ACCOUNT = 0  # a key that no row has


@dataclass
class Belongings:
    """Everything under one address; `user` is its account. Whoever booked by mail or telephone alone has none."""

    address: str
    user: User | None

    @classmethod
    def of(cls, address: str) -> Self:
        return cls(address, User.objects.filter(email__iexact=address).first())

    @property
    def account(self) -> int:
        return self.user.pk if self.user else NO_ACCOUNT

    @property
    def contact(self) -> Q:
        return Q(contact_email__iexact=self.address)

    @property
    def bookings(self) -> BookingQuerySet:
        """Those whose contact the person is, and those that were booked with the account."""
        return Booking.objects.filter(self.contact | Q(owner=self.account))

    @property
    def inquiries(self) -> InquiryQuerySet:
        return Inquiry.objects.filter(self.contact | Q(owner=self.account))

    @property
    def messages(self) -> MessageQuerySet:
        return Message.objects.filter(Q(to_address__iexact=self.address) | Q(to_user=self.account))

    @property
    def questions(self) -> HandOverQuerySet:
        """Where a colleague asked the person to take a booking over."""
        return HandOver.objects.filter(email__iexact=self.address)

    @property
    def trainers(self) -> QuerySet[Trainer]:
        return Trainer.objects.filter(Q(email__iexact=self.address) | Q(user=self.account))

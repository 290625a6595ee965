"""What belongs to a person: rows of the account, and rows that name the address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from django.db.models import Exists, Q, QuerySet

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
        """Where the person is the contact: by the address, or by the name where the account booked with another one."""
        mine = Q(contact_email__iexact=self.address)
        if self.user and self.user.name:
            mine |= Q(owner=self.account, contact_name__iexact=self.user.name)
        return mine

    @property
    def bookings(self) -> BookingQuerySet:
        """Those whose contact the person is, and those that were booked with the account."""
        return Booking.objects.filter(self.contact | Q(owner=self.account))

    @property
    def inquiries(self) -> InquiryQuerySet:
        return Inquiry.objects.filter(self.contact | Q(owner=self.account))

    @property
    def messages(self) -> MessageQuerySet:
        """Not what the office of a school reads, whose mailbox is no person's, be it the same address."""
        of_office = Q(kind="reconfirm_office") | Q(context__has_key="copy")
        same = Message.objects.filter(of_office, to_user=None, booking__school__office_mail__iexact=self.address)
        mine = Q(to_address__iexact=self.address) | self.as_account
        return Message.objects.filter(mine).exclude(pk__in=same.values("pk"))

    @property
    def as_account(self) -> Q:
        """To the account under another address; not to a colleague for whom it booked."""
        called = Q(to_name__in=self.trainers.values("name"))
        if self.user and self.user.name:
            called |= Q(to_name__iexact=self.user.name)
        return Q(to_user=self.account) & called

    @cached_property
    def names(self) -> set[str]:
        """What the person is called, now and in mails from before a booking was handed over. Three queries."""
        known = {
            *self.bookings.filter(self.contact).values_list("contact_name", flat=True),
            *self.messages.values_list("to_name", flat=True),
            *self.trainers.values_list("name", flat=True),
            self.user.name if self.user else "",
        }
        return known - {""}

    @property
    def questions(self) -> HandOverQuerySet:
        """Where a colleague asked the person to take a booking over."""
        return HandOver.objects.filter(email__iexact=self.address)

    @property
    def trainers(self) -> QuerySet[Trainer]:
        """The account's; without that whoever is noted under the address. A colleague may read the same mailbox."""
        own, noted = Q(user=self.account), Q(user=None, email__iexact=self.address)
        return Trainer.objects.filter(own | noted & ~Exists(Trainer.objects.filter(own)))

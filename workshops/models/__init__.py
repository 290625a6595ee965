"""The rows of what is offered: houses, offers, places, dates, people, money, and a house's rules."""

from workshops.models.cooperation import Cooperation
from workshops.models.funding import Funder, FundingPot, PotReader, WorkshopPot
from workshops.models.partner import Partner, PartnerRole
from workshops.models.people import Qualification, Trainer, TrainerPartner
from workshops.models.policy import WHOLE_DAY, Policy, Then
from workshops.models.slot import Assignment, Slot
from workshops.models.venue import Venue
from workshops.models.workshop import Workshop

__all__ = [
    "WHOLE_DAY",
    "Assignment",
    "Cooperation",
    "Funder",
    "FundingPot",
    "Partner",
    "PartnerRole",
    "Policy",
    "PotReader",
    "Qualification",
    "Slot",
    "Then",
    "Trainer",
    "TrainerPartner",
    "Venue",
    "Workshop",
    "WorkshopPot",
]

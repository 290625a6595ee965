from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import GeneratedField
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from schools.models import SPOKEN, Country
from schools.names import with_city
from schools.search import PrefixQuery, Searchable
from schools.sorting import for_people
from workshops.models.partner import Partner
from workshops.models.versioned import Versioned
from workshops.texts import FALLBACK

if TYPE_CHECKING:
    from accounts.models import User


class VenueQuerySet(models.QuerySet["Venue"]):
    def lock(self, pk: int) -> Venue:
        return self.select_for_update(of=("self",), no_key=True).select_related("partner").get(pk=pk)

    def organised_by(self, user: User) -> Self:
        """Places of the partners that `user` works for; the network's admin organises all."""
        return self if user.is_network_admin else self.filter(partner__in=user.partner_roles.values("partner"))

    def in_use(self) -> Self:
        return self.filter(active=True)

    def by_town(self) -> Self:
        return self.order_by(*for_people("city", "name"))

    def matching(self, text: str) -> Self:
        return self.filter(search=PrefixQuery(text))


class Venue(Versioned):
    """A place where workshops happen. Mobile slots have none: their place is the school's."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="venues")
    name = models.CharField(_("name"), max_length=120)
    street = models.CharField(_("street"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("town"), max_length=80)
    country = models.CharField(_("country"), max_length=2, choices=Country.choices, default=Country.DE)
    district_code = models.CharField(max_length=12, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    directions = models.CharField(_("directions"), max_length=300, blank=True)
    step_free = models.BooleanField(_("step-free"), default=False)
    active = models.BooleanField(_("in use"), default=True)
    updated_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)  # of what calendars show
    search = GeneratedField(
        expression=SearchVector(Searchable("name"), Searchable("city"), config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = VenueQuerySet.as_manager()

    class Meta:
        indexes = (GinIndex(fields=["search"], name="venue_search"),)

    def __str__(self) -> str:
        return with_city(self.name, self.city)

    @property
    def address(self) -> str:
        return ", ".join(filter(None, [self.name, self.street, f"{self.postcode} {self.city}".strip()]))

    @property
    def other_language(self) -> str:
        """That of the directions where it is certainly not the page's; nothing else. Houses write them once: in German,
        or in the language of the country where the place is."""
        local = SPOKEN.get(self.country, FALLBACK)
        return "" if get_language() in {local, FALLBACK} else local

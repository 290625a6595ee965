from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, GeneratedField, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from schools.names import with_city
from schools.search import FoldDe, PrefixQuery, Searchable

if TYPE_CHECKING:
    from accounts.models import User


class Country(models.TextChoices):
    DE = "DE", _("Germany")
    PL = "PL", _("Poland")
    CZ = "CZ", _("Czechia")


SPOKEN: dict[str, str] = {Country.DE: "de", Country.PL: "pl", Country.CZ: "cs"}


class SchoolQuerySet(models.QuerySet["School"]):
    def active(self) -> Self:
        return self.filter(state=School.State.ACTIVE)

    def bookable_by(self, user: object) -> Self:
        """Schools that `user` may book for: the active ones, and a missing one that `user` typed."""
        mine = Q(state=School.State.PROPOSED, proposed_by=user)
        return self.filter(Q(state=School.State.ACTIVE) | mine)

    def matching(self, text: str) -> Self:
        """Schools whose name or town has words that begin as typed; every spelling of an umlaut hits."""
        return self.filter(search=PrefixQuery(text))

    def organised_by(self, user: User) -> Self:
        """Schools that have to do with the partners that `user` works for; the network's admin organises all."""
        if user.is_network_admin:
            return self
        ours = self.model.objects.filter(bookings__slot__workshop__partner__in=user.partner_roles.values("partner"))
        return self.filter(pk__in=ours.values("pk"))

    def by_name(self) -> Self:
        """In the order of people, not of code points: Öhringen stands beside Oehringen."""
        return self.order_by("sort_name", "name", "pk")


class School(models.Model):
    """A school of a register, or one that a teacher typed because it was missing. Never deleted."""

    class Kind(models.TextChoices):
        PRIMARY = "primary", _("primary school")
        LOWER_SEC = "lower_sec", _("Oberschule")
        UPPER_SEC = "upper_sec", _("Gymnasium")
        VOCATIONAL = "vocational", _("vocational school")
        SPECIAL = "special", _("special school")
        MIXED = "mixed", _("all grades")
        OTHER = "other", _("other school")

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        CLOSED = "closed", _("closed")
        PROPOSED = "proposed", _("proposed")

    source = models.CharField(max_length=20)
    source_id = models.CharField(max_length=60)
    institution_key = models.CharField(max_length=20, blank=True, default="", db_default="")  # not unique
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("type"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    local_types = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    legal = models.CharField(max_length=10, blank=True)
    street = models.CharField(_("street"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("town"), max_length=80)
    country = models.CharField(_("country"), max_length=2, choices=Country.choices, default=Country.DE)
    region_code = models.CharField(max_length=12, blank=True)
    district_code = models.CharField(max_length=12, blank=True, db_index=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    office_mail = models.EmailField(blank=True)
    office_copies = models.BooleanField(_("the office reads along"), default=False, db_default=False)
    phone = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    overridden_fields = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    last_seen = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)  # of what calendars show
    sort_name = GeneratedField(expression=FoldDe("name"), output_field=models.TextField(), db_persist=True)
    search = GeneratedField(
        expression=SearchVector(Searchable("name"), Searchable("city"), config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = SchoolQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "source_id"], name="school_once_a_source"),
            models.CheckConstraint(condition=Q(state__in=["active", "closed", "proposed"]), name="school_state_known"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")), name="school_not_its_own_heir"
            ),
        )
        indexes = (
            GinIndex(fields=["search"], name="school_search"),
            models.Index(fields=["sort_name", "name"], name="school_sort"),
        )

    def __str__(self) -> str:
        return with_city(self.name, self.city)

    @cached_property
    def remembered_days(self) -> dict[tuple[date, date], frozenset[date]]:
        """What schooldays.closed_days found out about this object."""
        return {}


class MembershipQuerySet(models.QuerySet["Membership"]):
    def declare(self, user: User, school: School, *, role: str, how: str) -> None:
        """Note that somebody says to belong to a school; organisers see it. A refused one stays refused."""
        self.bulk_create([self.model(user=user, school=school, role=role, how=how)], ignore_conflicts=True)

    def declared(self) -> Self:
        return self.filter(state=Membership.State.DECLARED)


class Membership(models.Model):
    class Role(models.TextChoices):
        TEACHER = "teacher", _("teacher")
        OFFICE = "office", _("school office")

    class State(models.TextChoices):
        DECLARED = "declared", _("self-declared")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    school = models.ForeignKey(School, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DECLARED)
    how = models.CharField(max_length=20, blank=True)  # booking, profile; then mailbox, colleague, organiser
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, default="", db_default="")  # why it was refused

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "school", "role"], name="membership_once_a_role"),
            models.CheckConstraint(condition=Q(role__in=["teacher", "office"]), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(state__in=["declared", "confirmed", "refused"]), name="membership_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.school}"


class ClosureQuerySet(models.QuerySet["Closure"]):
    def touching(self, first: date, last: date) -> Self:
        return self.filter(first__lte=last, last__gte=first)


class Closure(models.Model):
    """Days without lessons that no package knows: a school's own day off, a holiday typed by hand or from a file."""

    class Source(models.TextChoices):
        FILE = "file", _("file")
        MANUAL = "manual", _("by hand")

    country = models.CharField(max_length=2, choices=Country.choices, blank=True)
    region_code = models.CharField(max_length=12, blank=True)
    district_code = models.CharField(max_length=12, blank=True)
    municipality_code = models.CharField(max_length=12, blank=True)
    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="closures")
    first = models.DateField()
    last = models.DateField()
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.MANUAL)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="closure_ends_after_it_begins"),
            models.CheckConstraint(
                condition=(
                    Q(school=None) & ~Q(country="") & Q(region_code="", district_code="", municipality_code="")
                    | Q(school=None) & ~Q(region_code="") & Q(country="", district_code="", municipality_code="")
                    | Q(school=None) & ~Q(district_code="") & Q(country="", region_code="", municipality_code="")
                    | Q(school=None) & ~Q(municipality_code="") & Q(country="", region_code="", district_code="")
                    | Q(school__isnull=False, country="", region_code="", district_code="", municipality_code="")
                ),
                name="closure_of_one_scope",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.first}–{self.last})"

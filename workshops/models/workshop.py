from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField, TrigramWordSimilarity
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection, models
from django.db.models import GeneratedField, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Greatest, Now, NullIf
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from schools.models import School
from schools.search import Fold, FoldDe, PrefixQuery, Searchable
from workshops.models.partner import Partner
from workshops.models.policy import Policy, PolicyColumns
from workshops.models.venue import Venue
from workshops.models.versioned import Versioned
from workshops.texts import FALLBACK, LANGUAGES, TextsField
from workshops.vocabulary import BookingMode, Discipline, Format, InnovationField, Licence, Picture, SpokenLanguage

if TYPE_CHECKING:
    from accounts.models import User
    from workshops.models.slot import SlotQuerySet
    from workshops.near import Around

INSTANT_CLOSE_DAYS = 5
LIKE_ENOUGH = 0.4  # of the letters, three by three, of a word


def words(*columns: str) -> list[Searchable]:
    return [Searchable(Coalesce(KT(f"{name}__{code}"), models.Value(""))) for name in columns for code in LANGUAGES]


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def lock(self, pk: int) -> Workshop:
        return self.select_for_update(of=("self",), no_key=True).select_related("partner", "venue").get(pk=pk)

    def hold(self, pks: Iterable[int]) -> dict[int, str]:
        """Keep these offers in their state, and say which it is; several may do so at once, who locks one waits."""
        with connection.cursor() as cursor:  # the ORM knows no lock that can be shared
            ask = "SELECT id, state FROM workshops_workshop WHERE id = ANY(%s) ORDER BY id FOR SHARE"
            cursor.execute(ask, [sorted(set(pks))])
            return dict(cursor.fetchall())

    def published(self) -> Self:
        return self.filter(state=Workshop.State.PUBLISHED)

    def organised_by(self, user: User) -> Self:
        """Offers of the partners that `user` works for; the network's admin organises all."""
        return self if user.is_network_admin else self.filter(partner__in=user.partner_roles.values("partner"))

    def for_grades(self, grades: Iterable[int]) -> Self:
        """Offers for any of these grades (years of schooling)."""
        return self.filter(grades__overlap=list(grades))

    def for_school_kinds(self, kinds: Iterable[str]) -> Self:
        """Offers for schools of any of these kinds; an offer that names none is for all."""
        return self.filter(Q(school_kinds=[]) | Q(school_kinds__overlap=list(kinds)))

    def of_disciplines(self, codes: Iterable[str]) -> Self:
        return self.filter(disciplines__overlap=list(codes))

    def in_languages(self, codes: Iterable[str]) -> Self:
        return self.filter(languages__overlap=list(codes))

    def in_district(self, code: str, slots: SlotQuerySet) -> Self:
        """Offers that one finds there: at home, by one of `slots`, or because they come to the school."""
        here = Q(venue__district_code=code) | Q(format=Format.MOBILE)
        return self.filter(here | Q(pk__in=slots.in_district(code).values("workshop")))

    def matching(self, text: str, disciplines: Iterable[str] = ()) -> Self:
        """Offers with all words, or of a discipline so called, or with coming dates at a place so called."""
        from workshops.models.slot import Slot  # a slot knows its workshop, not the other way round

        there = Slot.objects.public().filter(ends_at__gt=Now(), venue__in=Venue.objects.matching(text))
        return self.filter(
            Q(search=PrefixQuery(text))
            | Q(disciplines__overlap=list(disciplines))
            | Q(pk__in=there.values("workshop"))
            | Q(partner__name__icontains=text)
        )

    def resembling(self, text: str) -> Self:
        """Offers with a word that looks like the text, in their title or the name of their place: typing errors."""
        typed = Fold(models.Value(text))
        names = [
            *(Coalesce(KT(f"title__{code}"), models.Value("")) for code in LANGUAGES),
            "venue__city",
            "venue__name",
        ]
        close = [TrigramWordSimilarity(typed, Searchable(name)) for name in names]  # type: ignore[arg-type]  # takes expressions, too
        return self.annotate(likeness=Greatest(*close)).filter(likeness__gte=LIKE_ENOUGH)

    def near(self, around: Around, slots: SlotQuerySet) -> Self:
        """Offers at home around there, with one of `slots` there, or that come there."""
        here = Q(venue__in=around.venues) | Q(format=Format.MOBILE) & ~Q(pk__in=around.too_far)
        return self.filter(here | Q(pk__in=slots.filter(venue__in=around.venues).values("workshop")))

    def with_coming(self, now: datetime) -> Self:
        """With `coming`, the number of dates that are not over and not called off."""
        live = Q(slots__ends_at__gt=now) & ~Q(slots__state="cancelled")
        return self.annotate(coming=models.Count("slots", filter=live))

    def by_title(self) -> Self:
        """By what the reader sees: a title in the language of the page, else the German one."""
        code = get_language()
        if code == FALLBACK or code not in LANGUAGES:
            return self.order_by("sort_title", "pk")
        seen = FoldDe(NullIf(KT(f"title__{code}"), models.Value("", models.TextField())))
        return self.order_by(Coalesce(seen, "sort_title"), "pk")


class Workshop(Versioned, PolicyColumns):
    """An offer that lasts; slots are its dates. `grades` are years of schooling: Polish LO 1 is 9, Czech SŠ 1 is 10."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="workshops")
    slug = models.SlugField(unique=True, max_length=80)
    title = TextsField(_("title"))
    summary = TextsField(_("summary"))
    description = TextsField(_("description"))
    course = TextsField(_("course of the morning"), help_text=_("One step a line: 8:00 · Arrive · Coats on the hook"))
    bring = TextsField(_("what to bring"))
    kit = TextsField(_("what the team takes along"), help_text=_("One thing a line."), db_default={})
    cost = TextsField(_("cost"))
    accessibility = TextsField(_("accessibility"))
    curriculum = TextsField(_("curriculum link"))
    disciplines = ArrayField(models.CharField(max_length=20, choices=Discipline.choices), default=list)
    innovation_field = models.CharField(max_length=20, choices=InnovationField.choices, blank=True)
    format = models.CharField(_("format"), max_length=10, choices=Format.choices, default=Format.VISIT)
    grades = ArrayField(models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(13)]))
    school_kinds = ArrayField(models.CharField(max_length=12, choices=School.Kind.choices), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=5, choices=SpokenLanguage.choices), default=list)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    capacity = models.PositiveSmallIntegerField(_("places"))
    max_groups = models.PositiveSmallIntegerField(_("groups at once"), default=1)
    booking_mode = models.CharField(max_length=10, choices=BookingMode.choices, default=BookingMode.REQUEST)
    radius_km = models.PositiveSmallIntegerField(_("comes within … km"), null=True, blank=True)
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, related_name="workshops")
    picture = models.CharField(_("drawing"), max_length=20, choices=Picture.choices, blank=True)
    image = models.ImageField(_("photo"), upload_to="workshops", blank=True)
    image_alt = TextsField(_("what the photo shows"))
    image_credit = models.CharField(_("who made the photo"), max_length=120, blank=True)
    image_licence = models.CharField(_("licence of the photo"), max_length=20, choices=Licence.choices, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    updated_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)  # of what calendars show
    sort_title = GeneratedField(
        expression=FoldDe(KT("title__de")), output_field=models.TextField(), db_persist=True, null=True
    )
    search = GeneratedField(
        expression=SearchVector(*words("title", "summary"), config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(grades__contained_by=list(range(1, 14)), grades__len__gt=0), name="workshop_grades_1_to_13"
            ),
            models.CheckConstraint(condition=Q(capacity__gt=0, max_groups__gt=0), name="workshop_has_room"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="workshop_takes_time"),
        )
        indexes = (
            GinIndex(fields=["search"], name="workshop_search"),
            GinIndex(fields=["grades"], name="workshop_grades"),
        )

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("workshop", args=[self.slug])

    @cached_property
    def policy(self) -> Policy:
        """What holds here: own values, else the partner's, else the defaults. Reads the partner."""
        return Policy.of(self, self.partner, **self.early)

    @property
    def usual(self) -> Policy:
        """What holds here where an own value is empty. Reads the partner."""
        return Policy.of(self.partner, **self.early)

    @property
    def early(self) -> dict[str, int]:
        """What is confirmed at once can be booked for longer."""
        return {"close_days": INSTANT_CLOSE_DAYS} if self.booking_mode == BookingMode.INSTANT else {}

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def is_mobile(self) -> bool:
        return self.format == Format.MOBILE

    @property
    def discipline_names(self) -> list[str]:
        return [str(Discipline(code).label) for code in self.disciplines]

    @property
    def language_names(self) -> list[str]:
        return [str(SpokenLanguage(code).label) for code in self.languages]

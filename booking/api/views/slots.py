"""Dates as organisers write them: opened, changed, staffed, called off. And who can lead them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import SAFE_METHODS, AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from booking import access, planning
from booking.api import slots as bodies
from booking.api.bodies import ReasonBody
from booking.api.fields import nothing_here
from booking.api.offers import SlotSerializer
from booking.api.schema import READS, reading, writing
from booking.api.views import offers
from booking.api.views.base import ApiView
from booking.errors import NotAllowed
from schools.sorting import for_people
from workshops.models import Slot, Trainer, Workshop
from workshops.visibility import organises


def require_organiser(view: ApiView, action: str) -> None:
    """Raises PermissionDenied for a token that is for less, NotAllowed for who organises nowhere."""
    view.require_scope("organise")
    if not access.roles_of(view.person).organises_any:
        raise NotAllowed(action)


class SlotView(offers.SlotView):
    """Dates, with what organisers do to them."""

    def get_permissions(self) -> list[Any]:
        return [AllowAny() if self.request.method in SAFE_METHODS else IsAuthenticated()]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        if request.method not in SAFE_METHODS:
            response.headers["Cache-Control"] = ApiView.cache_control
        return super().finalize_response(request, response, *args, **kwargs)

    @writing(bodies.OpeningBody, SlotSerializer, status=201, missing=False)
    def create(self, request: Request) -> Response:
        """Open a date. What is left out comes from the workshop."""
        require_organiser(self, "open_slot")
        return self.answer_once(self.open, status=201)

    def open(self) -> Any:
        data = self.read(bodies.OpeningBody)
        opening = bodies.to_opening(data, self.workshop_named(data["workshop"]))
        return self.shown(planning.open_slot(opening, reason=data.get("override_reason", ""), **self.said))

    @writing(bodies.SlotChangeBody, SlotSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a date. Another time or place is a move: every group and every trainer hears of it."""
        return self.act("change_slot", self.change)

    def change(self, slot: Slot) -> Slot:
        data = self.read(bodies.SlotChangeBody, partial=True)
        reasons = {name: data.get(name, "") for name in ("reason", "override_reason")}
        return planning.change_slot(slot, bodies.to_slot_values(data, slot), **reasons, **self.said)

    @writing(ReasonBody, SlotSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Call a date off, with a reason that every group and every trainer reads."""
        return self.act("cancel_slot", self.call_off)

    def call_off(self, slot: Slot) -> Slot:
        return planning.cancel_slot(slot, reason=self.read(ReasonBody).get("reason", ""), **self.said)

    @writing(bodies.AssignmentsBody, SlotSerializer)
    @action(detail=True, methods=["put"])
    def assignments(self, request: Request, pk: str) -> Response:
        """Replace who leads. Who is new hears of it."""
        return self.act("assign", self.assign)

    def assign(self, slot: Slot) -> Slot:
        data = self.read(bodies.AssignmentsBody)
        wanted = bodies.to_assignments(data["assignments"], slot.workshop.partner_id)
        return planning.assign(slot, wanted, override_reason=data["override_reason"], **self.said)

    def act(self, action: str, do: Callable[[Slot], Slot]) -> Response:
        """Do it once and show the date after it; looks, then asks who may, then reads the body."""
        slot = self.get_object()
        self.require_scope("organise")
        access.require(self.actor, action, slot)
        return self.answer_once(lambda: self.shown(do(slot)))

    def shown(self, slot: Slot) -> Any:
        return SlotSerializer(Slot.objects.with_facts().get(pk=slot.pk)).data

    def workshop_named(self, slug: str) -> Workshop:
        """The workshop that the body names. Raises ValidationError where the caller may not see it."""
        workshop = Workshop.objects.select_related("partner", "venue").filter(slug=slug).first()
        if workshop is None or not (workshop.state == Workshop.State.PUBLISHED or organises(self.person, workshop)):
            raise nothing_here("workshop")
        return workshop


class TrainerView(ListModelMixin, ApiView):
    """Who can lead dates."""

    serializer_class = bodies.TrainerSerializer
    filter_backends = []
    queryset = Trainer.objects.order_by(*for_people("name"))

    def get_queryset(self) -> QuerySet[Trainer]:
        if self.person.is_network_admin:
            return self.queryset
        teams = self.person.partner_roles.values("partner")
        return self.queryset.filter(pk__in=Trainer.objects.filter(engagements__partner__in=teams).values("pk"))

    @reading(bodies.TrainerSerializer(many=True), 403, *READS)
    def list(self, *args: Any, **kwargs: Any) -> Any:
        """Trainers of the caller's partners, by name."""
        require_organiser(self, "see_trainers")
        return super().list(*args, **kwargs)

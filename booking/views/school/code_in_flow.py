"""The code that proves an address in the middle of another form: the right one signs in and does what was asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.sign_in import AsksAgain


class CodeInFlow(AsksAgain, ConfirmLoginCodeView, ABC):
    """A wrong code keeps everything. Where a second factor comes between, or something became impossible meanwhile,
    the form is shown again as it was typed."""

    form_page: str
    typed: QueryDict | None

    @abstractmethod
    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        """Set `form_page` and `typed`, None where nothing was kept."""

    @abstractmethod
    def done(self) -> HttpResponse:
        """What was asked for, by who is signed in now."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.prepare(request, **kwargs)
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        waits = stage is not None and LoginCodeVerificationProcess.resume(stage) is not None
        if self.typed is not None and not waits and not request.user.is_authenticated:
            messages.warning(request, _("The code has run out. Send the form again and you get a new one."))
        if self.typed is None or not waits or request.user.is_authenticated:
            return redirect(self.form_page)
        return super().dispatch(request, *args, **kwargs)

    def get_next_url(self) -> str:
        return self.form_page

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = self._process.finish(self.form_page)
        if not self.request.user.is_authenticated:
            return answer  # a second factor comes first; it leads back to the form
        return self.done()

    def ended(self, answer: HttpResponse) -> HttpResponse:
        return redirect(self.form_page)

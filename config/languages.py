"""The language switch: a link that leaves a cookie, so that it works without script and keeps pages free of tokens."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.audience import for_everyone
from accounts.language import speak


@for_everyone
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Go on in the language `code`, back on the page one came from."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    response = HttpResponseRedirect(came_from(request))
    speak(response, code)
    return response


def came_from(request: HttpRequest) -> str:
    target = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours else "/"


urlpatterns = [path("language/<slug:code>/", choose, name="choose_language")]

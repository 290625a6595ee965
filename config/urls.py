from __future__ import annotations

from allauth.account import views as account
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.audience import for_everyone, for_signed_in
from accounts.sign_in import confirm_code, request_code
from config import errors, health
from config.second_factor import authenticate, reauthenticate, reauthenticate_by_passkey

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_often  # asked for by allauth
handler500 = errors.broken

to_sign_in = for_everyone(RedirectView.as_view(url="/sign-in/", query_string=True))


# allauth looks these addresses up by name; what has no page here (passwords, sign-up) leads to the sign-in.
sign_in: list[URLPattern | URLResolver] = [
    path("sign-in/", request_code, name="sign_in"),
    path("sign-in/", request_code, name="account_request_login_code"),
    path("sign-in/", request_code, name="account_login"),
    path("sign-in/code/", confirm_code, name="account_confirm_login_code"),
    path("sign-in/again/", for_signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("sign-in/second/authenticate/", authenticate, name="mfa_authenticate"),
    path("sign-in/second/reauthenticate/", reauthenticate, name="mfa_reauthenticate"),
    path("sign-in/second/webauthn/reauthenticate/", reauthenticate_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("sign-in/second/", include("allauth.mfa.urls")),
    path("sign-in/closed/", for_everyone(account.account_inactive), name="account_inactive"),
    path("sign-in/new/", to_sign_in, name="account_signup"),
    path("sign-in/address/", to_sign_in, name="account_email"),
    path("sign-in/address/confirm/", to_sign_in, name="account_email_verification_sent"),
    path("sign-in/address/<key>/", to_sign_in, name="account_confirm_email"),
    path("sign-in/password/", to_sign_in, name="account_reset_password"),
    path("sign-in/password/change/", to_sign_in, name="account_change_password"),
    path("sign-in/password/set/", to_sign_in, name="account_set_password"),
    path("sign-out/", for_everyone(account.logout), name="account_logout"),
    path("sign-out/", for_everyone(account.logout), name="sign_out"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("", include("config.metrics")),
    path("api/v1/", include("booking.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(metadata_class=None), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema", metadata_class=None), name="api_docs"),
    path("admin/", admin.site.urls),
    *sign_in,
    path("", include("workshops.urls")),
    path("", include("booking.urls")),
    path("", include("config.legal")),
    path("", include("config.resending")),
    path("", include("config.demo.letter_box")),
    path("", include("config.languages")),
    path("", include("config.demo.parts_story")),
]

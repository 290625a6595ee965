"""What people say about themselves, who belongs to which school, and the schools themselves."""

from django.urls import URLPattern, path

from booking.views import own_data, profile, tokens, unsubscribe
from booking.views.organise import registers, schools
from booking.views.school import mailbox

urlpatterns: list[URLPattern] = [
    path("profile/", profile.profile, name="profile"),
    path("profile/mails/", profile.mails, name="profile_mails"),
    path("profile/office/", profile.office, name="profile_office"),
    path("profile/data/", own_data.own_data, name="own_data"),
    path("profile/data.json", own_data.own_data_file, name="own_data_file"),
    path("profile/tokens/", tokens.tokens, name="tokens"),
    path("profile/tokens/<int:pk>/end/", tokens.end_token, name="end_token"),
    path("profile/colleagues/<int:pk>/", profile.confirm_colleague, name="confirm_colleague"),
    path("profile/schools/<int:pk>/ask/", profile.ask_office, name="ask_office"),
    path("profile/schools/<int:pk>/copies/", profile.office_copies, name="office_copies"),
    path("u/<str:signed>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("m/<str:signed>/", mailbox.membership, name="membership"),
    path("organise/schools/", schools.schools, name="organise_schools"),
    path("organise/schools/<int:pk>/", schools.school, name="organise_school"),
    path("organise/schools/<int:pk>/accept/", schools.accept, name="organise_accept_school"),
    path("organise/schools/<int:pk>/merge/", schools.merge, name="organise_merge_school"),
    path("organise/members/<int:pk>/", schools.decide, name="organise_member"),
    path("organise/network/schools/", registers.register, name="organise_register"),
    path("organise/network/schools/<slug:key>/", registers.look, name="organise_register_look"),
]

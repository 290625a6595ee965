"""Who works for a partner, what the partner says of itself, and the network."""

from django.urls import URLPattern, path

from booking.views import partner, people

urlpatterns: list[URLPattern] = [
    path("organise/partner/", partner.partner, name="organise_partner"),
    path("organise/people/", people.people, name="organise_people"),
    path("organise/people/new/", people.invite, name="organise_invite"),
    path("organise/people/<slug:house>/<slug:key>/", people.person, name="organise_person"),
    path("organise/people/<slug:house>/<slug:key>/invite/", people.invite_again, name="organise_invite_again"),
    path("organise/people/<slug:house>/<slug:key>/give/", people.give, name="organise_give"),
    path("organise/people/<slug:house>/<slug:key>/leave/<slug:role>/", people.take_out, name="organise_take_out"),
]

"""Who works for a partner, what the partner says of itself, and the network."""

from django.urls import URLPattern, path

from booking.views.organise import network, partner, people

urlpatterns: list[URLPattern] = [
    path("organise/network/", network.network, name="organise_network"),
    path("organise/network/houses/new/", network.new_house, name="organise_new_house"),
    path("organise/network/funding/", network.funding, name="organise_funding"),
    path("organise/network/funders/new/", network.funder, name="organise_new_funder"),
    path("organise/network/funders/<int:pk>/", network.funder, name="organise_funder"),
    path("organise/network/pots/new/", network.new_pot, name="organise_new_pot"),
    path("organise/network/pots/<slug:code>/", network.pot, name="organise_pot"),
    path("organise/network/pots/<slug:code>/readers/", network.invite_reader, name="organise_invite_reader"),
    path("organise/network/pots/<slug:code>/readers/<int:pk>/", network.dismiss_reader, name="organise_dismiss_reader"),
    path("organise/partner/", partner.partner, name="organise_partner"),
    path("organise/people/", people.people, name="organise_people"),
    path("organise/people/new/", people.invite, name="organise_invite"),
    path("organise/people/<slug:house>/<slug:key>/", people.person, name="organise_person"),
    path("organise/people/<slug:house>/<slug:key>/invite/", people.invite_again, name="organise_invite_again"),
    path("organise/people/<slug:house>/<slug:key>/give/", people.give, name="organise_give"),
    path("organise/people/<slug:house>/<slug:key>/leave/<slug:role>/", people.take_out, name="organise_take_out"),
]

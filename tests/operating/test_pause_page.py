"""Who runs the network sees that mails wait; who organises at a partner need not."""

from __future__ import annotations

import pytest
from django.utils import timezone

from booking.messages.pausing import pause
from tests.factories import make_organiser, make_partner, make_user

pytestmark = pytest.mark.django_db


def overview(client, user):
    client.force_login(user)
    return client.get("/organise/", headers={"Accept-Language": "en"}).content.decode()


def test_a_pause_of_sending_stands_above_all_else_for_the_network_admin(client):
    admin = make_user("olga", is_network_admin=True)
    assert "No mail goes out since" not in overview(client, admin)

    pause(timezone.now(), "restored from an archive")

    assert "No mail goes out since" in overview(client, admin)
    assert "resume_sending" in overview(client, admin)


def test_organisers_are_not_troubled_with_it(client):
    pause(timezone.now(), "restored from an archive")

    assert "No mail goes out since" not in overview(client, make_organiser(make_partner("lab")))

"""The cast of most pages: a house, and its organiser who signed in."""

from __future__ import annotations

import pytest

from tests.factories import make_organiser, make_partner


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def olga(client, partner):
    user = make_organiser(partner, "olga")
    client.force_login(user)
    return user

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Token
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_all_tokens_of_a_person_are_taken_back_and_nobody_elses():
    ada, bea = make_user("ada"), make_user("bea")
    for user in (ada, ada, bea):
        Token.objects.issue(user, scope="read")

    assert call_command("revoke_tokens", "ADA@school.example") == "2 tokens taken back."
    assert list(Token.objects.alive(timezone.now()).values_list("user", flat=True)) == [bea.pk]
    assert call_command("revoke_tokens", ada.email) == "0 tokens taken back."


def test_who_is_not_known_is_named():
    with pytest.raises(CommandError, match=r"nobody@school\.example"):
        call_command("revoke_tokens", "nobody@school.example")

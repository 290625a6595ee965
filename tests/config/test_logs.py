from __future__ import annotations

import logging
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "secret"),
    [
        ("/calendars/trainer/S3cret-of-a-feed.ics", "S3cret-of-a-feed"),
        ("/b/77.1~S3cretSignature/", "S3cretSignature"),
    ],
)
def test_an_address_that_opens_something_stands_in_no_log(path, secret, capsys):
    before = logging.root.handlers[:]
    dictConfig(settings.LOGGING)
    try:
        assert Client().get(path).status_code == 404
    finally:
        logging.root.handlers[:] = before

    said = capsys.readouterr().err
    assert "Not Found: /" in said
    assert secret not in said

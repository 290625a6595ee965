"""A form with a photo may come; what is larger gets an answer, not a hang."""

from __future__ import annotations

import http.client
import time

import pytest

from tests.web import serving

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def web(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), serving(DJANGO_SETTINGS_MODULE="tests.settings") as web:
        yield web


def sent(web, megabytes: int, path: str = "/sign-in/") -> tuple[int, str]:
    peer = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Accept-Language": "en"}
    try:
        peer.request("POST", path, bytes(megabytes * MEGABYTE), headers)
        answer = peer.getresponse()
        return answer.status, answer.read().decode()
    finally:
        peer.close()


@pytest.mark.parametrize("megabytes", [31, 60])
def test_more_than_a_form_with_a_photo_is_answered_with_a_page(web, megabytes):
    began = time.monotonic()

    status, text = sent(web, megabytes)

    assert status == 413
    assert "That is too large." in text
    assert time.monotonic() - began < 10


def test_programs_get_a_problem_document(web):
    status, text = sent(web, 40, "/api/v1/bookings/")

    assert status == 413
    assert '"too_large"' in text


def test_a_flood_gets_an_answer_or_a_closed_line_at_once(web):
    """The length alone is enough: nobody waits for 10 GB."""
    peer = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    peer.putrequest("POST", "/sign-in/")
    peer.putheader("Content-Type", "multipart/form-data; boundary=x")
    peer.putheader("Content-Length", str(10_000 * MEGABYTE))
    peer.endheaders()
    began = time.monotonic()

    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        flood(peer)

    assert time.monotonic() - began < 10


def flood(peer: http.client.HTTPConnection) -> None:
    for _block in range(1_000):
        peer.send(bytes(MEGABYTE))

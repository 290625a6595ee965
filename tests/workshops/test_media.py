"""Pictures of partners, for everybody."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

NAME = f"workshops/{'a' * 32}-900x600.webp"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    default_storage.save(NAME, ContentFile(b"RIFF"))
    (tmp_path / "secret.txt").write_text("secret")
    return settings.MEDIA_ROOT


def test_a_picture_is_served_for_ever_and_can_do_nothing(client):
    answer = client.get(f"/media/{NAME}")

    assert (answer.status_code, answer.getvalue()) == (200, b"RIFF")
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not answer.cookies


@pytest.mark.parametrize(
    "name",
    [
        f"workshops/{'b' * 32}-900x600.webp",  # not there
        "../secret.txt",
        "%2e%2e/secret.txt",
        "workshops/../../secret.txt",
        "workshops//etc/passwd",
        "workshops/",
        "workshops/page.html",
        f"workshops/{'a' * 32}-900x600.webp/",
        f"workshops/{'a' * 32}-900x600.webp%0a",
        f"workshops/{'a' * 32}-900x600.webp%00",
    ],
)
def test_nothing_else_is_served(client, media, name):
    (media / "workshops" / "page.html").write_text("<script>alert(1)</script>")

    assert client.get(f"/media/{name}").status_code == 404


def test_nobody_writes_there(client):
    assert client.post(f"/media/{NAME}").status_code == 405

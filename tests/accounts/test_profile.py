"""What people say about themselves."""

import pytest

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return User.objects.create_user("ada@school.example", name="Ada", language="de")


def test_a_person_changes_name_and_language_and_reads_on_in_it(client, ada):
    client.force_login(ada)

    response = client.post("/profile/", {"name": "Ada Sorb", "phone": "", "language": "en"}, follow=True)

    ada.refresh_from_db()
    assert (ada.name, ada.language) == ("Ada Sorb", "en")
    assert '<html lang="en">' in response.content.decode()


def test_a_form_without_a_name_keeps_the_old_one_and_says_so(client, ada):
    client.force_login(ada)

    response = client.post("/profile/", {"name": " ", "language": "en"})

    assert 'aria-invalid="true"' in response.content.decode()
    assert User.objects.get().name == "Ada"


def test_strangers_sign_in_first(client):
    assert client.get("/profile/")["Location"].startswith("/sign-in/?next=/profile/")


@pytest.mark.parametrize(
    ("pressed_on", "back"),
    [
        ("http://testserver/profile/?from=mail#mails", "/profile/?from=mail"),
        ("https://evil.example/profile/", "/profile/mails/"),
        ("", "/profile/mails/"),
    ],
)
def test_who_presses_a_button_too_late_comes_back_to_its_page(client, pressed_on, back):
    response = client.post("/profile/mails/", {}, headers={"referer": pressed_on})

    assert response["Location"] == f"/sign-in/?next={back.replace('=', '%3D').replace('?', '%3F')}"


def test_the_address_cannot_be_changed_here(client, ada):
    client.force_login(ada)

    client.post("/profile/", {"name": "Ada", "language": "de", "email": "eve@evil.example", "is_network_admin": "on"})

    ada.refresh_from_db()
    assert (ada.email, ada.is_network_admin) == ("ada@school.example", False)

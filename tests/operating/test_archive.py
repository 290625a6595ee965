"""An installation in one file, and back: in an empty place, whole or not at all, and silent until the operator's go."""

from __future__ import annotations

import json
import random
import resource
import signal
import threading
import time
import zipfile
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.archive.manifest import Refused, open_archive, read_manifest, verify
from booking.messages import sending
from booking.messages.links import link_to
from booking.models import Booking, Feed, Message, Pause
from tests.factories import make_booking, make_office, make_order, make_slot, make_trainer, make_user, make_workshop
from tests.faults.running import until
from tests.operating.places import contents, empty_place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(tmp_path, settings):
    """Where the installation that is saved keeps its files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "workshops").mkdir(parents=True)
    (settings.MEDIA_ROOT / "workshops" / "trailer.webp").write_bytes(b"a picture" * 10_000)
    (settings.MEDIA_ROOT / ".half-an-upload").write_bytes(b"not ours")
    return tmp_path


@pytest.fixture
def place(tmp_path):
    (tmp_path / "place").mkdir()
    with empty_place(tmp_path / "place", "place") as place:
        yield place


@pytest.fixture
def bare(tmp_path):
    """A database without a single table."""
    (tmp_path / "bare").mkdir()
    with empty_place(tmp_path / "bare", "bare", "template0") as place:
        yield place


@pytest.fixture
def booking():
    booking = make_booking(at=timezone.now())
    make_trainer(booking.slot.workshop.partner, "tom")
    return booking


@pytest.fixture
def archive(home, booking):
    path = home / "kept.zip"
    call_command("backup", path, verbosity=0)
    return path


def restore(place, archive):
    with place.inside():
        call_command("restore", archive)


def same(after, before):
    """All but the pause, which a restore adds."""
    return {**after, "booking_pause": None} == {**before, "booking_pause": None}


def test_everything_comes_back(archive, place):
    before = contents()

    restore(place, archive)

    with place.inside():
        assert same(contents(), before)
        assert Pause.objects.exists()
        call_command("audit")
    assert (place.media / "workshops" / "trailer.webp").read_bytes() == b"a picture" * 10_000
    assert [path.name for path in place.media.iterdir()] == ["workshops"]


def test_an_archive_is_for_its_owner_only_and_overwrites_nothing(archive):
    assert archive.stat().st_mode & 0o777 == 0o600

    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", archive)


def test_who_was_signed_in_signs_in_again(home, place):
    client = Client()
    client.force_login(make_user("ada"))

    call_command("backup", home / "kept.zip")

    restore(place, home / "kept.zip")
    with place.inside():
        assert not Session.objects.exists()


def test_no_number_is_given_twice(home, place):
    """A link in a mail signs the number of a booking: the next booking must not inherit it."""
    booking = make_booking()
    last = booking.pk
    with connection.cursor() as sql:
        sql.execute("SELECT setval(pg_get_serial_sequence('booking_booking', 'id'), %s)", [last + 50])
    call_command("backup", home / "kept.zip")

    restore(place, home / "kept.zip")

    with place.inside():
        assert make_booking().pk == last + 51


def test_feeds_and_links_in_mails_still_open(home, booking, place):
    feed = Feed.objects.create(user=booking.owner, kind="teacher", level="full", token="a-token-that-was-given-out")
    call_command("backup", home / "kept.zip")
    link = link_to(booking).removeprefix("http://testserver")

    restore(place, home / "kept.zip")

    with place.inside():
        assert booking.reference in Client().get(link).content.decode()
        calendar = Client().get(f"/calendars/teacher/{feed.token}.ics")
        assert calendar.status_code == 200
        assert str(booking.uuid) in calendar.content.decode()


def test_no_mail_goes_out_before_the_go_and_exactly_the_owed_ones_after(home, booking, place, smtp, capsys):
    sending.send_due(timezone.now())
    second = make_booking(at=timezone.now())
    call_command("backup", home / "kept.zip")
    restore(place, home / "kept.zip")
    told = len(smtp.mails)

    with place.inside():
        now = timezone.now()
        assert sending.send_due(now) == {"paused": 1}
        assert len(smtp.mails) == told
        call_command("resume_sending", "--dry-run")
        assert sending.send_due(now) == {"paused": 1}
        assert "Mails that wait: 1, the oldest since" in capsys.readouterr().out

        call_command("resume_sending")

        assert sending.send_due(timezone.now()) == {"sent": 1}
        assert Message.objects.get(booking=second, kind="booking_confirmed").message_id == smtp.mails[-1]["Message-ID"]
        assert sending.send_due(timezone.now()) == {}


def test_what_is_out_of_date_at_the_go_is_named_and_dropped(home, booking, place, smtp, capsys):
    call_command("backup", home / "kept.zip")
    restore(place, home / "kept.zip")

    with place.inside():
        Message.objects.filter(kind="booking_confirmed").update(useful_until=timezone.now())
        call_command("resume_sending")
        assert "to be dropped (too late): 1" in capsys.readouterr().out
        assert sending.send_due(timezone.now()) == {"dropped": 1}
    assert smtp.mails == []


def test_what_the_lost_server_still_sent_is_given_up_on_the_operators_word(home, booking, place, smtp):
    call_command("backup", home / "kept.zip")
    restore(place, home / "kept.zip")

    with place.inside():
        call_command("resume_sending", "--drop-before", timezone.now().isoformat())
        assert sending.send_due(timezone.now()) == {}
        assert Message.objects.get(kind="booking_confirmed").last_error == "due before the operator's go"
        assert Message.objects.filter(kind="reminder", state="owed").count() == 2
    assert smtp.mails == []


def test_a_full_place_is_left_alone(archive, place):
    with place.inside():
        make_user("olga")
        with pytest.raises(CommandError, match=r"The database is not empty: account_emailaddress, accounts_user\."):
            call_command("restore", archive)
        assert not Pause.objects.exists()


def test_tables_are_made_where_there_are_none(archive, bare):
    before = contents()

    restore(bare, archive)

    with bare.inside():
        after = contents()
        assert len(MigrationExecutor(connection).loader.applied_migrations) > 20
    assert same(after, before)


def test_half_made_tables_of_an_earlier_try_are_made_again(archive, bare):
    with bare.inside():
        MigrationExecutor(connection).migrate([("schools", "0001_text_search"), ("auth", "0001_initial")])

    restore(bare, archive)

    assert "booking_booking" in bare.filled()


def test_tables_of_somebody_else_are_left_alone(archive, place):
    with place.inside():
        with connection.cursor() as sql:
            sql.execute("CREATE TABLE somebody (id int)")
        with pytest.raises(CommandError, match="another program: somebody"):
            call_command("restore", archive)


def test_files_of_somebody_else_are_left_alone(archive, place):
    (place.media / "workshops").mkdir(parents=True)
    (place.media / "workshops" / "trailer.webp").write_bytes(b"another picture")

    with place.inside(), pytest.raises(CommandError, match=r"media folder is not empty: .*trailer\.webp"):
        call_command("restore", archive)

    assert place.filled() == []
    assert (place.media / "workshops" / "trailer.webp").read_bytes() == b"another picture"


def rewritten(archive: Path, change) -> None:
    """The same archive with its parts as `change` wants them."""
    with zipfile.ZipFile(archive) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    with zipfile.ZipFile(archive, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


def manifest_with(**values):
    def change(parts):
        parts["manifest.json"] = json.dumps(json.loads(parts["manifest.json"]) | values).encode()

    return change


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def scratch(path):
    path.write_bytes(path.read_bytes().replace(b"a picturea picture", b"a pictureb picture", 1))


def exchange(path):
    rewritten(path, lambda parts: parts.update({"media/workshops/trailer.webp": b"another picture"}))


def take_out(name):
    return lambda path: rewritten(path, lambda parts: parts.pop(name))


def say(**values):
    return lambda path: rewritten(path, manifest_with(**values))


DAMAGES = {
    "no archive, or its end is missing": lambda path: path.write_bytes(b"<html>Not found</html>"),
    "its end is missing": cut,
    "is not what was written": exchange,
    "trailer.webp cannot be read": scratch,
    "does not hold what its manifest says": take_out("tables/booking_booking.copy"),
    "no archive made by `backup`": take_out("manifest.json"),
    "manifest is damaged": say(parts=[{"name": 7}]),
    "this version reads format 1": say(format=2),
    "newer than this program": say(migrations=[["booking", "0999_later"]]),
}


@pytest.mark.parametrize(("says", "damage"), DAMAGES.items(), ids=DAMAGES)
def test_a_damaged_archive_is_refused_before_anything_is_touched(says, damage, archive, place):
    damage(archive)

    with place.inside():
        with pytest.raises(CommandError, match="Nothing was restored") as refused:
            call_command("restore", archive)
        assert says in str(refused.value)
    assert place.filled() == []
    assert not place.media.exists()


def test_whichever_byte_is_wrong_it_is_noticed_or_does_not_matter(archive):
    """Three hundred archives with one wrong byte each: refused, or as good as before."""
    chance, whole = random.Random(4), archive.read_bytes()
    with open_archive(archive) as kept:
        manifest = read_manifest(kept)
    refused = 0
    for _ in range(300):
        at = chance.randrange(len(whole))
        archive.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :])
        try:
            with open_archive(archive) as damaged:
                found = read_manifest(damaged)
                verify(damaged, found)
            assert found.parts == manifest.parts
        except Refused:
            refused += 1

    assert refused > 250


def test_a_name_that_leads_out_of_the_folder_is_refused(archive, place):
    def lead_out(parts):
        manifest = json.loads(parts["manifest.json"])
        (picture,) = (part for part in manifest["parts"] if part["name"].startswith("media/"))
        parts["media/../../stolen"] = parts.pop(picture["name"])
        picture["name"] = "media/../../stolen"
        parts["manifest.json"] = json.dumps(manifest).encode()

    rewritten(archive, lead_out)

    with place.inside(), pytest.raises(CommandError, match="is no name of ours"):
        call_command("restore", archive)
    assert not list(place.home.parent.glob("stolen"))


def test_rows_that_contradict_each_other_bring_nothing_back(archive, place):
    """The promises of the database hold for an archive, too, and then nothing at all is changed."""

    def orphan(parts):
        manifest = json.loads(parts["manifest.json"])
        (schools,) = (part for part in manifest["parts"] if part["name"] == "tables/schools_school.copy")
        parts[schools["name"]] = b""
        schools |= {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "rows": 0}
        parts["manifest.json"] = json.dumps(manifest).encode()

    rewritten(archive, orphan)

    with place.inside(), pytest.raises(CommandError, match="Nothing was restored"):
        call_command("restore", archive)
    assert place.filled() == []
    assert not (place.media / "workshops").exists()


def test_an_archive_is_of_one_moment_while_people_book(home, place):
    slot = make_slot(make_workshop(capacity=900, max_groups=300))
    first = make_booking(slot)
    by = Actor.person(make_office(first.school))
    done = threading.Event()

    def keep_booking():
        number = 0
        while not done.is_set():
            number += 1
            order = make_order(first.school, group_name=f"group {number}", pupils=2)
            booked = rules.place(slot, order, by=by, now=timezone.now())
            if number % 3 == 0:
                rules.cancel(booked, by=by, now=timezone.now())
        connection.close()

    person = threading.Thread(target=keep_booking)
    person.start()
    try:
        until(lambda: Booking.objects.count() > 10 or not person.is_alive())
        assert person.is_alive()
        call_command("backup", home / "kept.zip")
        saved = Booking.objects.count()
    finally:
        done.set()
        person.join()

    restore(place, home / "kept.zip")
    with place.inside():
        call_command("audit")
        assert 10 < Booking.objects.count() <= saved


def test_no_room_on_the_disk_leaves_no_half_archive(home, place):
    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))

    saving = place.start("backup", str(home / "kept.zip"), before=little_room)
    said = saving.communicate(timeout=60)[0]

    assert saving.returncode == 1
    assert "No archive was written" in said
    assert sorted(path.name for path in home.iterdir()) == ["media", "place"]


def test_no_room_for_the_media_brings_nothing_back(archive, place):
    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    restoring = place.start("restore", str(archive), before=little_room)
    said = restoring.communicate(timeout=60)[0]

    assert restoring.returncode == 1
    assert "Nothing was restored" in said
    assert place.filled() == []
    assert list(place.media.iterdir()) == []


def guests(place) -> int:
    with connection.cursor() as sql:
        sql.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [place.database])
        return sql.fetchone()[0]


@pytest.mark.parametrize("moment", [0.6, *(pytest.param(one, marks=pytest.mark.soak) for one in (0.0, 0.3, 0.9, 1.2))])
def test_a_restore_that_is_killed_leaves_an_empty_place_or_a_complete_one(moment, archive, bare):
    before = contents()
    restoring = bare.start("restore", str(archive))
    until(lambda: (bare.media / ".restoring").exists() or restoring.poll() is not None)
    time.sleep(moment)
    restoring.send_signal(signal.SIGKILL)
    restoring.communicate()

    until(lambda: guests(bare) == 0)  # the server notices that its client is gone when it has answered
    if not bare.filled():
        restore(bare, archive)
    with bare.inside():
        after = contents()
    assert same(after, before)
    assert (bare.media / "workshops" / "trailer.webp").exists()

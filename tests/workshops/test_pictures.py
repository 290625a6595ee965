"""Photos that people send: what is shown is always a picture of our own making."""

from __future__ import annotations

import os
import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from tests.factories import make_workshop
from workshops import pictures

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script>"
MODEL, SOFTWARE, GPS, LATITUDE, ORIENTATION = 0x0110, 0x0131, 0x8825, 2, 0x0112


def drawn(mode: str = "RGB", size: tuple[int, int] = (900, 600)) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, (30, 60, 200))
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2, size[1]), fill=(200, 30, 30))
    return picture.convert(mode)


def saved(picture: Image.Image | None = None, kind: str = "JPEG", **options) -> bytes:
    file = BytesIO()
    (picture or drawn()).save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int, *more: bytes) -> bytes:
    """A small file that says it is as large as this; `more` chunks between head and pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + body + chunk(b"IEND", b"")


def webp_of(width: int, height: int) -> bytes:
    """The same as WebP: only its canvas is large."""
    canvas = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    rest = b"VP8X" + struct.pack("<I", 10) + canvas + saved(kind="WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(rest) + 4) + b"WEBP" + rest


def moving(kind: str) -> bytes:
    return saved(drawn(), kind, save_all=True, append_images=[drawn().rotate(180)], duration=100)


def many_scans() -> bytes:
    """A progressive photo whose last scan is repeated until a decoder has work for minutes."""
    whole = saved(progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * 5_000 + whole[-2:]


def zipped() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("evil.html", PAGE.decode())
    return file.getvalue()


def cleaned(data: bytes, name: str = "photo.jpg", longest: int = 1600) -> Image.Image:
    content = pictures.clean(SimpleUploadedFile(name, data), longest=longest)
    picture = Image.open(content.open())
    picture.load()
    return picture


REFUSED = {
    "nothing at all": (lambda: b"", "wrong_kind"),
    "a page": (lambda: PAGE, "wrong_kind"),
    "a drawing with a script": (lambda: SVG, "wrong_kind"),
    "a drawing with a script, zipped": (lambda: zlib.compress(SVG), "wrong_kind"),
    "a GIF": (lambda: saved(kind="GIF"), "wrong_kind"),
    "a TIFF": (lambda: saved(kind="TIFF"), "wrong_kind"),
    "a BMP": (lambda: saved(kind="BMP"), "wrong_kind"),
    "PostScript, which is a program": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "wrong_kind"),
    "a PDF": (lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "wrong_kind"),
    "an archive": (zipped, "wrong_kind"),
    "a program": (lambda: b"\x7fELF" + bytes(2_000), "wrong_kind"),
    "eleven megabytes": (lambda: saved() + bytes(11 * 1024 * 1024), "too_large"),
    "a bomb of a gigapixel": (lambda: png_of(40_000, 40_000), "too_many_pixels"),
    "a bomb just above the limit": (lambda: png_of(4_000, 4_001), "too_many_pixels"),
    "a bomb as WebP": (lambda: webp_of(16_000, 16_000), "too_many_pixels"),
    "five thousand scans": (many_scans, "too_many_pixels"),
    "a text that unpacks to a gigabyte": (
        lambda: png_of(900, 600, chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(200_000_000)))),
        "unreadable",
    ),
    "half a photo": (lambda: saved()[:4_000], "unreadable"),
    "half a PNG": (lambda: saved(drawn().effect_spread(40), "PNG")[:9_000], "unreadable"),
    "the head of a PNG and nothing else": (lambda: saved(kind="PNG")[:20], "unreadable"),
    "half a WebP": (lambda: saved(kind="WEBP")[:500], "unreadable"),
    "a moving PNG": (lambda: moving("PNG"), "animated"),
    "a moving WebP": (lambda: moving("WEBP"), "animated"),
    "a dot": (lambda: saved(drawn(size=(1, 1))), "too_small"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_photo_is_refused_whatever_its_name_says(what):
    make, code = REFUSED[what]

    with pytest.raises(ValidationError) as refused:
        cleaned(make(), "photo.jpg")

    assert refused.value.code in {code, "wrong_kind"} if code == "unreadable" else refused.value.code == code


def test_a_photo_tells_nobody_where_it_was_taken():
    exif = Image.Exif()
    exif[MODEL], exif[SOFTWARE] = "Telefon von Ada", "Kamera 1"
    exif.get_ifd(GPS).update({1: "N", LATITUDE: (51.0, 5.0, 56.0), 3: "E", 4: (14.0, 40.0, 5.0)})
    data = saved(exif=exif, comment=b"Ada war hier", icc_profile=pictures.SRGB.tobytes())
    assert Image.open(BytesIO(data)).getexif().get_ifd(GPS)

    content = pictures.clean(SimpleUploadedFile("photo.jpg", data), longest=1600)

    picture = Image.open(content.open())
    assert not picture.getexif()
    assert {"exif", "xmp", "icc_profile", "comment"}.isdisjoint(picture.info)
    assert b"Ada" not in content.read()


@pytest.mark.parametrize(
    ("hidden", "kind"),
    [(PAGE, "JPEG"), (SVG, "PNG"), (b"<?php system($_GET['x']); ?>", "WEBP"), (zipped(), "JPEG"), (zipped(), "PNG")],
)
def test_a_second_file_behind_the_photo_does_not_survive(hidden, kind):
    content = pictures.clean(SimpleUploadedFile("photo.php.jpg", saved(kind=kind) + hidden), longest=1600)

    assert hidden[:20] not in content.read()
    assert content.name.endswith("-900x600.webp")


def test_a_page_in_the_comment_does_not_survive():
    content = pictures.clean(SimpleUploadedFile("p.jpg", saved(comment=PAGE)), longest=1600)

    assert b"script" not in content.read()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_taken_upright_is_shown_upright(kind):
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was turned: red on the left is shown above

    picture = cleaned(saved(kind=kind, exif=exif)).convert("RGB")

    assert picture.size == (600, 900)
    assert picture.getpixel((300, 100))[0] > 150
    assert picture.getpixel((300, 800))[2] > 150


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("RGBA", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("1", "PNG"),
        ("I;16", "PNG"),
        ("RGBA", "WEBP"),
    ],
)
def test_other_ways_to_write_colours_become_the_usual_one(mode, kind):
    picture = cleaned(
        saved(drawn("L").point(lambda v: v * 256, "I").convert("I;16") if ";" in mode else drawn(mode), kind)
    )

    assert picture.mode == "RGB"
    left, right = picture.getpixel((100, 300)), picture.getpixel((800, 300))
    assert left != right
    if mode in {"CMYK", "RGBA", "P"}:
        assert left[0] > 150 > left[2]
    else:
        assert abs(left[0] - left[2]) < 12  # grey stays grey


def test_what_is_transparent_turns_white():
    layer = drawn("RGBA")
    layer.putalpha(0)

    assert min(cleaned(saved(layer, "PNG")).getpixel((450, 300))) > 250


def test_colours_of_another_profile_are_converted():
    """A screen whose red and blue are swapped; a profile that is none is left out."""
    srgb = pictures.SRGB.tobytes()
    swapped = srgb.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")

    assert cleaned(saved(icc_profile=swapped)).getpixel((100, 300))[2] > 150
    assert cleaned(saved(icc_profile=srgb)).getpixel((100, 300))[0] > 150
    assert cleaned(saved(icc_profile=b"no profile at all")).getpixel((100, 300))[0] > 150


def test_two_photos_in_one_file_of_a_telephone_show_the_first():
    data = saved(kind="MPO", save_all=True, append_images=[drawn().rotate(180)])

    assert cleaned(data).getpixel((100, 300))[0] > 150


def test_a_large_photo_becomes_small():
    content = pictures.clean(SimpleUploadedFile("p.jpg", saved(drawn(size=(6_000, 4_000)))), longest=1600)

    assert Image.open(content.open()).size == (1600, 1067)
    assert content.size < 100_000


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def kept(size: tuple[int, int] = (1600, 1000)) -> str:
    content = pictures.clean(SimpleUploadedFile("p.jpg", saved(drawn(size=size))), longest=1600)
    with pictures.held():
        return pictures.keep(content, "workshops")


@pytest.mark.django_db(transaction=True)
def test_the_same_photo_twice_is_one_file_with_a_narrow_one_beside(media):
    assert kept() == kept()

    assert len(list(media.rglob("*.webp"))) == 2
    photo = pictures.shown(kept())
    assert (photo.width, photo.height) == (1600, 1000)
    assert photo.small.endswith("-800x500.webp")
    assert kept((700, 500)) == pictures.small_of(kept((700, 500)))


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_when_nobody_shows_it_any_more(media):
    name = kept()
    first, copy = make_workshop(image=name), make_workshop(image=name)

    first.delete()
    pictures.discard_unused(name)
    assert default_storage.exists(name)  # the copy shows it
    copy.delete()
    pictures.discard_unused(name)

    assert list(media.rglob("*.webp")) == []


@pytest.mark.django_db(transaction=True)
def test_a_photo_of_a_form_that_never_came_again_goes_after_a_day(media):
    waits, forgotten = kept(), kept((900, 900))
    for name in (forgotten, pictures.small_of(forgotten)):
        os.utime(media / name, (1, 1))

    pictures.discard_unused()

    assert default_storage.exists(waits)
    assert not default_storage.exists(forgotten)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "workshops/photo.svg", "workshops/" + "a" * 32 + ".webp"])
def test_only_names_that_we_made_are_shown(name):
    assert pictures.shown(name) is None

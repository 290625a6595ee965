"""Photos and logos that people bring: read with care, drawn anew, kept under a name made of their content.

What is shown is always a picture of our own making: whatever else a file carried (a place, a script, a second file)
does not survive. `clean` makes it, `keep` puts it into the media folder, `discard_unused` takes it out again.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from workshops.models import Partner, Workshop

FORMATS = ("JPEG", "PNG", "WEBP")
SEVERAL = {"MPO"}  # what telephones call a photo with a second one inside; the first is shown
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = {"JPEG": 40_000_000, "MPO": 40_000_000}  # what cameras make; a JPEG is shrunk while it is decoded
MOST_PIXELS_ELSE = 16_000_000
MOST_SCANS = 100  # a progressive photo has ten; thousands keep a decoder busy for minutes
QUALITY = 82
FOLDERS = ("workshops", "logos")
SMALL = 800
NAME = re.compile(rf"(?P<stem>({'|'.join(FOLDERS)})/[0-9a-f]{{32}})-(?P<width>\d{{1,5}})x(?P<height>\d{{1,5}})\.webp")
LOCK = 7_204_571  # one for all who put files into the folder or take them out
FORGOTTEN_AFTER = 24 * 60 * 60  # seconds that a file waits for a form to be sent again
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def clean(upload: Any, *, longest: int, smallest: int = 64) -> ContentFile[bytes]:
    """The picture as WebP in sRGB, upright, without metadata, neither side longer than `longest`; its `name` is
    a digest of its content with its size. Transparent parts turn white.

    `upload` is a file that was sent, `smallest` the least length of its shorter side. Raises ValidationError.
    """
    data = read(upload)
    try:
        picture = shrunk(opened(data), longest, smallest)
        encoded = BytesIO()
        picture.save(encoded, "WEBP", quality=QUALITY, method=4)
    except ValidationError:
        raise
    except Exception as error:  # decoders fail in all ways on files that were made to break them
        raise ValidationError(_("This file cannot be read as a picture. Is it whole?"), code="unreadable") from error
    content = encoded.getvalue()
    digest = hashlib.sha256(content).hexdigest()[:32]
    return ContentFile(content, name=f"{digest}-{picture.width}x{picture.height}.webp")


def read(upload: Any) -> bytes:
    upload.seek(0)
    data: bytes = upload.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValidationError(_("This file is too large: at most 10 MB."), code="too_large")
    return data


def opened(data: bytes) -> Image.Image:
    """The picture with its head read and nothing decoded. What it is decides the content, never the name."""
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise ValidationError(_("Please choose a photo as JPEG, PNG or WebP."), code="wrong_kind") from None
    except Image.DecompressionBombError:
        raise too_many(MOST_PIXELS_ELSE) from None
    most = MOST_PIXELS.get(picture.format or "", MOST_PIXELS_ELSE)
    if picture.width * picture.height > most or data.count(b"\xff\xda") > MOST_SCANS:
        raise too_many(most)
    if getattr(picture, "is_animated", False) and picture.format not in SEVERAL:
        raise ValidationError(_("Moving pictures are not shown here. Please choose a still one."), code="animated")
    return picture


def too_many(most: int) -> ValidationError:
    message = _("This picture has too many pixels: at most %(most)d million.")
    return ValidationError(message, code="too_many_pixels", params={"most": most // 1_000_000})


def shrunk(picture: Image.Image, longest: int, smallest: int) -> Image.Image:
    """Upright, in sRGB, small enough."""
    if min(picture.size) < smallest:
        message = _("This picture is too small: each side needs %(least)d pixels or more.")
        raise ValidationError(message, code="too_small", params={"least": smallest})
    profile = picture.info.get("icc_profile")
    picture = resizable(picture)
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return in_srgb(ImageOps.exif_transpose(without_transparency(picture)), profile)


def resizable(picture: Image.Image) -> Image.Image:
    """Colours instead of numbers of a palette, 8 bit instead of 16."""
    if picture.mode.startswith(("I", "F")):
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in {"1", "P"}:
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture


def without_transparency(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture
    layer = picture.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    ground.alpha_composite(layer)
    flat = ground.convert("RGB")
    flat.info["exif"] = picture.info.get("exif", b"")
    return flat


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as every screen shows them, nothing but colours in the result."""
    converted: Image.Image | None = None
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):  # a profile that does not fit its picture: colours as they are
            converted = None
    bare = Image.new("RGB", picture.size)
    bare.paste(converted or picture.convert("RGB"))
    return bare


class Shown(NamedTuple):
    """What a page needs to show a kept picture; `small` is the address of a narrower one."""

    url: str
    small: str
    width: int
    height: int


def shown(name: str) -> Shown | None:
    """Of a kept picture by its name, without looking at the file; None where there is none."""
    found = NAME.fullmatch(name or "")
    if not found:
        return None
    width, height = int(found["width"]), int(found["height"])
    return Shown(default_storage.url(name), default_storage.url(small_of(name)), width, height)


def small_of(name: str) -> str:
    """The name of the narrower variant; the same where the picture is narrow already."""
    found = NAME.fullmatch(name)
    if not found or int(found["width"]) <= SMALL:
        return name
    height = max(1, round(int(found["height"]) * SMALL / int(found["width"])))
    return f"{found['stem']}-{SMALL}x{height}.webp"


@contextmanager
def held() -> Iterator[None]:
    """A transaction in which nobody else puts pictures away or takes them out."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield


def keep(picture: ContentFile[bytes], folder: str) -> str:
    """Put a clean picture and its narrower variant into the media folder; returns its name there.

    To be called in `held()` together with the row that names it. The same picture twice is one file.
    """
    name = f"{folder}/{picture.name}"
    put(name, picture.open())
    if small_of(name) != name:
        put(small_of(name), narrower(picture, small_of(name)))
    return name


def put(name: str, content: Any) -> None:
    if default_storage.exists(name):
        Path(default_storage.path(name)).touch()  # it counts as young: a form that waits may name it
    else:
        default_storage.save(name, content)


def narrower(picture: ContentFile[bytes], name: str) -> ContentFile[bytes]:
    size = NAME.fullmatch(name)
    assert size  # small_of has made it
    encoded = BytesIO()
    whole = Image.open(picture.open(), formats=("WEBP",))
    whole.resize((int(size["width"]), int(size["height"])), Image.Resampling.LANCZOS).save(
        encoded, "WEBP", quality=QUALITY, method=4
    )
    return ContentFile(encoded.getvalue())


def discard_unused(*names: str) -> None:
    """Delete these pictures, and what was sent with a form that never came again, unless somebody shows them."""
    with held():
        used = names_in_use()
        for name in {*names, *forgotten()} - used:
            if NAME.fullmatch(name):
                default_storage.delete(name)
                default_storage.delete(small_of(name))


def names_in_use() -> set[str]:
    """All pictures that rows show, with their narrower variants."""
    images = Workshop.objects.exclude(image="").values_list("image", flat=True)
    names = set(images.union(Partner.objects.exclude(logo="").values_list("logo", flat=True)))
    return names | {small_of(name) for name in names}


def forgotten() -> Iterator[str]:
    """Files that are older than a day."""
    for folder in FOLDERS:
        if default_storage.exists(folder):
            for file in default_storage.listdir(folder)[1]:
                name = f"{folder}/{file}"
                if time.time() - default_storage.get_modified_time(name).timestamp() > FORGOTTEN_AFTER:
                    yield name

"""What an archive says of itself."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.utils.crypto import salted_hmac

FORMAT = 1
NAME = "manifest.json"
TABLES, MEDIA = "tables/", "media/"
BLOCK = 1 << 18
# What the library raises for damage, wherever it sits.
BROKEN = (BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, LookupError)


class Refused(Exception):
    """Why this archive, or this place, is not used; a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the archive; `columns` and `rows` are those of a table."""

    name: str
    sha256: str
    size: int
    columns: list[str] = field(default_factory=list)
    rows: int = 0

    @property
    def table(self) -> str:
        return self.name.removeprefix(TABLES).removesuffix(".copy")

    @property
    def path(self) -> str:
        return self.name.removeprefix(MEDIA)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`key_print` tells whether a SECRET_KEY is the same, and nothing of the key itself."""

    made_at: str
    version: str
    site_url: str
    uid_host: str
    key_print: str
    migrations: list[list[str]]
    sequences: dict[str, int]
    parts: list[Part]
    format: int = FORMAT

    @property
    def tables(self) -> list[Part]:
        return [part for part in self.parts if part.name.startswith(TABLES)]

    @property
    def media(self) -> list[Part]:
        return [part for part in self.parts if part.name.startswith(MEDIA)]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.tables)

    def text(self) -> str:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False)


def key_print() -> str:
    return salted_hmac("booking.archive", "the same key?").hexdigest()


def open_archive(path: Path) -> ZipFile:
    """Raises Refused, or FileNotFoundError."""
    try:
        return ZipFile(path)
    except FileNotFoundError:
        raise
    except BROKEN as error:
        raise Refused("This file is no archive, or its end is missing.") from error


def read_manifest(archive: ZipFile) -> Manifest:
    """Raises Refused for what is no archive of ours, or one of a later format."""
    try:
        said: dict[str, Any] = json.loads(archive.read(NAME))
        parts = [Part(**part) for part in said.pop("parts")]
        manifest = Manifest(**said, parts=parts)
    except (*BROKEN, TypeError, AttributeError) as error:
        raise Refused("This file is no archive made by `backup`, or its manifest is damaged.") from error
    if manifest.format != FORMAT:
        raise Refused(f"The archive has format {manifest.format}; this version reads format {FORMAT}.")
    return manifest


def verify(archive: ZipFile, manifest: Manifest) -> None:
    """Read the whole archive once: every part is there, unchanged, and nothing else. Raises Refused."""
    named = [NAME, *(part.name for part in manifest.parts)]
    if sorted(named) != sorted(archive.namelist()):
        raise Refused("The archive does not hold what its manifest says.")
    for part in manifest.parts:
        if not is_safe(part.name):
            raise Refused(f"The archive is damaged: {part.name} is no name of ours.")
        try:
            with archive.open(part.name) as stream:
                found = digest(stream)
        except BROKEN as error:
            raise Refused(f"The archive is damaged: {part.name} cannot be read ({error}).") from error
        if found != part.sha256:
            raise Refused(f"The archive is damaged: {part.name} is not what was written.")


def is_safe(name: str) -> bool:
    """Below its folder, whatever the name tries."""
    path = PurePosixPath(name)
    return name.startswith((TABLES, MEDIA)) and ".." not in path.parts and str(path) == name and "\\" not in name


def digest(stream: IO[bytes]) -> str:
    seen = hashlib.sha256()
    while block := stream.read(BLOCK):
        seen.update(block)
    return seen.hexdigest()


def secret_differs(manifest: Manifest) -> list[str]:
    """What the operator must set as it was, in sentences."""
    said = []
    if manifest.key_print != key_print():
        said.append("SECRET_KEY is not that of the archive: links in mails sent so far will not open.")
    if manifest.uid_host != settings.UID_HOST:
        said.append(f"UID_HOST was {manifest.uid_host}: calendars will show visits twice.")
    if manifest.site_url != settings.SITE_URL:
        said.append(f"SITE_URL was {manifest.site_url}: addresses of feeds and links name it.")
    return said

"""A paper as a tagged PDF (PDF/UA-1): typst refuses what does not conform. What people typed goes in as data."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import font_source_sans_pro  # type: ignore[import-untyped]  # a folder and nothing else
import typst

from booking.documents.paper import Paper
from booking.documents.text import printed

SOURCES = Path(__file__).parent / "typst"
FACES = ("Regular", "Semibold", "Bold")
TAGGED: dict[str, Any] = {"format": "pdf", "pdf_standards": ["ua-1"]}


@lru_cache(maxsize=1)
def fonts() -> tuple[typst.Fonts, TemporaryDirectory[str]]:
    """The letters of the package, and the folder where typst finds them and nothing else: it takes no single files, and
    of the package's own folder it would choose one time this format, one time that."""
    folder = TemporaryDirectory(prefix="letters-")
    for face in FACES:
        name = f"SourceSansPro-{face}.ttf"
        (Path(folder.name) / name).symlink_to(Path(font_source_sans_pro.font_directory) / name)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder.name]), folder


def pdf(paper: Paper) -> bytes:
    """The same bytes for the same paper, today and in ten years."""
    return bytes(write(paper, **TAGGED))


def write(paper: Paper, **how: object) -> bytes:
    """In the format that `how` asks for."""
    return typeset(SOURCES / f"{paper.form}.typ", asdict(paper) | {"at": ""}, at=paper.at, **how)


def typeset(source: Path, paper: dict[str, Any], *, at: datetime, **how: object) -> bytes:
    """What typst makes of plain data by a source, which sees no other folder; `at` is the moment written into it."""
    return typst.compile(  # type: ignore[no-any-return,call-overload]  # one file or many, by `format`
        str(source),
        root=str(source.parent),
        font_paths=fonts()[0],
        ignore_system_fonts=True,
        timestamp=int(at.timestamp()),
        sys_inputs={"paper": json.dumps(printed(paper))},
        **how,
    )

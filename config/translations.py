"""Catalogues of texts without gettext's programs: Babel extracts, merges and compiles.

`python -m config.translations compile` writes what Django reads (not kept in git), `extract` brings the
catalogues up to date with the code, `merge PO FILE…` fills one from others, `check` says what
is missing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.plurals import PLURALS
from babel.messages.pofile import read_po, write_po

from config import for_houses

# Babel knows no dual: 1 dźeń, 2 dnjej, 3 dny, 5 dnjow.
PLURALS["hsb"] = (4, "(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3)")
WANTED = ("cs", "de", "hsb", "pl")  # the languages of the settings but English, which is the code's own
PARTLY = {"hsb"}  # lacks what only houses read
VARIABLE = re.compile(r"%\(\w+\)[sdf]|\{\w*\}")

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "schools", "workshops", "booking", "config")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")},
    "gettext_noop": None,
}
NOISE = re.compile(rb'^"(Project-Id|Report-Msgid|POT-|PO-Rev|Last-Tr|Language-Team|Generated-By).*\n', re.MULTILINE)


def catalogues() -> list[Path]:
    return sorted((HOUSE / "config" / "locale").glob("*/LC_MESSAGES/django.po"))


def language_of(path: Path) -> str:
    return path.parent.parent.name


def load(path: Path, language: str) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=language, domain="django")


def store(catalogue: Catalog, path: Path) -> None:
    """Without line numbers and dates, so that only texts make a difference between two versions."""
    out = BytesIO()
    write_po(out, catalogue, width=110, sort_by_file=True, include_lineno=False)
    path.write_bytes(NOISE.sub(b"", out.getvalue()))


def compile_all() -> None:
    """Write each catalogue for the program to read; what did not change is left alone.

    Raises ValueError where a translated text lacks one of its plural forms.
    """
    for path in sorted((HOUSE / "config").glob("*/*/LC_MESSAGES/django.po")):  # names of months too (config/formats)
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            half = target.with_suffix(".new")
            with half.open("wb") as out:
                write_mo(out, spoken(load(path, language_of(path))))
            half.rename(target)


def spoken(catalogue: Catalog) -> Catalog:
    """What is translated. Babel would write the English words for a plural that is not, and nothing would fall back."""
    for message in [message for message in catalogue if message.id]:
        if not any(strings_of(message)) or message.fuzzy:
            catalogue.delete(message.id, message.context)
        elif (
            missing := catalogue.num_plurals - len([*filter(None, strings_of(message))]) if message.pluralizable else 0
        ):
            raise ValueError(f"{catalogue.locale}: {missing} plural forms are missing: {message.id!r}")
    return catalogue


def extract_all() -> None:
    """Add new texts to each catalogue, drop unused ones, keep every translation."""
    found = in_code()
    store(found, HOUSE / "config" / "locale" / "django.pot")  # for translators who begin a new language
    for path in catalogues():
        catalogue = load(path, language_of(path))
        catalogue.update(found, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        store(catalogue, path)


def merge(path: Path, others: list[Path]) -> None:
    """Fill what `path` lacks from `others`; the first that has a text is taken."""
    catalogue = load(path, language_of(path))
    for other in (load(other, language_of(path)) for other in others):
        for message in other:
            mine = catalogue.get(message.id, message.context) if message.id else None
            if mine is not None and not all(strings_of(mine)) and all(strings_of(message)):
                mine.string = message.string
    store(catalogue, path)


def in_code() -> Catalog:
    found = Catalog(domain="django", charset="utf-8")
    for place, line, text, comments, context in texts():
        found.add(text, locations=[(place, line)], auto_comments=comments, context=context)
    return found


def texts() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    for room in ROOMS:
        for path in sorted((HOUSE / room).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                place = str(path.relative_to(HOUSE))
                for line, text, comments, context in extract(
                    "python", BytesIO(source(path)), KEYWORDS, ["Translators:"]
                ):
                    yield place, line, text, comments, context


def source(path: Path) -> bytes:
    """Python as it is; a template as Django turns it into Python, bracketed so that its indentation does not matter."""
    from django.utils.translation.template import templatize

    text = path.read_text()
    return (text if path.suffix == ".py" else f"(\n{templatize(text, origin=str(path))}\n)").encode()


def complaints() -> list[str]:
    """Texts that a catalogue lacks or doubts, and translations whose placeholders differ."""
    wanted = [message for message in in_code() if message.id]
    spoken = set(map(language_of, catalogues()))
    return [f"{language}: no catalogue" for language in WANTED if language not in spoken] + [
        complaint
        for path in catalogues()
        for complaint in complaints_of(language_of(path), load(path, language_of(path)), wanted)
    ]


def complaints_of(language: str, catalogue: Catalog, wanted: list[Message]) -> Iterator[str]:
    for want in wanted:
        message = catalogue.get(want.id, want.context)
        if message is None or not any(strings_of(message)):
            if language not in PARTLY or not for_houses.only(place for place, _ in want.locations):
                yield f"{language}: not translated (make messages, then config/locale): {want.id!r}"
        elif not all(strings_of(message)) or message.fuzzy:
            yield f"{language}: translated in part, or fuzzy: {want.id!r}"
        else:
            yield from (f"{language}: {error}: {want.id!r}" for error in wrong_in(message, catalogue))


def wrong_in(message: Message, catalogue: Catalog) -> Iterator[object]:
    """What Babel finds, and placeholders of further plural forms, which it does not look at."""
    yield from message.check(catalogue)
    if message.pluralizable:
        for form in strings_of(message)[1:]:
            if set(VARIABLE.findall(form)) != set(VARIABLE.findall(message.id[1])):
                yield f"placeholders differ in {form!r}"


def strings_of(message: Message) -> tuple[str, ...]:
    return (message.string or "",) if not isinstance(message.string, (tuple, list)) else tuple(message.string)


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.configure()
    django.setup()
    match sys.argv[1:]:
        case ["compile"]:
            compile_all()
        case ["extract"]:
            extract_all()
        case ["merge", catalogue, *others]:
            merge(Path(catalogue), [Path(other) for other in others])
        case ["check"]:
            if found := complaints():
                sys.exit("\n".join([*found[:20], f"{len(found)} texts need a translator."]))
        case _:
            sys.exit(__doc__)

"""What leaves as a PDF: tagged, with title and language, the same bytes each time, and whatever people typed."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from booking.documents.paper import (
    Award,
    Code,
    Column,
    Counts,
    Facts,
    Line,
    Note,
    Paper,
    Paragraph,
    Row,
    Signatures,
    Title,
    big,
)
from booking.documents.pdf import pdf
from booking.documents.text import KNOWN, named, printable

AT = datetime(2027, 5, 11, tzinfo=UTC)


def paper(text: str, form: str = "sheet") -> Paper:
    """One with every kind of part, each with this text."""
    parts = [
        Facts([Row(text, [text, text])]),
        Title("Gruppe"),
        Title(text, level=3),
        Paragraph(text, soft=True),
        Note(text, text),
        Counts(text, [Column(text, 15)], [Line(text, text)]),
        Signatures([text, text]),
        Code.of("https://lab.example/trainer/slots/1/", alt=f"QR {text}", text=text),
        Award([big(text)]),
    ]
    return Paper(form, f"Titel {text}", f"Kopf {text}", AT, f"Haus {text}", text, text, text, parts)


def read(data: bytes) -> PdfReader:
    return PdfReader(BytesIO(data))


def text_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(data).pages).split())


@pytest.mark.parametrize("form", ["sheet", "certificate"])
@pytest.mark.parametrize("language", ["de", "en", "hsb"])
def test_it_is_made_to_be_read_aloud(form: str, language: str):
    with translation.override(language):
        reader = read(pdf(paper("Löbau", form)))

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"].split("-")[0] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Titel Löbau"


def test_the_same_paper_has_the_same_bytes():
    assert pdf(paper("Löbau")) == pdf(paper("Löbau"))


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=60), form=st.sampled_from(["sheet", "certificate"]))
def test_whatever_people_type_a_pdf_comes_out(text: str, form: str):
    assert pdf(paper(text, form)).startswith(b"%PDF-")


def test_every_letter_of_the_house_can_be_drawn():
    letters = "".join(filter(KNOWN.match, map(chr, range(0x2300))))

    assert len(letters) > 600
    assert pdf(paper(letters)).startswith(b"%PDF-")


def test_what_people_type_is_no_markup():
    typed = '#read("house.typ") *fett* $x$ @hier <da> = Kopf \\ #image("/etc/passwd")'

    assert typed in text_of(pdf(paper(typed)))


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Löbau", "Löbau"),  # accents that came apart are composed
        ("Klasse 7b 🐢", "Klasse 7b "),  # no font of ours draws it
        ("𝐊lasse", "Klasse"),
        ("7b\tChemie: CO₂", "7b Chemie: CO₂"),
        ("Ćwiczenia, Łódź, Čeština, Hodźij", "Ćwiczenia, Łódź, Čeština, Hodźij"),
        ("\u202eabc\x00", "abc"),
    ],
)
def test_what_cannot_be_drawn_leaves_the_nearest_or_nothing(typed: str, left: str):
    assert printable(typed) == left


def test_a_name_of_which_nothing_is_left_gets_other_words():
    assert named("🐢🐢", "eine Klasse") == "eine Klasse"
    assert named("7b 🐢", "eine Klasse") == "7b 🐢"


def test_a_text_of_many_pages_goes_on():
    reader = read(pdf(Paper("sheet", "T", "K", AT, "H", parts=[Paragraph("viel Text " * 4000)])))

    assert len(reader.pages) > 3
    assert "2 / " in reader.pages[1].extract_text()

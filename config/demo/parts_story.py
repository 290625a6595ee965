"""Every part in all its states on one page, for who builds and who checks. Only where DEMO is set."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import get_default_timezone

from accounts.audience import for_everyone
from booking.forms.organise.texts import TextsField
from booking.models import Booking
from config.templatetags.parts import BADGES
from schools.models import School
from workshops.models.partner import Partner
from workshops.models.slot import Slot
from workshops.models.workshop import Workshop
from workshops.texts import Texts
from workshops.vocabulary import BookingMode, Picture

COLOURS = {
    "cotton": "Grund",
    "sheet": "Blatt, Karte",
    "sunk": "vertieft",
    "cloth": "Blaudruck-Band",
    "indigo": "die eine Handlung",
    "indigo-wash": "gewählt",
    "weld-bright": "warten",
    "leaf-bright": "gut",
    "madder-bright": "Fehler, Ende",
    "ink": "Schrift",
    "ink-soft": "Schrift, leise",
    "edge": "Rand von Feldern",
}
HOUR = timedelta(hours=1)


class ClassForm(forms.Form):
    """Fields of every kind, some of them wrong."""

    group = forms.CharField(label="Klasse oder Kurs", help_text="zum Beispiel 7b")
    pupils = forms.IntegerField(
        label="Lernende", max_value=24, error_messages={"max_value": "25 passen nicht: Der Raum hat 24 Plätze."}
    )
    grades = forms.MultipleChoiceField(
        label="Klassenstufe", choices=[(n, n) for n in (7, 8, 9, 10)], widget=forms.CheckboxSelectMultiple
    )
    email = forms.EmailField(
        label="Dienstliche E-Mail", error_messages={"invalid": "Hier fehlt das Ende, zum Beispiel „.example“."}
    )
    language = forms.ChoiceField(label="Sprache", choices=[("de", "Deutsch"), ("pl", "Polnisch")])
    note = forms.CharField(label="Was wir vorbereiten sollen", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    about = TextsField(label="Worum es geht", longest=200)
    where = forms.ChoiceField(
        label="Treffpunkt",
        choices=[("door", "Haupteingang"), ("yard", "Hof")],
        widget=forms.RadioSelect,
        initial="door",
    )
    agreed = forms.BooleanField(label="Die Schulleitung weiß Bescheid, und ich stimme der Hausordnung zu.")
    girls = forms.IntegerField(label="Mädchen", min_value=0)
    unknown = forms.IntegerField(label="Keine Angabe", min_value=0, help_text="nicht nach Geschlecht gezählt")


ANSWERS = {
    "group": "7b",
    "pupils": 25,
    "grades": ["7"],
    "email": "p.vogel@schule",
    "language": "de",
    "about_de": "Aus einer Zeichnung wird ein Ding.",
    "where": "door",
    "agreed": "on",
    "girls": 11,
    "unknown": 0,
}


@for_everyone
def parts(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    workshop = example_workshop()
    context = {
        "form": ClassForm(ANSWERS),
        "workshop": workshop,
        "colours": COLOURS.items(),
        "states": BADGES,
        "pictures": Picture.values,
        "pages": Paginator(range(3), 1).page(2),
        **dates_of(workshop),
        **words(),
    }
    return render(request, "parts_story/page.html", context)


def example_workshop() -> Workshop:
    return Workshop(
        partner=Partner(name="Makerspace Zittau"),
        slug="3d-druck",
        title=Texts(de="3D-Druck: vom CAD zum Schlüsselanhänger"),
        picture="druck",
        grades=[7, 8, 9, 10],
        minutes=180,
        capacity=24,
        booking_mode=BookingMode.REQUEST,
    )


def dates_of(workshop: Workshop) -> dict[str, Any]:
    """A free, a filling and a full date, and the class that asks for the first."""
    free, few, full = (
        slot(workshop, 11),
        slot(workshop, 10, places_taken=12),
        slot(workshop, 5, hour=10, places_taken=24, groups_waiting=2),
    )
    workshop.next_slots = [free, few, full]  # type: ignore[attr-defined]  # as the catalogue annotates it
    workshop.slots_count = 9  # type: ignore[attr-defined]  # as above
    school = School(name="Oberschule Beispielstadt", city="Löbau")
    return {
        "slots": [free, few, full],
        "booking": Booking(reference="K74M2", slot=free, school=school, group_name="Klasse 7b", pupils=24, adults=2),
        "wishes": [
            (free, True, "Jana Krause, Raum 2"),
            (few, False, "Raum doppelt"),
            (full, True, "ohne Kursleitung"),
        ],
    }


def slot(workshop: Workshop, day: int, hour: int = 8, **taken: int) -> Slot:
    start = datetime(2027, 5, day, hour, tzinfo=get_default_timezone())
    values = {"capacity": 24, "max_groups": 2, **taken}
    return Slot(
        pk=day, workshop=workshop, starts_at=start, ends_at=start + 3 * HOUR, book_until=start - 336 * HOUR, **values
    )


def words() -> dict[str, Any]:
    at = datetime(2027, 4, 20, 9, 42, tzinfo=get_default_timezone())
    return {
        "steps": [
            ("Heute, 20. April", "Jana Krause hat Ihren Termin bestätigt. Der Platz gehört Ihnen.", True),
            ("Fr, 23. April", "Wir schicken Weg, Raum und Packliste.", False),
            ("Fr, 30. April", "Letzter Tag, um ohne Folgen abzusagen.", False),
        ],
        "changes": [
            ("check-circle", at, "Jana Krause", "Bestätigt"),
            ("hourglass", at - 72 * HOUR, "Petra Vogel", "Angefragt"),
        ],
        "terms": [
            (
                "hourglass",
                "Noch nicht verbindlich.",
                "Wir antworten bis Dienstag, 20. April. So lange halten wir den Platz frei.",
            ),
            (
                "x-circle",
                "Absagen ohne Folgen bis Freitag, 30. April.",
                "Später prüfen wir die nächste Buchung Ihrer Schule von Hand.",
            ),
        ],
        "ways": [("Ohne „Klasse 12“", "#", "1 Workshop"), ("Ohne „Mai“", "#", "2 Workshops ab Juni")],
        "facts": [("people", "24 Lernende, 2 Erwachsene"), ("pin", "Makerspace Zittau (Demo), Musterstraße 1")],
        "tall": [
            ("bag", "Mitbringen", "Nichts außer Neugier", "Haargummi für lange Haare"),
            ("euro", "Kosten", "Keine", ""),
        ],
    }


urlpatterns = [path("demo/parts/", parts, name="demo_parts")]

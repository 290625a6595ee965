"""Names of holidays in Saxony, Poland and Czechia, in languages that the package `holidays` does not have for them.

It knows each country's in its own language and in English, so the English names are the keys. A test finds new ones.
"""

from django.utils.translation import pgettext_lazy

NAMES = {
    "All Saints' Day": pgettext_lazy("holiday", "All Saints' Day"),
    "Ascension Day": pgettext_lazy("holiday", "Ascension Day"),
    "Ascension/Whit Break": pgettext_lazy("holiday", "Ascension/Whit Break"),
    "Assumption Day": pgettext_lazy("holiday", "Assumption Day"),
    "Autumn Break": pgettext_lazy("holiday", "Autumn Break"),
    "Christmas Break": pgettext_lazy("holiday", "Christmas Break"),
    "Christmas Day": pgettext_lazy("holiday", "Christmas Day"),
    "Christmas Eve": pgettext_lazy("holiday", "Christmas Eve"),
    "Corpus Christi": pgettext_lazy("holiday", "Corpus Christi"),
    "Easter Monday": pgettext_lazy("holiday", "Easter Monday"),
    "Easter Sunday": pgettext_lazy("holiday", "Easter Sunday"),
    "Easter/Spring Break": pgettext_lazy("holiday", "Easter/Spring Break"),
    "Epiphany": pgettext_lazy("holiday", "Epiphany"),
    "German Unity Day": pgettext_lazy("holiday", "German Unity Day"),
    "Good Friday": pgettext_lazy("holiday", "Good Friday"),
    "Independent Czech State Restoration Day": pgettext_lazy("holiday", "Independent Czech State Restoration Day"),
    "Independent Czechoslovak State Day": pgettext_lazy("holiday", "Independent Czechoslovak State Day"),
    "International Students' Day": pgettext_lazy("holiday", "International Students' Day"),
    "Jan Hus Day": pgettext_lazy("holiday", "Jan Hus Day"),
    "Labor Day": pgettext_lazy("holiday", "Labor Day"),
    "National Day": pgettext_lazy("holiday", "National Day"),
    "National Day of the Third of May": pgettext_lazy("holiday", "National Day of the Third of May"),
    "National Independence Day": pgettext_lazy("holiday", "National Independence Day"),
    "New Year's Day": pgettext_lazy("holiday", "New Year's Day"),
    "Pentecost": pgettext_lazy("holiday", "Pentecost"),
    "Pentecost Monday": pgettext_lazy("holiday", "Pentecost Monday"),
    "Reformation Day": pgettext_lazy("holiday", "Reformation Day"),
    "Repentance and Prayer Day": pgettext_lazy("holiday", "Repentance and Prayer Day"),
    "Saints Cyril and Methodius Day": pgettext_lazy("holiday", "Saints Cyril and Methodius Day"),
    "Second Day of Christmas": pgettext_lazy("holiday", "Second Day of Christmas"),
    "Spring Break": pgettext_lazy("holiday", "Spring Break"),
    "Statehood Day": pgettext_lazy("holiday", "Statehood Day"),
    "Struggle for Freedom and Democracy Day": pgettext_lazy("holiday", "Struggle for Freedom and Democracy Day"),
    "Summer Break": pgettext_lazy("holiday", "Summer Break"),
    "Victory Day": pgettext_lazy("holiday", "Victory Day"),
    "Winter Break": pgettext_lazy("holiday", "Winter Break"),
}


def in_own_words(names: str) -> str:
    """English names of the package in the language that is active; of two holidays on one day both."""
    return "; ".join(str(NAMES.get(name, name)) for name in parts_of(names))


def parts_of(names: str) -> list[str]:
    return names.replace(" and International", "; International").split("; ")

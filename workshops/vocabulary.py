"""Words that offers share with other houses: disciplines as MINTvernetzt names them, innovation, languages."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Discipline(models.TextChoices):
    MATHEMATICS = "mathematics", _("Mathematics")
    COMPUTING = "computing", _("Computing")
    BIOLOGY = "biology", _("Biology")
    CHEMISTRY = "chemistry", _("Chemistry")
    PHYSICS = "physics", _("Physics")
    ASTRONOMY = "astronomy", _("Astronomy")
    TECHNOLOGY = "technology", _("Technology")
    SCIENCE = "science", _("Natural sciences")
    STEM = "stem", _("STEM as a whole")
    AI = "ai", _("AI")
    ART = "art", _("Art")
    MUSIC = "music", _("Music")
    DESIGN = "design", _("Design")
    SPORT = "sport", _("Sport")
    SOCIETY = "society", _("Society and politics")
    ENVIRONMENT = "environment", _("Environment")


class InnovationField(models.TextChoices):
    ENERGY_STORAGE = "energy_storage", _("Networked energy storage")
    ADDITIVE = "additive", _("Additive manufacturing")
    EDUCATION = "education", _("Out-of-school education")
    REGION = "region", _("Living and working in the region")


class Format(models.TextChoices):
    VISIT = "visit", _("at our place")
    MOBILE = "mobile", _("comes to you")
    ONLINE = "online", _("online")


class BookingMode(models.TextChoices):
    INSTANT = "instant", _("confirmed at once")
    REQUEST = "request", _("on request")
    WISH = "wish", _("wish phase with draw")


class SpokenLanguage(models.TextChoices):
    DE = "de", _("German")
    EN = "en", _("English")
    PL = "pl", _("Polish")
    CS = "cs", _("Czech")
    HSB = "hsb", _("Upper Sorbian")


class Picture(models.TextChoices):
    """Drawings of ours, one a theme."""

    DRUCK = "druck", _("3D printing")
    ENERGIE = "energie", _("energy")
    KALT = "kalt", _("cold")
    MIKRO = "mikro", _("microscopy")
    WAERME = "waerme", _("heat")
    ROBOTIK = "robotik", _("robotics")


class Licence(models.TextChoices):
    """On which terms a photo may be shown here."""

    OWN = "own", _("own photo, all rights reserved")
    CC0 = "cc0", "CC0"
    CC_BY = "cc_by", "CC BY 4.0"
    CC_BY_SA = "cc_by_sa", "CC BY-SA 4.0"
    PERMITTED = "permitted", _("with permission")


GRADES = range(1, 14)

"""Dates and times in templates, as `schools/dates.py` says them."""

from django import template

from schools.dates import clock, day, days, from_to, last_day, leaf, span, when

register = template.Library()

for said in (clock, day, days, from_to, last_day, leaf, span, when):
    register.filter(said.__name__, said)

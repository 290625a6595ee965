"""What pages show of a house."""

from django import template

from workshops.models import Partner
from workshops.pictures import Shown, shown

register = template.Library()


@register.filter
def logo(partner: Partner) -> Shown | None:
    """The house's logo, for an <img>; None where there is none."""
    return shown(partner.logo.name or "")

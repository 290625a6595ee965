"""Words about who belongs to a school, for organisers."""

from django import template
from django.utils.translation import gettext as _

from schools.addresses import is_free_mail, is_of_school
from schools.models import Membership

register = template.Library()


@register.filter
def address_says(member: Membership) -> str:
    """What the person's address says beside the school's own."""
    address, school = member.user.email, member.school
    if address.lower() == school.office_mail.lower():
        return _("this is the school's mailbox")
    if is_of_school(address, school.office_mail):
        return _("same domain as the school")
    if is_free_mail(address):
        return _("private mail provider")
    return _("another domain than the school") if school.office_mail else _("no mailbox of the school is known")


@register.filter
def decided_how(member: Membership) -> str:
    """By whom the decision came."""
    if member.how == "mailbox":
        return _("by the school's mailbox")
    if member.by:
        return _("by %(who)s") % {"who": member.by}
    return _("decided")

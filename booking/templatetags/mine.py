"""What the reader has booked already, where pages show dates."""

from collections.abc import Mapping

from django import template

from booking.models import Booking
from workshops.models import Slot

register = template.Library()


@register.filter
def on_date(my_dates: Mapping[int, list[Booking]] | str, slot: Slot) -> list[Booking]:
    """`{% with mine=my_dates|on_date:slot %}`: the reader's bookings on a date; none where nobody is signed in."""
    return my_dates.get(slot.pk, []) if my_dates and not isinstance(my_dates, str) else []

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Finds what is to be forgotten without reading all bookings; built while schools go on booking."""

    atomic = False
    dependencies = [("booking", "0005_found_on_the_telephone")]
    operations = [
        AddIndexConcurrently(
            "booking",
            models.Index(
                condition=~models.Q(contact_phone="", needs="", needs_list=[], note=""),
                fields=["slot"],
                name="booking_to_forget",
            ),
        ),
    ]

from django.db import migrations

from schools.versions import follows

SHOWN = (
    "uuid", "reference", "slot_id", "school_id", "group_name", "pupils", "adults", "needs", "note", "state",
    "contact_name", "contact_phone", "sequence", "created_at",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = (("booking", "0019_wishes_without_a_date"), ("schools", "0007_calendars_follow"))

    operations = [follows("booking_booking", SHOWN, unless_raised=True)]

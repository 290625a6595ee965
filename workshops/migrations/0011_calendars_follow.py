import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Now

from schools.versions import follows

SHOWN = {
    "partner": ["name", "phone", "travel_minutes"],
    "venue": ["name", "street", "postcode", "city", "lat", "lon", "directions"],
    "workshop": ["partner_id", "title", "summary", "bring", "kit", "disciplines", "format", "travel_minutes"],
    "trainer": ["name"],
}
OF_A_SLOT = (
    "workshop_id", "venue_id", "starts_at", "ends_at", "setup_minutes", "teardown_minutes", "travel_minutes", "state",
    "capacity", "max_groups", "places_taken", "groups_taken", "groups_waiting", "sequence", "uuid", "created_at",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = (("workshops", "0010_when_a_trainer_answered"), ("schools", "0007_calendars_follow"))

    operations = [
        *(
            migrations.AddField(
                model_name=name,
                name="updated_at",
                field=models.DateTimeField(db_default=Now(), default=django.utils.timezone.now, editable=False),
            )
            for name in SHOWN
        ),
        *(follows(f"workshops_{name}", columns) for name, columns in SHOWN.items()),
        follows("workshops_slot", OF_A_SLOT, unless_raised=True),
    ]

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Dates were called off with all who led them: at the last change of the date, as far as it is known."""
    assignments = apps.get_model("workshops", "Assignment").objects.filter(state="withdrawn", ended_at=None)
    slots = apps.get_model("workshops", "Slot").objects.filter(pk=OuterRef("slot"))
    assignments.update(ended_at=Subquery(slots.values("updated_at")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ("workshops", "0007_who_led_ended"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]

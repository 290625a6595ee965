import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("workshops", "0011_calendars_follow"),)

    operations = [
        migrations.AlterField(
            model_name="slot",
            name=name,
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        )
        for name in ("created_at", "updated_at")
    ]

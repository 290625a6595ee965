import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Now

from schools.versions import follows, function


class Migration(migrations.Migration):
    dependencies = (("schools", "0006_the_office_reads_along"),)

    operations = [
        migrations.AddField(
            model_name="school",
            name="updated_at",
            field=models.DateTimeField(db_default=Now(), default=django.utils.timezone.now, editable=False),
        ),
        function,
        follows("schools_school", ["name", "street", "postcode", "city", "lat", "lon"]),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schools", "0003_who_confirmed")]

    operations = [
        migrations.AddField(
            model_name="school",
            name="institution_key",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        )
    ]

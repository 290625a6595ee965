from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("workshops", "0009_what_a_date_takes_its_team"),)

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]

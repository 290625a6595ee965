from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0002_what_organisers_ask")]

    operations = [
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("kind__in", ["confirmed", "declined"]), ("role", "organiser")),
                fields=["-at"],
                name="change_decided",
            ),
        ),
    ]

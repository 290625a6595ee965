import django.contrib.postgres.fields
from django.db import migrations, models

CHOICES = [
    ("mathematics", "Mathematics"),
    ("computing", "Computing"),
    ("biology", "Biology"),
    ("chemistry", "Chemistry"),
    ("physics", "Physics"),
    ("astronomy", "Astronomy"),
    ("technology", "Technology"),
    ("science", "Natural sciences"),
    ("stem", "STEM as a whole"),
    ("ai", "AI"),
    ("art", "Art"),
    ("music", "Music"),
    ("design", "Design"),
    ("sport", "Sport"),
    ("society", "Society and politics"),
    ("environment", "Environment"),
]


class Migration(migrations.Migration):
    """The rest of MINTvernetzt's words; no table changes."""

    dependencies = [("workshops", "0002_what_a_partner_says")]

    operations = [
        migrations.AlterField(
            model_name="workshop",
            name="disciplines",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=CHOICES, max_length=20), default=list, size=None
            ),
        ),
    ]

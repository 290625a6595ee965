from django.db import migrations, models

DEFAULT = "ALTER TABLE schools_school ALTER COLUMN isced SET DEFAULT '{}'"
NO_DEFAULT = "ALTER TABLE schools_school ALTER COLUMN isced DROP DEFAULT"


class Migration(migrations.Migration):
    """Nothing ever wrote levels of schooling, nor days off of a package: these are computed, not stored.

    The column stays, empty, until the version before, which reads it, is gone everywhere.
    """

    dependencies = (("schools", "0007_calendars_follow"),)

    operations = [
        migrations.RunSQL(DEFAULT, NO_DEFAULT, state_operations=[migrations.RemoveField("school", "isced")]),
        migrations.AlterField(
            "closure",
            "source",
            models.CharField(choices=[("file", "file"), ("manual", "by hand")], default="manual", max_length=10),
        ),
    ]

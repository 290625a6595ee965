from django.db import migrations


class Migration(migrations.Migration):
    """Nothing ever wrote this. The column stays empty until the version before, which reads it, is gone everywhere."""

    dependencies = (("booking", "0020_calendars_follow"),)

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("booking", "contact_erased_at")]),
    ]

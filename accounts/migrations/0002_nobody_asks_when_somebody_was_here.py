from django.db import migrations


class Migration(migrations.Migration):
    """Nothing ever wrote this. The column stays empty until the version before, which reads it, is gone everywhere."""

    dependencies = (("accounts", "0001_initial"),)

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("user", "last_seen_at")]),
    ]

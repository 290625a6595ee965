from django.db import migrations


class Migration(migrations.Migration):
    """An erased account has no row any more. The column stays empty until the version before is gone everywhere."""

    dependencies = (("accounts", "0002_nobody_asks_when_somebody_was_here"),)

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("user", "erased_at")]),
    ]

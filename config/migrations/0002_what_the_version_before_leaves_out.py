from django.db import migrations

# Columns that came without a default of the database: the version before does not name them when it writes.
DEFAULTS = {
    "workshops_partner": {
        "colour": "''", "legal_name": "''", "logo": "''", "privacy": "'{}'", "rules_version": "1", "terms": "'{}'",
    },
    "workshops_trainer": {"phone": "''"},
    "workshops_venue": {"active": "true"},
    "workshops_workshop": {"image": "''", "image_alt": "'{}'", "image_credit": "''", "image_licence": "''"},
}  # fmt: skip


def change(table: str, how: str) -> str:
    return f"ALTER TABLE {table} " + ", ".join(
        f"ALTER {column} {how.format(value)}" for column, value in DEFAULTS[table].items()
    )


class Migration(migrations.Migration):
    """So that the version before runs on the tables of this one, which is the way back from an upgrade."""

    dependencies = (("config", "0001_cache"), ("workshops", "0002_what_a_partner_says"))
    operations = [
        migrations.RunSQL(change(table, "SET DEFAULT {}"), change(table, "DROP DEFAULT")) for table in DEFAULTS
    ]

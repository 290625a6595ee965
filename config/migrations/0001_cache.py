from django.db import migrations


class Migration(migrations.Migration):
    """The table of the default cache, as `createcachetable` makes it: so that `migrate` is all an operator runs."""

    initial = True
    operations = (
        migrations.RunSQL(
            """
            CREATE TABLE IF NOT EXISTS "cache" (
                "cache_key" varchar(255) NOT NULL PRIMARY KEY,
                "value" text NOT NULL,
                "expires" timestamp with time zone NOT NULL
            );
            CREATE INDEX IF NOT EXISTS "cache_expires" ON "cache" ("expires");
            """,
            'DROP TABLE IF EXISTS "cache"',
        ),
    )

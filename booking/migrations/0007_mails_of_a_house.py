import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE booking_message SET partner_id = house.id
FROM workshops_partner house
WHERE booking_message.kind = 'invited' AND booking_message.context ->> 'partner' = house.id::text
"""


class Migration(migrations.Migration):
    """Invitations know their house as a column, so that its organisers find those that failed."""

    dependencies = [("booking", "0006_forgotten_in_time"), ("workshops", "0002_what_a_partner_says")]
    operations = [
        migrations.AddField(
            model_name="message",
            name="partner",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="workshops.partner",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

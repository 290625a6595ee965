from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(condition=models.Q(("state", "confirmed")), fields=["slot"], name="booking_to_record"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=models.Q(("state", "failed")), fields=["-created_at"], name="message_failed"),
        ),
    ]

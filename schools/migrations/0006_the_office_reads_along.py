from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0005_why_refused'),
    ]

    operations = [
        migrations.AddField(
            model_name='school',
            name='office_copies',
            field=models.BooleanField(db_default=False, default=False, verbose_name='the office reads along'),
        ),
    ]

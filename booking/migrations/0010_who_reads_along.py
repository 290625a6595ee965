from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0009_trainers_answer'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='further_email',
            field=models.EmailField(blank=True, db_default='', default='', max_length=254, verbose_name='e-mail of who reads along'),
        ),
    ]

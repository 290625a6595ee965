from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0004_institution_key'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
    ]

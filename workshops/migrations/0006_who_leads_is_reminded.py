import workshops.texts
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workshops', '0005_cooperation'),
    ]

    operations = [
        migrations.AddField(
            model_name='partner',
            name='team_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='trainers are reminded … school days before'),
        ),
        migrations.AddField(
            model_name='workshop',
            name='kit',
            field=workshops.texts.TextsField(blank=True, db_default={}, default=workshops.texts.Texts, help_text='One thing a line.', verbose_name='what the team takes along'),
        ),
        migrations.AddField(
            model_name='workshop',
            name='team_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='trainers are reminded … school days before'),
        ),
    ]

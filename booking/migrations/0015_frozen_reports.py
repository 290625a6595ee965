import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0014_who_read_along'),
        ('workshops', '0009_what_a_date_takes_its_team'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FrozenReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.JSONField()),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('result', models.TextField()),
                ('rows', models.TextField()),
                ('visits', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='frozen_reports', to='workshops.partner')),
                ('pot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='frozen_reports', to='workshops.fundingpot')),
                ('workshop', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workshops.workshop')),
            ],
            options={
                'indexes': [models.Index(fields=['first', 'last'], name='frozen_period')],
                'constraints': [models.CheckConstraint(condition=models.Q(('first__lte', models.F('last'))), name='frozen_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='frozen_has_a_digest')],
            },
        ),
    ]

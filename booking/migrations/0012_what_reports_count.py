from django.conf import settings
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


WRITE = """
    INSERT INTO booking_visitfact (booking_id, slot_id, workshop_id, partner_id, pot_id, school_id, status, day, school_year, minutes, language, grades, grade_key, first_visit, planned, f, m, d, unknown, adults, family, format, discipline, school_kind, country, district, helpers, turned_away) SELECT booking_id, slot_id, workshop_id, partner_id, pot_id, school_id, status, day, school_year, minutes, language, grades, grade_key, first_visit, planned, f, m, d, unknown, adults, family, format, discipline, school_kind, country, district, helpers, 0 FROM (
    SELECT b.id AS booking_id, b.slot_id, s.workshop_id, w.partner_id, s.pot_id, b.school_id,
           CASE b.state WHEN 'attended' THEN 'held' WHEN 'no_show' THEN 'no_show'
                WHEN 'cancelled' THEN CASE WHEN b.ended_by = 'school' THEN 'late_cancel'
                                           WHEN b.confirmed_at IS NULL THEN 'turned_away' ELSE 'provider_cancel' END
                ELSE 'turned_away' END AS status,
           day, school_year, coalesce(nullif(a.minutes, 0), extract(epoch FROM s.ends_at - s.starts_at)::int / 60)
               AS minutes,
           b.language, b.grades,
           CASE WHEN cardinality(b.grades) = 1 THEN b.grades[1]::text ELSE 'mixed' END AS grade_key,
           b.first_visit, b.pupils AS planned, coalesce(a.f, 0) AS f, coalesce(a.m, 0) AS m, coalesce(a.d, 0) AS d,
           coalesce(a.unknown, 0) AS unknown, coalesce(a.adults, 0) AS adults,
           md5(concat_ws('|', b.school_id, s.workshop_id, school_year, b.group_key))::uuid AS family,
           w.format, coalesce(w.disciplines[1], '') AS discipline,
           c.kind AS school_kind, c.country, c.district_code AS district,
           ARRAY(SELECT h.partner_id FROM workshops_cooperation h
                 WHERE h.workshop_id = w.id AND h.valid @> day ORDER BY 1) AS helpers
    FROM booking_booking b
    JOIN workshops_slot s ON s.id = b.slot_id
    JOIN workshops_workshop w ON w.id = s.workshop_id
    JOIN schools_school c ON c.id = b.school_id
    LEFT JOIN booking_attendance a ON a.booking_id = b.id
    CROSS JOIN LATERAL (SELECT (s.starts_at AT TIME ZONE %s)::date AS day) AS local
    CROSS JOIN LATERAL (SELECT make_date(extract(year FROM day - interval '7 months')::int, 8, 1) AS school_year) AS year
    WHERE (
    b.state IN ('attended', 'no_show', 'declined', 'expired')
    OR b.state = 'cancelled' AND (b.late OR b.ended_by = 'provider')
)) AS found
"""
SHARE = """
    UPDATE booking_visitfact f SET turned_away = share
    FROM (
    SELECT id, CASE WHEN bool_or(status IN ('held', 'no_show', 'late_cancel')) OVER family
                      OR id <> first_value(id) OVER (family ORDER BY day, booking_id) THEN 0 ELSE planned END AS share
    FROM booking_visitfact
    WINDOW family AS (PARTITION BY family)
) AS shares WHERE shares.id = f.id AND f.turned_away <> share
"""


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0011_mails_that_did_not_arrive'),
        ('schools', '0006_the_office_reads_along'),
        ('workshops', '0006_who_leads_is_reminded'),
    ]

    operations = [
        migrations.CreateModel(
            name='VisitFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('helpers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('status', models.CharField(choices=[('held', 'took place'), ('no_show', 'did not come'), ('late_cancel', 'called off late by the school'), ('provider_cancel', 'called off by the provider'), ('turned_away', 'got no date')], max_length=16)),
                ('day', models.DateField()),
                ('school_year', models.DateField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('format', models.CharField(choices=[('visit', 'at our place'), ('mobile', 'comes to you'), ('online', 'online')], max_length=10)),
                ('discipline', models.CharField(blank=True, choices=[('mathematics', 'Mathematics'), ('computing', 'Computing'), ('biology', 'Biology'), ('chemistry', 'Chemistry'), ('physics', 'Physics'), ('astronomy', 'Astronomy'), ('technology', 'Technology'), ('science', 'Natural sciences'), ('stem', 'STEM as a whole'), ('ai', 'AI'), ('art', 'Art'), ('music', 'Music'), ('design', 'Design'), ('sport', 'Sport'), ('society', 'Society and politics'), ('environment', 'Environment')], max_length=20)),
                ('language', models.CharField(choices=[('de', 'German'), ('en', 'English'), ('pl', 'Polish'), ('cs', 'Czech'), ('hsb', 'Upper Sorbian')], max_length=5)),
                ('school_kind', models.CharField(choices=[('primary', 'primary school'), ('lower_sec', 'Oberschule'), ('upper_sec', 'Gymnasium'), ('vocational', 'vocational school'), ('special', 'special school'), ('mixed', 'all grades'), ('other', 'other school')], max_length=12)),
                ('country', models.CharField(choices=[('DE', 'Germany'), ('PL', 'Poland'), ('CZ', 'Czechia')], max_length=2)),
                ('district', models.CharField(blank=True, max_length=12)),
                ('grades', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('grade_key', models.CharField(max_length=5)),
                ('first_visit', models.BooleanField()),
                ('planned', models.PositiveSmallIntegerField()),
                ('f', models.PositiveSmallIntegerField(default=0)),
                ('m', models.PositiveSmallIntegerField(default=0)),
                ('d', models.PositiveSmallIntegerField(default=0)),
                ('unknown', models.PositiveSmallIntegerField(default=0)),
                ('adults', models.PositiveSmallIntegerField(default=0)),
                ('family', models.UUIDField()),
                ('turned_away', models.PositiveSmallIntegerField(default=0)),
                ('booking', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='fact', to='booking.booking')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='workshops.partner')),
                ('pot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='workshops.fundingpot')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='schools.school')),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='workshops.slot')),
                ('workshop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='workshops.workshop')),
            ],
            options={
                'indexes': [models.Index(fields=['day', 'partner'], name='fact_of_day'), models.Index(fields=['family'], name='fact_of_family')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['held', 'no_show', 'late_cancel', 'provider_cancel', 'turned_away'])), name='fact_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'held'), models.Q(('d', 0), ('f', 0), ('m', 0), ('unknown', 0), _negated=True)), models.Q(models.Q(('status', 'held'), _negated=True), ('adults', 0), ('d', 0), ('f', 0), ('m', 0), ('unknown', 0)), _connector='OR'), name='fact_counts_who_came'), models.CheckConstraint(condition=models.Q(('turned_away', 0), ('status__in', ['turned_away', 'provider_cancel']), _connector='OR'), name='fact_turned_away_has_no_visit')],
            },
        ),
        migrations.RunSQL([(WRITE, [settings.TIME_ZONE]), SHARE], migrations.RunSQL.noop),
    ]

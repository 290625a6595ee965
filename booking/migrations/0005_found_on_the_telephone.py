import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import schools.search


class Migration(migrations.Migration):
    """Indexes for the search of organisers, built while schools go on booking."""

    atomic = False
    dependencies = [("booking", "0004_an_organisers_day")]
    operations = [
        AddIndexConcurrently(
            "booking",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector(
                    schools.search.Searchable("contact_name"),
                    schools.search.Searchable("contact_email"),
                    config="simple",
                ),
                name="booking_by_contact",
            ),
        ),
        AddIndexConcurrently(
            "booking",
            models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Reverse(schools.search.Digits("contact_phone")),
                    name="text_pattern_ops",
                ),
                condition=~models.Q(contact_phone=""),
                name="booking_by_phone",
            ),
        ),
        AddIndexConcurrently("booking", models.Index(schools.search.LookAlike("reference"), name="booking_by_look")),
    ]

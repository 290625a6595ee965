from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("workshops", "0013_names_sort_for_people"),)

    operations = [
        migrations.AddField(
            model_name="trainer",
            name="reminded",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]

"""Counts of use, by structure and by month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("observatory", "0001_questionnaires")]
    operations = [
        migrations.CreateModel(
            name="Count",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "structure", "month", "what", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("structure", models.UUIDField()),
                ("month", models.DateField()),
                ("what", models.TextField()),
                ("count", models.IntegerField()),
            ],
        ),
    ]

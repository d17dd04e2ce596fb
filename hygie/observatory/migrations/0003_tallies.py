"""Counts of use of the whole installation, by month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("observatory", "0002_counts")]
    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month", "what", "backend", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("what", models.TextField()),
                ("backend", models.IntegerField()),
                ("count", models.BigIntegerField()),
            ],
        ),
    ]

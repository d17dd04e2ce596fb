"""Documents put on top by a professional. Behind the wall."""

import django.db.models.deletion
from django.db import migrations, models

from hygie.base.walls import behind_wall


class Migration(migrations.Migration):
    dependencies = [("patient", "0001_initial"), ("record", "0007_words")]
    operations = [
        migrations.CreateModel(
            name="Pin",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "document_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("document_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("body", models.BinaryField()),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="patient.patient",
                    ),
                ),
            ],
        ),  # fmt: skip
        behind_wall("record_pin"),
    ]

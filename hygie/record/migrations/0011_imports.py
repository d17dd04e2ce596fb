"""Archives brought back, taken in piece by piece. Behind the wall."""

import django.db.models.deletion
from django.db import migrations, models

from hygie.base.walls import behind_wall


def person() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patient.patient"
    )


class Migration(migrations.Migration):
    dependencies = [("patient", "0001_initial"), ("record", "0010_room")]
    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("touched", models.DateTimeField()),
                ("state", models.TextField()),
                ("total", models.IntegerField()),
                ("next", models.IntegerField(default=0)),
                ("own", models.IntegerField(default=0)),
                ("size", models.BigIntegerField()),
                ("body", models.BinaryField()),
                ("patient", person()),
            ],
        ),
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "import_id", "n", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("import_id", models.UUIDField()),
                ("n", models.IntegerField()),
                ("body", models.BinaryField()),
                ("patient", person()),
            ],
        ),
        behind_wall("record_import"),
        behind_wall("record_importpart"),
    ]

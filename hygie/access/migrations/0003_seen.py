"""When each document was last read, and by whom: what « who can see this » says without opening the whole journal."""

import django.db.models.deletion
from django.db import migrations, models

from hygie.base.walls import behind_wall


class Migration(migrations.Migration):
    dependencies = [("patient", "0001_initial"), ("access", "0002_walls")]
    operations = [
        migrations.CreateModel(
            name="Seen",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "document_id", "subject", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="patient.patient",
                    ),
                ),
                ("document_id", models.UUIDField()),
                ("subject", models.UUIDField()),
                ("last", models.DateTimeField()),
            ],
        ),
        behind_wall("access_seen", "hygie_gate"),
    ]

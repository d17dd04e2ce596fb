"""What documents say: readings, the sheets that copy them together, and what people state. Behind the wall."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from hygie.base.walls import behind_wall


def _patient():
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patient.patient"
    )


def _key(*names):
    return models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("patient", "0001_initial"), ("record", "0004_swept")]
    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("pk", _key("patient_id", "document_id")),
                ("document_id", models.UUIDField()),
                ("base", models.UUIDField()),
                ("reader", models.TextField()),
                ("version", models.TextField()),
                ("state", models.TextField()),
                ("at", models.DateTimeField()),
                ("entries", models.BinaryField()),
                ("text", models.BinaryField()),
                ("patient", _patient()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("patient", "base"), name="record_reading_base")],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("pk", _key("patient_id", "id")),
                ("id", models.UUIDField()),
                ("documents", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("laid", models.DateTimeField()),
                ("listing", models.BinaryField()),
                ("entries", models.BinaryField()),
                ("texts", models.BinaryField()),
                ("patient", _patient()),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("pk", _key("patient_id", "id")),
                ("id", models.UUIDField()),
                ("kind", models.TextField()),
                ("state", models.TextField()),
                ("document_id", models.UUIDField(null=True)),
                ("received", models.DateTimeField()),
                ("updated", models.DateTimeField()),
                ("body", models.BinaryField()),
                ("patient", _patient()),
            ],
        ),
        behind_wall("record_reading"),
        behind_wall("record_sheet"),
        behind_wall("record_statement"),
        # Sealed bytes are not worth compressing.
        migrations.RunSQL(
            "ALTER TABLE record_reading ALTER COLUMN entries SET STORAGE EXTERNAL, ALTER COLUMN text SET STORAGE EXTERNAL;"
            "ALTER TABLE record_sheet ALTER COLUMN listing SET STORAGE EXTERNAL,"
            " ALTER COLUMN entries SET STORAGE EXTERNAL, ALTER COLUMN texts SET STORAGE EXTERNAL;"
            "ALTER TABLE record_statement ALTER COLUMN body SET STORAGE EXTERNAL;",
            migrations.RunSQL.noop,
        ),
    ]

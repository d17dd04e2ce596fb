"""What whoever took up a help prepared in advance sees of it until its day; those that wait already are written there.

Their terms are those of today: what their offers said was not kept.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

WAITING_ALREADY = """
ALTER TABLE access_tie NO FORCE ROW LEVEL SECURITY;
INSERT INTO access_promised (tie_id, patient_id, subject, level, classes, until, condition)
SELECT id, patient_id, subject, level, classes, until, condition FROM access_tie
WHERE subject IS NOT NULL AND condition IS NOT NULL AND since IS NULL AND ended IS NULL;
ALTER TABLE access_tie FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("patient", "0001_initial"), ("access", "0010_code_given_for_her")]
    operations = [
        migrations.CreateModel(
            name="Promised",
            fields=[
                ("tie_id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField(db_index=True)),
                ("level", models.TextField()),
                (
                    "classes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
                ),
                ("until", models.DateTimeField(null=True)),
                ("condition", models.TextField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patient.patient"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(WAITING_ALREADY, migrations.RunSQL.noop),
    ]

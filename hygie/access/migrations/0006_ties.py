"""Who answers for whom and who helps whom, and the codes by which a help is taken up."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from hygie.base.walls import behind_wall


class Migration(migrations.Migration):
    dependencies = [("patient", "0001_initial"), ("access", "0005_opening")]
    operations = [
        migrations.CreateModel(
            name="Tie",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("subject", models.UUIDField(null=True)),
                ("kind", models.TextField()),
                ("level", models.TextField()),
                ("relation", models.TextField(default="")),
                (
                    "classes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
                ),
                ("protected", models.BooleanField(default=False)),
                ("sealed", models.BinaryField()),
                ("proof", models.BinaryField(null=True)),
                ("made", models.DateTimeField()),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("confirmed", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                ("condition", models.TextField(null=True)),
                (
                    "attested",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patient.patient",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended", None), ("subject__isnull", False)),
                        fields=("patient", "subject", "kind"),
                        name="access_tie_once",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Welcome",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("tie_id", models.UUIDField()),
                ("until", models.DateTimeField()),
            ],
        ),
        behind_wall("access_tie", "hygie_gate"),
    ]

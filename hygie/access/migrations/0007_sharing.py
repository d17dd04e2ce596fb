"""Shares by a link, who opened them, and the codes given on arriving at a practice. A member may be shown all but some."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from hygie.base.walls import behind_wall


class Migration(migrations.Migration):
    dependencies = [("patient", "0001_initial"), ("access", "0006_ties")]
    operations = [
        migrations.AddField(
            model_name="member",
            name="without",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("made", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("most", models.IntegerField(null=True)),
                ("opened", models.IntegerField(default=0)),
                ("passcode", models.BinaryField(null=True)),
                ("tries", models.IntegerField()),
                ("summary", models.BooleanField()),
                (
                    "sections",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
                ),
                ("documents", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("card", models.BooleanField(default=False)),
                ("spoken", models.BooleanField(default=False)),
                ("ended", models.DateTimeField(null=True)),
                ("sealed", models.BinaryField()),
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
        ),
        migrations.CreateModel(
            name="Viewing",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("share_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("way", models.TextField()),
                ("sealed", models.BinaryField()),
                ("note", models.BinaryField(null=True)),
                ("noted", models.DateTimeField(null=True)),
                ("answered", models.DateTimeField(null=True)),
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
        ),
        migrations.CreateModel(
            name="Way",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("share_id", models.UUIDField()),
                ("kind", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("made", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("lasts", models.DurationField()),
                ("taken", models.DateTimeField(null=True)),
                ("taken_by", models.UUIDField(null=True)),
            ],
        ),
        behind_wall("access_share", "hygie_gate"),
        behind_wall("access_viewing", "hygie_gate"),
    ]

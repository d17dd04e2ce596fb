"""Leaving: erasures and their receipts, operators acting for a caller, and the one change that a journal line may know:
its sealed body gives way to its own SHA-256 once the key that opened it is destroyed, so that the chain still verifies."""

from django.db import migrations, models

ERASED_LINES = """
CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.patient_id = OLD.patient_id AND NEW.seq = OLD.seq AND NEW.at = OLD.at
     AND NEW.leaf = OLD.leaf AND NEW.body = sha256(OLD.body)
     AND EXISTS (SELECT 1 FROM access_record r WHERE r.patient_id = OLD.patient_id AND r.journal_key IS NULL) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the access journal is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
"""
NO_ERASED_LINES = """
CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the access journal is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_seen"),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operator", models.UUIDField()),
                ("patient_id", models.UUIDField(db_index=True)),
                ("number", models.TextField()),
                ("opened", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("patient_id", models.UUIDField(db_index=True)),
                ("other_id", models.UUIDField(null=True)),
                ("number", models.TextField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("settled", models.DateTimeField(null=True)),
                ("settled_by", models.UUIDField(null=True)),
                ("agreed", models.BooleanField(null=True)),
                ("made", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("patient_id", models.UUIDField(null=True)),
                ("why", models.TextField()),
                ("before", models.TextField()),
                ("asked", models.DateTimeField()),
                ("due", models.DateTimeField()),
                ("done", models.DateTimeField(null=True)),
                ("documents", models.IntegerField(null=True)),
                ("lines", models.BigIntegerField(null=True)),
                ("head", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("done", None)), fields=["due"], name="access_erasure_due")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("patient_id", None), _negated=True),
                        fields=("patient_id",),
                        name="access_erasure_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(ERASED_LINES, NO_ERASED_LINES),
    ]

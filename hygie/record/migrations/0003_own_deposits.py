"""A depositor knows her own deposits: the wall lets those rows through to her, and no other of that record."""

from django.db import migrations, models

MINE = (
    "patient_id = ANY((SELECT hygie_wanted('patients'))::uuid[])"
    " AND (depositor = ANY((SELECT hygie_wanted('subjects'))::uuid[])"
    " OR organisation = ANY((SELECT hygie_wanted('subjects'))::uuid[]))"
)


class Migration(migrations.Migration):
    dependencies = [("record", "0002_walls")]
    operations = [
        migrations.RunSQL(
            f"CREATE POLICY own_deposits ON record_document USING ({MINE}) WITH CHECK ({MINE});",
            "DROP POLICY own_deposits ON record_document;",
        ),
        migrations.AddField("submission", "sender", models.UUIDField(null=True)),
        migrations.AddIndex(
            "submission",
            models.Index(
                fields=["sender", "-received"], name="record_submission_sender", condition=~models.Q(sender=None)
            ),
        ),
    ]

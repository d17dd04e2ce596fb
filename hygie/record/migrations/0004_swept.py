"""The sweep of the object store asks by document."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0003_own_deposits")]
    operations = [
        migrations.AddIndex(
            "submission", models.Index(fields=["document_id"], name="record_submission_document")
        ),
    ]

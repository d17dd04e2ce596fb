from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0007_sharing")]

    operations = [
        *(
            migrations.AddField("invitation", name, models.DateTimeField(null=True))
            for name in ("met", "proved", "declined", "read")
        ),
        migrations.AddIndex("invitation", models.Index(fields=["made"], name="access_invitation_made")),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month", "subject", "did", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("subject", models.UUIDField()),
                ("did", models.TextField()),
            ],
        ),
    ]

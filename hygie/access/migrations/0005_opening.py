"""Opening a space: when an announced one falls asleep, invitations by code, the budget of guesses, counted refusals."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0004_leaving")]
    operations = [
        migrations.AddField(model_name="record", name="opens", field=models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField(db_index=True)),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("way", models.TextField()),
                ("maker", models.UUIDField()),
                ("made", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("used", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                ("wanted", models.DateTimeField(null=True)),
                ("sealed", models.BinaryField()),
            ],
            options={"indexes": [models.Index(fields=["maker", "made"], name="access_invitation_maker")]},
        ),
        migrations.CreateModel(
            name="Guess",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "subject", "minute", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.UUIDField()),
                ("minute", models.DateTimeField()),
                ("count", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month", "reason", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("reason", models.TextField()),
                ("count", models.IntegerField(default=0)),
            ],
        ),
    ]

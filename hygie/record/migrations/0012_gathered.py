"""Many files added at once come in as an import does; and each import that is not over is known by a random number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0011_imports")]
    operations = [
        migrations.AddField("import", "files", models.IntegerField(default=0, db_default=0)),
        migrations.CreateModel(
            name="Unfinished",
            fields=[
                ("import_id", models.UUIDField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("since", models.DateTimeField(db_index=True)),
            ],
        ),
    ]

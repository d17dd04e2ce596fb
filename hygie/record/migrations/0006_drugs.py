"""The public database of medicines: reference data, no patient."""

import django.contrib.postgres.fields
from django.db import migrations, models

_TEXTS = django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)


class Migration(migrations.Migration):
    dependencies = [("record", "0005_entries")]
    operations = [
        migrations.CreateModel(
            "Drug",
            [
                ("cis", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("form", models.TextField()),
                ("brand", models.TextField()),
                ("substances", _TEXTS),
                ("atc", models.CharField(max_length=7, null=True)),
                ("generic_group", models.TextField(null=True)),
                ("generic", models.BooleanField(null=True)),
            ],
        ),
        migrations.CreateModel(
            "Pack",
            [
                ("cip13", models.CharField(max_length=13, primary_key=True, serialize=False)),
                ("cip7", models.CharField(max_length=7)),
                ("cis", models.CharField(max_length=8)),
                ("label", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            "DrugName",
            [("words", models.TextField(primary_key=True, serialize=False)), ("substances", _TEXTS.clone())],
        ),
        migrations.CreateModel(
            "DrugEdition",
            [
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("imported", models.DateTimeField()),
                ("digest", models.BinaryField(max_length=32)),
                ("drugs", models.IntegerField()),
                ("packs", models.IntegerField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(id=1), name="record_drugedition_one")]
            },
        ),
    ]

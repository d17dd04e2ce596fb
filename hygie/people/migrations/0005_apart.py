"""Accounts that no space could be given to without a doubt, and the number by which an operator finds each."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_ways_of_entering")]
    operations = [
        migrations.CreateModel(
            name="Apart",
            fields=[
                ("account", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+", serialize=False, to=settings.AUTH_USER_MODEL)),
                ("reference", models.CharField(max_length=8, unique=True)),
                ("near", models.BinaryField(max_length=32)),
                ("since", models.DateTimeField(db_index=True)),
            ],
        ),
    ]

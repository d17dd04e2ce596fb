"""A code that a representative gave on arriving: by whom, as a pseudonym."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0009_given_for_her")]
    operations = [migrations.AddField(model_name="arrival", name="by", field=models.UUIDField(null=True))]

"""A link that a representative gave for a person: by whom, as a pseudonym."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0008_steps")]
    operations = [migrations.AddField(model_name="share", name="by", field=models.UUIDField(null=True))]

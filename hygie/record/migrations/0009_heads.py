"""The newest entries of each code at the head of a sheet. What was laid before is dropped: it is laid again by itself."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("record", "0008_pins"),
    ]

    operations = [
        # Not DELETE: the owner, too, stands behind the wall and would see no row.
        migrations.RunSQL("TRUNCATE record_sheet", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="sheet",
            name="heads",
            field=models.BinaryField(),
            preserve_default=False,
        ),
    ]

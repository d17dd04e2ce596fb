"""The wall of the record's tables; sealed bytes are not worth compressing."""

from django.db import migrations

from hygie.base.walls import behind_wall


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial"), ("access", "0002_walls")]
    operations = [
        behind_wall("record_document"),
        behind_wall("record_opened"),
        migrations.RunSQL(
            "ALTER TABLE record_document ALTER COLUMN content SET STORAGE EXTERNAL,"
            " ALTER COLUMN meta SET STORAGE EXTERNAL, ALTER COLUMN listing SET STORAGE EXTERNAL;",
            "ALTER TABLE record_document ALTER COLUMN content SET STORAGE EXTENDED,"
            " ALTER COLUMN meta SET STORAGE EXTENDED, ALTER COLUMN listing SET STORAGE EXTENDED;",
        ),
    ]

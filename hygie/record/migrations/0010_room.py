"""Room in each page for what filing adds to a document's row: the row grows where it stands, and no index is touched."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("record", "0009_heads")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE record_document SET (fillfactor = 40)", "ALTER TABLE record_document RESET (fillfactor)"
        )
    ]

"""The walls of the gate's own tables, and the journal's append-only trigger."""

from django.db import migrations

from hygie.base.walls import behind_wall

APPEND_ONLY = """
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the access journal is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON access_journalentry
  FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON access_journalentry
  FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
ALTER TABLE access_record SET (fillfactor = 70);
"""
UNDO = """
DROP TRIGGER journal_append_only ON access_journalentry;
DROP TRIGGER journal_no_truncate ON access_journalentry;
DROP FUNCTION journal_refuse();
ALTER TABLE access_record RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [
        *(
            behind_wall(f"access_{table}", "hygie_gate")
            for table in ("record", "journalentry", "member", "block", "emergency", "visit")
        ),
        migrations.RunSQL(APPEND_ONLY, UNDO),
    ]

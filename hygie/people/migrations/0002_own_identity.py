"""Someone's own identity row in one call: the wall opens for it and closes again inside the function."""

from django.db import migrations

CREATE = """
CREATE FUNCTION people_own_identity(wanted uuid) RETURNS SETOF people_identity LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  patients text := coalesce(current_setting('hygie.patients', true), '');
  reach text := coalesce(current_setting('hygie.reach', true), '');
BEGIN
  IF wanted IS NULL THEN RETURN; END IF;
  PERFORM set_config('hygie.patients', '{' || wanted || '}', true), set_config('hygie.reach', 'all', true);
  RETURN QUERY SELECT * FROM people_identity WHERE patient_id = wanted;
  PERFORM set_config('hygie.patients', patients, true), set_config('hygie.reach', reach, true);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION people_own_identity(uuid);")]

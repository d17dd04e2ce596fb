"""The observatory counts and asks; it never sees a record, not even through a door."""

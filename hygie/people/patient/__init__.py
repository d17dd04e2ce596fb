"""The patient table, in an app of its own so that every composite key can point at it from a first migration."""

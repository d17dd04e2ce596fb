from __future__ import annotations

from django.db import models


class Import(models.Model):
    """An archive that its person brought back, or many files added at once, and how far it is taken in.

    Clear: counts, dates, state (`coming`, `done`, `leaving`, `undone`). Sealed under the record's index key: `body` (where
    it comes from, who brought it, what could not come). Every document that came of it was received at `at`. files: how
    many were sent in, of an import that is not an archive.
    """

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    at = models.DateTimeField()
    touched = models.DateTimeField()
    state = models.TextField()
    total = models.IntegerField()
    next = models.IntegerField(default=0)
    own = models.IntegerField(default=0)
    files = models.IntegerField(default=0, db_default=0)
    size = models.BigIntegerField()
    body = models.BinaryField()


class ImportPart(models.Model):
    """A piece of that archive or of these files, sealed, until it is taken in."""

    pk = models.CompositePrimaryKey("patient_id", "import_id", "n")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    import_id = models.UUIDField()
    n = models.IntegerField()
    body = models.BinaryField()


class Unfinished(models.Model):
    """An import that is not over, for the sweep of each night: random numbers only, behind no person's wall."""

    import_id = models.UUIDField(primary_key=True)
    patient_id = models.UUIDField()
    since = models.DateTimeField(db_index=True)

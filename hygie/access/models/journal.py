from __future__ import annotations

from django.db import models


class JournalEntry(models.Model):
    """One line of one person's journal. `leaf` chains it to the one before; `body` is sealed (see journal.py)."""

    pk = models.CompositePrimaryKey("patient_id", "seq")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    leaf = models.BinaryField()
    body = models.BinaryField(null=True)

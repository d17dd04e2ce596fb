from __future__ import annotations

from django.db import models


class Case(models.Model):
    """Something an operator must look at: an emergency access, or a journal line the person finds abnormal.

    Ids only in clear; the words are sealed under the review key. Never a document's content.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()  # emergency | report
    patient_id = models.UUIDField(db_index=True)
    seq = models.BigIntegerField()  # the journal line it is about
    opened = models.DateTimeField()
    due = models.DateTimeField()
    sealed = models.BinaryField()
    closed = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    justified = models.BooleanField(null=True)
    answer = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["closed", "due"], name="access_case_open")]

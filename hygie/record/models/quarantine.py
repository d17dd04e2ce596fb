from __future__ import annotations

from django.db import models


class Submission(models.Model):
    """What one sender was answered for one of its keys: the same again gets the same answer.

    `key` is a keyed digest of (sender, submission id), `content_digest` of the bytes: another content under the
    same key is a conflict. No name, no patient in clear beyond a random id.
    """

    key = models.BinaryField(primary_key=True)
    content_digest = models.BinaryField()
    outcome = models.TextField()
    document_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    received = models.DateTimeField()
    sender = models.UUIDField(null=True)  # pseudonym of the professional who deposited: « Mes dépôts »

    class Meta:
        indexes = [
            models.Index(
                fields=["sender", "-received"], name="record_submission_sender", condition=~models.Q(sender=None)
            ),
            models.Index(fields=["document_id"], name="record_submission_document"),  # asked by the sweep of the store
        ]


class Quarantine(models.Model):
    """A deposit whose identity matches no one surely. `said` (identity) and `body` (document) are sealed apart:
    an operator resolves with the first and never opens the second."""

    id = models.UUIDField(primary_key=True)
    received = models.DateTimeField()
    client_id = models.UUIDField(db_index=True)
    organisation_id = models.UUIDField()
    source = models.TextField()
    state = models.TextField(default="waiting")
    size = models.IntegerField()
    key = models.BinaryField()  # the document key, wrapped by the root key
    said = models.BinaryField()
    body = models.BinaryField()
    resolved = models.DateTimeField(null=True)
    resolved_by = models.UUIDField(null=True)
    note = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["state", "received"], name="record_quarantine_state")]

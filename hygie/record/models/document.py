from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Document(models.Model):
    """One version of one document.

    Clear: what SQL filters and row-level security need. Sealed under the document's own key: `meta` (title, type,
    authors, structure, file name) and `content` (here, or in the object store when null). `dek` is that key, sealed
    to the person's public key. `listing` is `meta` again under the record's index key, written by the machine that
    files the document, so that lists unseal in microseconds; null until then. It also holds what was corrected since
    (`Metadata.refiled`): `meta` stays as received. `depositor` and `organisation` are
    pseudonyms; `unique_digest` and `content_digest` are keyed.
    """

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    class_code = models.TextField()
    visibility = ArrayField(models.TextField())
    status = models.TextField(default="current")
    archived = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    received = models.DateTimeField()
    updated = models.DateTimeField()
    day = models.DateTimeField()
    announce_on = models.DateField(null=True)
    size = models.IntegerField()
    source = models.TextField()
    by_patient = models.BooleanField(default=False)
    depositor = models.UUIDField()
    organisation = models.UUIDField(null=True)
    replaces = models.UUIDField(null=True)
    replaces_digest = models.BinaryField(null=True)  # so that a replacement may come before what it replaces
    replaced_by = models.UUIDField(null=True)
    unique_digest = models.BinaryField()
    content_digest = models.BinaryField()
    dek = models.BinaryField()
    meta = models.BinaryField()
    listing = models.BinaryField(null=True)
    content = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "unique_digest"], name="record_document_unique")]
        indexes = [
            models.Index(fields=["patient", "-day", "-id"], name="record_document_day"),
            models.Index(
                fields=["patient", "replaces_digest"], name="record_document_replaces",
                condition=models.Q(replaces_digest__isnull=False),
            ),
        ]  # fmt: skip


class Opened(models.Model):
    """That someone opened this document once: what is no longer new to her."""

    pk = models.CompositePrimaryKey("patient_id", "document_id", "subject")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    document_id = models.UUIDField()
    subject = models.UUIDField()
    at = models.DateTimeField()


class Pin(models.Model):
    """That a professional put this document on top for colleagues: who, sealed under the record's index key."""

    pk = models.CompositePrimaryKey("patient_id", "document_id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    document_id = models.UUIDField()
    at = models.DateTimeField()
    body = models.BinaryField()

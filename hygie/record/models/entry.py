from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Reading(models.Model):
    """What the machine read in one document: all its entries under one seal, and its readable text under another.

    Clear: which reader, in which version, when, and whether the file was set aside. Everything here is sealed under
    the record's index key. Whether an entry may be seen is asked of its document, never of this row. An entry's id is
    `base` with its own number in the low 16 bits, so that ids survive a second reading.
    """

    pk = models.CompositePrimaryKey("patient_id", "document_id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    document_id = models.UUIDField()
    base = models.UUIDField()
    reader = models.TextField()
    version = models.TextField()
    state = models.TextField()  # read | aside
    at = models.DateTimeField()
    entries = models.BinaryField()
    text = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "base"], name="record_reading_base")]


class Sheet(models.Model):
    """Up to 256 documents of one record copied together, to be unsealed at once. Never changed, only dropped or laid
    again; nothing is lost with it: rows of documents and readings stay the truth, and say what may be seen.
    """

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    documents = ArrayField(models.UUIDField())
    laid = models.DateTimeField()
    listing = models.BinaryField()
    heads = models.BinaryField()
    entries = models.BinaryField()
    texts = models.BinaryField()
    words = models.BinaryField(null=True)  # null: laid before searches looked here


class Statement(models.Model):
    """What someone said: of a suggestion (its id is the entry's), or, the person, of herself. Sealed, but for what SQL
    needs: kind (settled | own), state (confirmed | rejected | own | withdrawn), document, dates.
    """

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    kind = models.TextField()
    state = models.TextField()
    document_id = models.UUIDField(null=True)
    received = models.DateTimeField()
    updated = models.DateTimeField()
    body = models.BinaryField()

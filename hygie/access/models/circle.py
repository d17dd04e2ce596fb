from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Member(models.Model):
    """Someone the person lets in. `subject` is a keyed pseudonym (pseudonyms.py); who it is stays sealed."""

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    subject = models.UUIDField()
    sealed = models.BinaryField()
    classes = ArrayField(models.TextField(), null=True)
    without = ArrayField(models.UUIDField(), default=list)  # documents kept from this one alone
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "subject"], condition=models.Q(ended=None), name="access_member_once"
            )
        ]


class Block(models.Model):
    """Someone the person keeps out, from reading, from depositing, or both."""

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    subject = models.UUIDField()
    sealed = models.BinaryField()
    reading = models.BooleanField()
    deposit = models.BooleanField()
    since = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "subject"], condition=models.Q(ended=None), name="access_block_once"
            )
        ]


class Emergency(models.Model):
    """One emergency access: 24 hours for one professional."""

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    subject = models.UUIDField()
    opened = models.DateTimeField()
    until = models.DateTimeField()


class Visit(models.Model):
    """When someone last opened this record, and the time before: « depuis votre dernière visite »."""

    pk = models.CompositePrimaryKey("patient_id", "subject")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    subject = models.UUIDField()
    last = models.DateTimeField()
    before = models.DateTimeField(null=True)


class Seen(models.Model):
    """When each professional, and each structure, last read each document. The journal holds it too, sealed."""

    pk = models.CompositePrimaryKey("patient_id", "document_id", "subject")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    document_id = models.UUIDField()
    subject = models.UUIDField()
    last = models.DateTimeField()


class Reach(models.Model):
    """Which records a subject may at most reach: the second wall's own table, pseudonyms and random ids only.

    It never grants anything: the rules do. Row-level security lets no row of a record out to a subject that is
    not here, even if the rules were gone. Outside row-level security itself, so that a professional's list of
    patients can be read.
    """

    pk = models.CompositePrimaryKey("subject", "patient_id")
    subject = models.UUIDField()
    patient = models.ForeignKey("patient.Patient", models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)

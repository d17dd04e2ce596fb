from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Share(models.Model):
    """What a person put behind one link. No secret is here: the link is made again from this row by the root key.

    documents: their ids; summary: the living summary too, or those of its sections; most: openings allowed, None: no
    limit; passcode: its keyed digest; tries: wrong passcodes still allowed in its whole life. card: it is the link of
    her emergency card. by: by which tie a representative gave it for her; None, she gave it herself.
    """

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    made = models.DateTimeField()
    until = models.DateTimeField()
    most = models.IntegerField(null=True)
    opened = models.IntegerField(default=0)
    passcode = models.BinaryField(null=True)
    tries = models.IntegerField()
    summary = models.BooleanField()
    sections = ArrayField(models.TextField(), null=True)
    documents = ArrayField(models.UUIDField())
    card = models.BooleanField(default=False)
    spoken = models.BooleanField(default=False)
    ended = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)
    sealed = models.BinaryField()  # what she called it


class Viewing(models.Model):
    """One opening of a share: when, by which way in, and, sealed, who it was as she said herself, and her note."""

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    share_id = models.UUIDField()
    at = models.DateTimeField()
    way = models.TextField()  # page | manifest | code
    sealed = models.BinaryField()
    note = models.BinaryField(null=True)
    noted = models.DateTimeField(null=True)
    answered = models.DateTimeField(null=True)  # the person kept the note, or put it aside


class Way(models.Model):
    """Which share a link leads to, by digest of what the link holds: random ids only, outside row-level security.

    It opens nothing: the gate does. kind: page | manifest | code.
    """

    digest = models.BinaryField(primary_key=True)
    patient_id = models.UUIDField()
    share_id = models.UUIDField()
    kind = models.TextField()


class Arrival(models.Model):
    """A code given on arriving, by keyed digest: ten minutes, once. lasts: how long the practice may then come in."""

    digest = models.BinaryField(primary_key=True)
    patient_id = models.UUIDField()
    made = models.DateTimeField()
    until = models.DateTimeField()
    lasts = models.DurationField()
    taken = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)  # pseudonym of the structure
    by = models.UUIDField(null=True)  # pseudonym of whoever represents her, when that one gave the code for her

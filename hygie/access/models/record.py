from __future__ import annotations

from django.db import models


class Record(models.Model):
    """One person's record as the gate sees it: its wrapped keys, what she decided, and the head of her journal.

    One row, locked for the length of one decision: rights, keys and the journal's next number are read together.
    `record_key` and `journal_key` are wrapped by the root key; destroying them makes the record unreadable.
    """

    patient = models.OneToOneField("patient.Patient", models.PROTECT, primary_key=True, related_name="+")
    record_key = models.BinaryField(null=True)
    journal_key = models.BinaryField(null=True)
    public_key = models.BinaryField()
    state = models.TextField()
    opens = models.DateTimeField(null=True)  # announced: asleep from that moment on, with nothing to write
    care_team_consent = models.BooleanField(default=False)
    consent_since = models.DateTimeField(null=True)
    deposit_opposed = models.BooleanField(default=False)
    emergency_allowed = models.BooleanField(default=True)
    emergency_hidden = models.BooleanField(default=False)
    restricted = models.BooleanField(default=False)  # a block or a limit exists: look them up
    seq = models.BigIntegerField(default=0)
    head = models.BinaryField(default=b"\0" * 32)

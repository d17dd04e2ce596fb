from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Contact(models.Model):
    """Where a person wants to be told: an e-mail address, a telephone, a postal address.

    Nothing is told there until the code sent there was read (`asked`, then `proved`).

    `sealed`: the address, under a key that dies with her identity key. `stopped`: the kinds she does not want.
    """

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    by = models.TextField()  # mail | text | letter
    sealed = models.BinaryField()
    stopped = ArrayField(models.TextField(), default=list)
    asked = models.UUIDField()
    proved = models.DateTimeField(null=True)

    class Meta:
        db_table = "messages_contact"


class Notice(models.Model):
    """One thing told, or to be told, to one contact. `event`: digest of what happened, so that it is told once.

    The kind is one of a closed list; nothing else of what happened is kept here.
    """

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    contact_id = models.UUIDField()
    kind = models.TextField()
    event = models.BinaryField(max_length=32)
    created = models.DateTimeField()
    sent = models.DateTimeField(null=True)

    class Meta:
        db_table = "messages_notice"
        constraints = [
            models.UniqueConstraint(fields=["patient", "event", "contact_id"], name="messages_notice_once"),
        ]

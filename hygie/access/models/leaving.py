from __future__ import annotations

from django.db import models
from django.db.models import Q


class Erasure(models.Model):
    """That a space will be erased on a day, or was. Kept for ever: it is the receipt, by its `number` alone.

    `patient_id` is there until the erasure is done, and then no more: nothing leads back. Random ids and dates only,
    read by the job that looks for what is due before anyone's scope is known.
    """

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    patient_id = models.UUIDField(null=True)
    why = models.TextField()  # asked (by the person) | closed (ten years ago)
    before = models.TextField()  # the state of the space when it was asked
    asked = models.DateTimeField()
    due = models.DateTimeField()
    done = models.DateTimeField(null=True)
    documents = models.IntegerField(null=True)
    lines = models.BigIntegerField(null=True)
    head = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due"], name="access_erasure_due", condition=Q(done=None))]
        constraints = [
            models.UniqueConstraint(fields=["patient_id"], name="access_erasure_once", condition=~Q(patient_id=None))
        ]


class Call(models.Model):
    """Somebody whom an operator identified, and for whom she may act for an hour, under the number of a case.

    Random ids only. Outside row-level security: the operator's own list of her calls.
    """

    id = models.UUIDField(primary_key=True)
    operator = models.UUIDField()
    patient_id = models.UUIDField(db_index=True)
    number = models.TextField()
    opened = models.DateTimeField()
    until = models.DateTimeField()


class Proposal(models.Model):
    """What one operator proposes and another must agree to, because it cannot be undone: erasing, reuniting two spaces."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()  # erase | merge
    patient_id = models.UUIDField(db_index=True)
    other_id = models.UUIDField(null=True)  # merge: the space that will be known as `patient_id`
    number = models.TextField()
    by = models.UUIDField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    settled = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    agreed = models.BooleanField(null=True)
    made = models.UUIDField(null=True)  # merge: the id that undoes it

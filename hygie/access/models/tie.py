from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Tie(models.Model):
    """Someone who answers for this person, or helps her: a parent, a guardian, a caregiver, a desk under a mandate.

    `subject` is the pseudonym of the helper's own space; who it is, her name, their link and the proof stay sealed.
    Without a subject, it waits for whoever holds its code (`access_welcome`). Without `since`, it is prepared in advance and
    opens nothing until its condition is met.
    """

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    subject = models.UUIDField(null=True)
    kind = models.TextField()  # parent | guardian | caregiver | desk
    level = models.TextField()  # see | file | act
    relation = models.TextField(default="")  # what she is to the person: types.Relation
    classes = ArrayField(models.TextField(), null=True)
    protected = models.BooleanField(default=False)  # a decision hides places and times from this helper
    sealed = models.BinaryField()
    proof = models.BinaryField(null=True)  # the paper that was seen, sealed
    made = models.DateTimeField()
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    confirmed = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    condition = models.TextField(null=True)  # two-witnesses | doctor-and-relative
    attested = ArrayField(
        models.TextField(), default=list
    )  # "<role>:<pseudonym>" of each who said that the day has come

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "subject", "kind"],
                condition=models.Q(ended=None, subject__isnull=False),
                name="access_tie_once",
            )
        ]


class Welcome(models.Model):
    """A code handed to whoever is asked to help: its keyed digest, and where it leads. One use; outside the wall."""

    digest = models.BinaryField(primary_key=True)
    patient_id = models.UUIDField()
    tie_id = models.UUIDField()
    until = models.DateTimeField()


class Promised(models.Model):
    """A help taken up that waits for its day, as its offer said it to whoever took it up: nothing that she was not told.

    Outside the wall, searched by whoever asks before any scope is known: a pseudonym, random ids and the terms of the offer,
    no name. It opens nothing: the second wall has a row of its own (`access_reach`) the day the help begins, and this one
    goes. Ended or given up, it goes in the same transaction.
    """

    tie_id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey("patient.Patient", models.PROTECT, related_name="+")
    subject = models.UUIDField(db_index=True)
    level = models.TextField()
    classes = ArrayField(models.TextField(), null=True)
    until = models.DateTimeField(null=True)
    condition = models.TextField()

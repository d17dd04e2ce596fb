from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class InsLookup(models.Model):
    """Which space a matricule names, by keyed digest; `traits` are the digests that must agree with it.

    Written only for qualified identities: a matricule travels only when QUAL. A former matricule keeps its row.
    """

    pk = models.CompositePrimaryKey("ins_digest", "patient_id")
    ins_digest = models.BinaryField(max_length=32)
    patient_id = models.UUIDField()
    traits = ArrayField(models.BinaryField(max_length=32))
    former = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index("patient_id", name="people_inslookup_patient")]
        constraints = [
            # two spaces never hold the same matricule today
            models.UniqueConstraint("ins_digest", condition=models.Q(former=False), name="people_inslookup_once")
        ]


class TraitsLookup(models.Model):
    """Who has these strict traits, birth place included, by keyed digest: for the first sign-in of a person.

    `sure` is true when the identity is qualified, without homonym or doubt.
    """

    pk = models.CompositePrimaryKey("traits_digest", "patient_id")
    traits_digest = models.BinaryField(max_length=32)
    patient_id = models.UUIDField()
    sure = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint("patient_id", name="people_traitslookup_patient")]


class Misses(models.Model):
    """How many lookups by one structure found nobody, per minute: the budget against enumeration."""

    pk = models.CompositePrimaryKey("subject", "minute")
    subject = models.UUIDField()
    minute = models.DateTimeField()
    count = models.IntegerField()

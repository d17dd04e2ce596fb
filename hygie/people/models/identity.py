from __future__ import annotations

from django.db import models


class Identity(models.Model):
    """One person's identity: traits, matricule and former matricules, sealed under her identity key.

    `identity_key` is wrapped by the root key and bound to the person; destroying it makes the name unreadable.
    `version` is in the AAD of `sealed`: an older ciphertext put back in place does not open.
    """

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("patient.Patient", models.PROTECT, db_index=False, related_name="+")
    id = models.UUIDField()
    version = models.IntegerField(default=1)
    identity_key = models.BinaryField(null=True)
    sealed = models.BinaryField()
    status = models.TextField()  # IdentityStatus
    homonym = models.BooleanField(default=False)
    doubtful = models.BooleanField(default=False)
    updated = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("patient", name="people_identity_one"),
            models.CheckConstraint(
                condition=models.Q(status__in=("PROV", "RECUP", "VALI", "QUAL")), name="people_identity_status"
            ),
            # RNIV: a doubtful identity is a provisional one, never one that is exchanged
            models.CheckConstraint(
                condition=models.Q(doubtful=False) | models.Q(status="PROV"), name="people_identity_doubt"
            ),
        ]

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Launch(models.Model):
    """A door that a practice's software had opened: one professional, one person, once, for some minutes.

    `digest`: SHA-256 of the handle, which is given out once and never kept.
    """

    id = models.UUIDField(primary_key=True)
    digest = models.BinaryField(max_length=32, unique=True)
    client = models.ForeignKey("people.SoftwareClient", models.CASCADE, related_name="+")
    activity = models.ForeignKey("people.Activity", models.CASCADE, related_name="+")
    patient_id = models.UUIDField()
    expires = models.DateTimeField(db_index=True)
    taken = models.DateTimeField(null=True)


class Authorization(models.Model):
    """What someone let an application do, in one person's space, until when. Every token of it dies with it.

    A person's own (activity is null), or a professional's for the length of a launch. `code` and `refresh` are SHA-256
    of the authorization code and of the present refresh token.
    """

    id = models.UUIDField(primary_key=True)
    client = models.ForeignKey("people.SoftwareClient", models.CASCADE, related_name="+")
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    activity = models.ForeignKey("people.Activity", models.CASCADE, null=True, related_name="+")
    patient_id = models.UUIDField(db_index=True)
    scopes = ArrayField(models.TextField())
    auth = models.SmallIntegerField()
    given = models.DateTimeField()
    until = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    last_used = models.DateTimeField(null=True)
    code = models.BinaryField(max_length=32, null=True, unique=True)
    refresh = models.BinaryField(max_length=32, null=True, unique=True)


class SigningKey(models.Model):
    """The key that signs identity tokens (RS256): private part sealed under the root key, public part as a JWK."""

    id = models.UUIDField(primary_key=True)
    sealed = models.BinaryField()
    public = models.JSONField()
    created = models.DateTimeField()

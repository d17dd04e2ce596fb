from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Way(models.Model):
    """One way by which somebody signs in: a passkey, a telephone, an authenticator application, a printed card.

    `lookup`: keyed digest of what names it when somebody comes (credential id, telephone number, number of the card or
    of the application). `sealed`: its name, its public key or its secret, under the identity key of her space, so that
    erasing her makes it unreadable everywhere. `counter`: of signatures (passkey), or the last time step used
    (application). `codes`: keyed digests of the codes still to be used (card).
    """

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="ways")
    kind = models.TextField()
    lookup = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField()
    counter = models.BigIntegerField(default=0)
    codes = ArrayField(models.BinaryField(max_length=32), default=list)
    created = models.DateTimeField()
    last_used = models.DateTimeField(null=True)


class AskedCode(models.Model):
    """A code of six digits, asked for and sent to one address. A row is made whether or not anybody has that address.

    `sealed`: the address, under the root key (who it belongs to is not known yet). `code`: keyed digest, once sent.
    """

    id = models.UUIDField(primary_key=True)
    purpose = models.TextField()  # enter | prove
    by = models.TextField()  # text | mail | letter
    lookup = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    code = models.BinaryField(max_length=32, null=True)
    tries = models.SmallIntegerField(default=0)
    expires = models.DateTimeField(db_index=True)
    taken = models.DateTimeField(null=True)


class Entrance(models.Model):
    """One session of one account, from one device. Ended: refused at its next request.

    `device`: keyed digest of (account, the cookie that names a browser); `sealed`: the device and the ways in words,
    under the root key. Nothing says where it is.
    """

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    device = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    began = models.DateTimeField()
    seen = models.DateTimeField(db_index=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "device"], name="people_entrance_device")]

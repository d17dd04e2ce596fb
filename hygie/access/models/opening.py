from __future__ import annotations

from django.db import models


class Invitation(models.Model):
    """A code by which a person opens her space: once, until a date, within five tries. Never the code itself.

    `digest` is keyed (HMAC): the table gives no code away. `maker` is a pseudonym. `sealed`, under the review key, holds
    what the maker may read again of it: the name as it was written when it was made. Searched before anyone's scope is
    known, so outside row-level security. met to read: when each step towards her space was first taken (steps.py).
    """

    id = models.UUIDField(primary_key=True)
    patient_id = models.UUIDField(db_index=True)
    digest = models.BinaryField(max_length=32, unique=True)
    way = models.TextField()  # hand | letter | desk
    maker = models.UUIDField()
    made = models.DateTimeField()
    until = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)  # a newer one took its place, its maker took it back, or too many tries
    wanted = models.DateTimeField(null=True)  # out of date, and she asked for another one
    met = models.DateTimeField(null=True)  # the code was typed
    proved = models.DateTimeField(null=True)  # with the right birth date
    declined = models.DateTimeField(null=True)  # no space, thank you; not why
    read = models.DateTimeField(null=True)  # her first document
    sealed = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["maker", "made"], name="access_invitation_maker"),
            models.Index(fields=["made"], name="access_invitation_made"),
        ]


class Guess(models.Model):
    """How many wrong codes came from one place, per minute: `subject` is a keyed digest of a network address."""

    pk = models.CompositePrimaryKey("subject", "minute")
    subject = models.UUIDField()
    minute = models.DateTimeField()
    count = models.IntegerField()


class Tally(models.Model):
    """How many refused a space, and why, month by month. Counts only: nothing leads back to anyone."""

    pk = models.CompositePrimaryKey("month", "reason")
    month = models.DateField()
    reason = models.TextField()
    count = models.IntegerField(default=0)


class Attendance(models.Model):
    """That somebody came this month: so that whoever comes ten times is one. Kept two months, under a pseudonym.

    did: consult (a professional looked into a record) | deposit (a professional) | feed (a structure, by its software).
    """

    pk = models.CompositePrimaryKey("month", "subject", "did")
    month = models.DateField()
    subject = models.UUIDField()
    did = models.TextField()

from __future__ import annotations

from django.db import models


class Organisation(models.Model):
    """A structure, as public directories list it. finess: 9 characters; directory_id: the directory's own identifier."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    kind = models.TextField()
    finess = models.TextField(null=True, unique=True)
    city = models.TextField(null=True)
    directory_id = models.TextField(null=True, unique=True)


class Professional(models.Model):
    """A professional, as public directories list her. rpps: 11 digits.

    `operates`: she also looks after this installation, and may sign in as its operator.
    """

    id = models.UUIDField(primary_key=True)
    rpps = models.TextField(unique=True)
    family = models.TextField()
    given = models.TextField()
    civility = models.TextField(null=True)
    operates = models.BooleanField(default=False)


class Activity(models.Model):
    """One activity of a professional, called a hat in the code: where and as what she works."""

    id = models.UUIDField(primary_key=True)
    professional = models.ForeignKey(Professional, models.CASCADE, related_name="activities")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    profession = models.TextField()
    specialty = models.TextField(null=True)
    mode = models.TextField(null=True)
    position = models.IntegerField()
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]

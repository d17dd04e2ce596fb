from __future__ import annotations

from django.db import models


class Patient(models.Model):
    """One person's space, by a random id that means nothing. Everything else about her hangs on it, sealed."""

    id = models.UUIDField(primary_key=True)
    created = models.DateTimeField()

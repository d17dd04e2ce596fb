from __future__ import annotations

from django.db import models


class Count(models.Model):
    """How often something happened in one structure in one month, and nothing else: no person, no professional, no day.

    structure: its pseudonym. what: `time/<n>` (a file was closed; n: its slot of usage.SLOTS), `left/<n>` (it was left
    without being closed), `gave/<answer>`.
    """

    pk = models.CompositePrimaryKey("structure", "month", "what")
    structure = models.UUIDField()
    month = models.DateField()
    what = models.TextField()
    count = models.IntegerField()

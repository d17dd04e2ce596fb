from __future__ import annotations

from django.db import models


class Tally(models.Model):
    """How often something happened in this installation in one month: no person, no professional, no structure, no day.

    what: `<indicator>/<key>`. backend: the database session that counted, so that nobody waits for another's row; each
    night everything is added up under 0 (`tallies.fold`).
    """

    pk = models.CompositePrimaryKey("month", "what", "backend")
    month = models.DateField()
    what = models.TextField()
    backend = models.IntegerField()
    count = models.BigIntegerField()

from __future__ import annotations

from django.db import models


class Merge(models.Model):
    """The log: on that day an operator said that `merged` is known as `kept`; perhaps later, that she is not.

    Nothing of either person is rewritten: the merge is this row and the redirects computed from such rows, so that
    undoing it gives back the very same bytes.
    """

    id = models.UUIDField(primary_key=True)
    merged = models.UUIDField()
    kept = models.UUIDField()
    at = models.DateTimeField()
    by = models.UUIDField()
    undone = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index("kept", name="people_merge_kept")]
        constraints = [
            models.UniqueConstraint("merged", condition=models.Q(undone=None), name="people_merge_once"),
            models.CheckConstraint(condition=~models.Q(merged=models.F("kept")), name="people_merge_two"),
        ]


class Redirect(models.Model):
    """Where a merged person is today, whatever the number of merges: computed from the live rows of Merge."""

    merged = models.UUIDField(primary_key=True)
    kept = models.UUIDField(db_index=True)

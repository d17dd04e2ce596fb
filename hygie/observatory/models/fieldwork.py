from __future__ import annotations

from django.db import models


class Fieldwork(models.Model):
    """A wave being asked. wanted: how many answers; the margins it fills by, as its file says them, are kept with it."""

    name = models.SlugField(max_length=40, unique=True)
    questionnaire = models.CharField(max_length=40)
    wanted = models.PositiveIntegerField()
    margins = models.JSONField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(closed_on=None), name="one_fieldwork_open_at_a_time"
            ),
        ]

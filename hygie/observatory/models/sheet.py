from __future__ import annotations

from uuid import uuid4

from django.db import models

from hygie.observatory.models.fieldwork import Fieldwork


class Sheet(models.Model):
    """Somebody's answers, and nothing of who: no account, no space, no address, no hour.

    id is random, so that the order of arrival is not kept; digest is that of a code which only the respondent has, and
    goes when the sheet is done.
    """

    OPEN, DONE = "open", "done"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    fieldwork = models.ForeignKey(Fieldwork, on_delete=models.CASCADE)
    digest = models.BinaryField(max_length=32, null=True, unique=True)
    state = models.CharField(max_length=4, default=OPEN)
    page = models.PositiveSmallIntegerField(default=0)
    answers = models.JSONField(default=dict)
    begun_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=("open", "done")), name="sheet_state"),
            models.CheckConstraint(
                condition=models.Q(state="open", digest__isnull=False) | models.Q(state="done", digest=None),
                name="sheet_done_forgets_its_code",
            ),
        ]

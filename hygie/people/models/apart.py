from __future__ import annotations

from django.db import models


class Apart(models.Model):
    """An account that a provider vouches for and that no space could be given to without a doubt.

    `near`: keyed digest of family name, first given name, birth date and sex, as the provider said them. `reference`:
    eight digits that she says to an operator; they open nothing. Gone once paired, or after ninety days.
    """

    account = models.OneToOneField("people.Account", models.CASCADE, primary_key=True, related_name="+")
    reference = models.CharField(max_length=8, unique=True)
    near = models.BinaryField(max_length=32)
    since = models.DateTimeField(db_index=True)

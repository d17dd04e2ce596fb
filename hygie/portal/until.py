"""« Jusqu’au »: the day on which what a person gives ends by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Until(forms.DateField):
    """A day to come, or none."""

    def __init__(self, **said: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=gettext_lazy("Jusqu’au"), required=False, widget=widget, **said)

    def clean(self, value: Any) -> date | None:
        until = super().clean(value)
        if until and until <= timezone.localdate():
            raise forms.ValidationError(_("Choisissez une date à venir."))
        return until

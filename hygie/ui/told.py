"""Telling people what just happened, once, with a way back.

A message waits in a signed cookie until the next page: no name, title or any health data in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.contrib import messages
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Undo:
    """A button that posts `fields` to `address` and puts things back."""

    label: str
    address: str
    fields: Mapping[str, str] = field(default_factory=dict)


def tell(request: HttpRequest, text: str, *, undo: Undo | None = None, wrong: bool = False) -> None:
    """Say it on the next page shown."""
    level = messages.ERROR if wrong else messages.SUCCESS
    messages.add_message(request, level, text, extra_tags=json.dumps(asdict(undo)) if undo else "")

"""News that travels upward: emitted in the transaction of what happened, ids only; `config/handlers.py` says who hears.

A handler does nothing but ask for a background job, or add to a count, in that same transaction: the job exists if, and
only if, the thing happened, and a handler that fails makes the thing fail, visibly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

Handlers = Mapping[str, tuple[Callable[..., Any], ...]]


def emit(event: str, **ids: UUID | str) -> None:
    """Tell whoever listens. KeyError for an event that the table does not name: nothing is emitted into the void."""
    table: Handlers = import_string(settings.HYGIE_HANDLERS)
    for handler in table[event]:
        handler(**ids)


def counted(on: date, counts: Mapping[str, int]) -> None:
    """Tell how many of what happened that day, and nothing of whom. `<indicator>/<key>` -> how many."""
    table: Handlers = import_string(settings.HYGIE_HANDLERS)
    for handler in table["counted"]:
        handler(on=on, counts=counts)

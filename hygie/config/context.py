"""What every page knows."""

from __future__ import annotations

from django.http import HttpRequest

from hygie.base import config


def mode(request: HttpRequest) -> dict[str, bool]:
    """`demo`: every page of a demonstration says that its people are invented."""
    return {"demo": config.mode() == "demo"}

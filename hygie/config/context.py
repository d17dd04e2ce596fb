"""What every page knows."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from hygie.base import config


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Whom people may call, as the operator of this installation says it; `hours` may be empty."""

    number: str
    hours: str

    @property
    def dialled(self) -> str:
        return "".join(sign for sign in self.number if sign in "+0123456789")


def mode(request: HttpRequest) -> dict[str, bool]:
    """`demo`: every page of a demonstration says that its people are invented."""
    return {"demo": config.mode() == "demo"}


def help_line(request: HttpRequest) -> dict[str, object]:
    """`help_line`: None where the operator gave no number, and then no page speaks of calling. `help_place`: where people
    are received, as the operator wrote it; may be empty."""
    number = config.get("HYGIE_HELP_LINE").strip()
    return {
        "help_line": HelpLine(number, config.get("HYGIE_HELP_HOURS").strip()) if number else None,
        "help_place": config.get("HYGIE_HELP_PLACE").strip(),
    }

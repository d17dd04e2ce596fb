"""What the demonstration remembers in the data folder: its day, how far it went, and the keys of its software meanwhile.

HYGIE_DATA/demo/demo.json   0600; the private keys leave it as soon as everything is loaded
HYGIE_DATA/demo/cast.json   whom one may sign in as, for the sign-in page
HYGIE_DATA/demo/offers.json what one may try, for the same page: an invitation, its code in clear
HYGIE_DATA/demo/cabinet.json  0600; the practice's software, with its key, for as long as the demonstration lives
HYGIE_DATA/demo/notebook.json  « Mon carnet »: its port and its number; nothing secret
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hygie.base import config
from hygie.ops.demo.days import PARIS, Calendar

WHOLE = "whole"


@dataclass(slots=True)
class State:
    """today: the day from which everything is dated; issuer: the provider that paired the accounts; done: the steps
    that need not be done again."""

    today: str
    issuer: str = ""
    done: list[str] = field(default_factory=list)
    software: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def calendar(self) -> Calendar:
        return Calendar(datetime.fromisoformat(self.today).date())

    @property
    def whole(self) -> bool:
        return WHOLE in self.done

    def finish(self, step: str) -> None:
        if step not in self.done:
            self.done.append(step)
        if step == WHOLE:
            self.software = {}
        self.keep()

    def keep(self) -> None:
        """Whole or not at all, whenever we are killed."""
        _write("demo.json", asdict(self))


def read() -> State:
    """The state of this data folder; begun, dated today, where there is none."""
    try:
        return State(**json.loads((_folder() / "demo.json").read_text()))
    except FileNotFoundError:
        state = State(datetime.now(PARIS).date().isoformat())
        state.keep()
        return state


def show_offers(offers: dict[str, dict[str, str]]) -> None:
    _write("offers.json", offers)


def offers() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((_folder() / "offers.json").read_text())
    return found


def show_cast(cast: dict[str, list[dict[str, str]]]) -> None:
    _write("cast.json", cast)


def cabinet() -> dict[str, Any]:
    """What the practice's software was told last; empty before its first start."""
    try:
        told: dict[str, Any] = json.loads((_folder() / "cabinet.json").read_text())
    except FileNotFoundError:
        return {}
    return told


def tell_cabinet(told: dict[str, Any]) -> Path:
    _write("cabinet.json", told)
    return _folder() / "cabinet.json"


def notebook() -> dict[str, Any]:
    """What « Mon carnet » was told last; empty before its first start."""
    try:
        told: dict[str, Any] = json.loads((_folder() / "notebook.json").read_text())
    except FileNotFoundError:
        return {}
    return told


def tell_notebook(told: dict[str, Any]) -> Path:
    _write("notebook.json", told)
    return _folder() / "notebook.json"


def _folder() -> Path:
    return Path(config.get("HYGIE_DATA")).resolve() / "demo"


def _write(name: str, values: dict[str, Any]) -> None:
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{name}.new"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(values, out, ensure_ascii=False)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(folder / name)

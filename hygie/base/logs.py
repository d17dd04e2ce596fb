"""Logs: one JSON object a line, and only the fields of a closed list.

    event("deposit-refused", rule="unknown-client", request_id=request_id, status=403)

Nothing a person wrote, is or has may enter: no identity, title, INS, query string, path, header, or text of an
exception. A field that is not in the list, or whose value does not look like an identifier or a number, is
dropped. What libraries log goes through the same formatter: of their messages only the place in the code is
kept, of an exception its class, our code, and the places it went through.
"""

from __future__ import annotations

import logging
import logging.config
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import Any

import orjson

from hygie.base.errors import HygieError

# Words: ids from our own source (rules, routes, codes, names of events), never text from outside.
WORDS = frozenset({"code", "rule", "route", "method", "request_id", "job", "queue", "version", "step"})
NUMBERS = frozenset({"status", "duration_ms", "count", "done", "failed", "waiting", "attempt", "pid", "port", "size"})

_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}")
_MATRICULE = re.compile(r"[0-9]{13}")  # an INS is 13 digits and a key of 2; no rule, route or count looks like it
_FIELDS = "hygie_fields"
_logger = logging.getLogger("hygie")


def event(name: str, *, level: int = logging.INFO, error: BaseException | None = None, **fields: object) -> None:
    """Write one event. Fields outside WORDS and NUMBERS are dropped; `error` leaves its class, code and places."""
    _logger.log(level, name, extra={_FIELDS: fields}, exc_info=error, stacklevel=2)


class AllowListFormatter(logging.Formatter):
    """A record as one line of JSON: at, level, event, then what the list allows."""

    def format(self, record: logging.LogRecord) -> str:
        ours = getattr(record, _FIELDS, None)
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            # A library's message is not a constant of ours: its logger's name stands for it.
            "event": record.msg if ours is not None else record.name,
        }
        if ours is None:
            line["where"] = _place(record.pathname, record.lineno)
        else:
            line |= allowed(ours)
        if record.exc_info and record.exc_info[1] is not None:
            line |= _fault(record.exc_info[1], record.exc_info[2])
        return orjson.dumps(line).decode()


def allowed(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that may be written."""
    kept: dict[str, object] = {}
    for name, value in fields.items():
        if (name in NUMBERS and _is_number(value)) or (name in WORDS and _is_word(name, value)):
            kept[name] = value
    return kept


def dictionary(level: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`: everything to standard error, through the allow-list, nothing beside it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"allow-list": {"()": AllowListFormatter}},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "allow-list"}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            name: {"handlers": [], "level": floor, "propagate": True}
            for name, floor in {
                "hygie": level,
                "django": "WARNING",
                "django.server": "WARNING",
                "django.request": "ERROR",  # a 404 is already a line of ours
                "procrastinate": "WARNING",
                "_granian": "WARNING",
                "granian.access": "ERROR",
            }.items()
        },
    }


def install(level: str) -> None:
    """Configure this process: its loggers, and what it says of an error that nobody caught."""
    logging.config.dictConfig(dictionary(level))

    def uncaught(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        event("uncaught", level=logging.CRITICAL, error=error)

    def uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
        event("uncaught", level=logging.CRITICAL, error=arguments.exc_value)

    sys.excepthook, threading.excepthook = uncaught, uncaught_in_thread


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < 10**12


def _is_word(name: str, value: object) -> bool:
    if not isinstance(value, str) or _WORD.fullmatch(value) is None:
        return False
    return name == "request_id" or _MATRICULE.search(value) is None  # a random id may hold many digits


def _fault(error: BaseException, trace: TracebackType | None) -> dict[str, Any]:
    frames = traceback.extract_tb(trace)
    places = [_place(frame.filename, frame.lineno) for frame in frames]
    ours = [place for place in places if place.startswith("hygie/")]
    found: dict[str, Any] = {"error": type(error).__name__, "through": list(dict.fromkeys(ours[-5:] + places[-1:]))}
    if isinstance(error, HygieError):
        found |= allowed({"code": error.code})
    return found


def _place(path: str, line: int | None) -> str:
    """`hygie/record/actions.py:12`, or the last two names of a library's path."""
    parts = PurePath(path).parts
    if "site-packages" not in parts and "hygie" in parts:
        start = len(parts) - 1 - parts[::-1].index("hygie")
        return f"{'/'.join(parts[start:])}:{line}"
    return f"{'/'.join(parts[-2:])}:{line}"

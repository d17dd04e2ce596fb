"""The criteria of a search: values read from the text of a parameter, and how each fits what a resource says.

A closed list, shared by every search here. Sources: HL7 FHIR R4 search (date prefixes, tokens, escaping), PDSm 3.1.1.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from hygie.formats.accents import without_accents
from hygie.formats.fhir import instants
from hygie.formats.fhir.faults import invalid

Resource = dict[str, Any]
Span = tuple[datetime, datetime]
MAX_COUNT: Final = 100
MAX_PARAMETERS: Final = 50
MAX_CHOICES: Final = 50
CONTROLS: Final = frozenset({"_count", "_format", "page"})
_PREFIXES: Final = frozenset({"eq", "lt", "gt", "le", "ge", "sa", "eb"})
_FHIR_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)
_DAWN, _DUSK = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Token:
    """`system|code`: None means any system, "" means no system at all."""

    code: str
    system: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A date to compare with: a prefix and the interval the text means, end excluded."""

    prefix: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Test:
    """One parameter: what it looks at, and the values of which one must fit."""

    name: str
    values: tuple[Token | Moment | str, ...]


def read(
    parameters: Iterable[tuple[str, str]], known: Mapping[str, str], *, once: Collection[str]
) -> tuple[list[Test], dict[str, str]]:
    """The tests that these parameters ask, and the text of those that may be said `once` (the controls too).

    known: name -> kind (token, date, string, reference). Total: or Invalid, with the parameter's name in `at`. An unknown
    parameter is always refused: ignoring one would answer another question.
    """
    tests: list[Test] = []
    single: dict[str, str] = {}
    for number, (name, value) in enumerate(parameters):
        if number >= MAX_PARAMETERS:
            raise invalid(name[:64], "Cette recherche a trop de critères.", code="search-too-many")
        if name not in known and name not in CONTROLS:
            raise invalid(
                name[:64], "Ce critère de recherche n'existe pas ici. La liste est dans /fhir/metadata.",
                code="search-unknown-parameter",
            )  # fmt: skip
        if not value.strip() or "\0" in value:
            raise invalid(name, "Ce critère de recherche est vide.", code="search-empty")
        if name in once or name in CONTROLS:
            if name in single:
                raise invalid(name, "Ce critère ne se donne qu'une fois.", code="search-repeated")
            single[name] = value
        else:
            tests.append(_test(name, known[name], value))
    return tests, single


def _test(name: str, kind: str, text: str) -> Test:
    parts = _split(text)
    if len(parts) > MAX_CHOICES:
        raise invalid(name, "Ce critère a trop de valeurs.", code="search-too-many")
    if any(not part.strip() for part in parts):
        raise invalid(name, "Une valeur de ce critère est vide.", code="search-empty")
    if kind == "date":
        return Test(name, tuple(_moment(name, part) for part in parts))
    if kind == "string":
        return Test(name, tuple(plain(part) for part in parts))
    if kind == "reference":
        return Test(name, tuple(part.removeprefix("DocumentReference/") for part in parts))
    if name == "isArchived" and not set(parts) <= {"true", "false"}:
        raise invalid(name, "Ce critère vaut true ou false.", code="search-value")
    return Test(name, tuple(_token(part) for part in parts))


def _split(text: str) -> list[str]:
    """Values separated by commas; `\\,` `\\|` `\\$` and `\\\\` are characters like others."""
    parts, escaped = [""], False
    for letter in text:
        if escaped:
            parts[-1] += letter if letter in "\\,|$" else "\\" + letter
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == ",":
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _token(text: str) -> Token:
    system, bar, code = text.partition("|")
    return Token(code, system) if bar else Token(text)


def _moment(name: str, text: str) -> Moment:
    prefix = text[:2] if text[:2].isalpha() else "eq"
    date = text[2:] if text[:2].isalpha() else text
    if prefix not in _PREFIXES:
        raise invalid(name, "Ce préfixe de date n'est pas accepté (eq, lt, gt, le, ge, sa, eb).", code="search-value")
    try:
        start, end = instants.interval(date)
    except ValueError:
        raise invalid(name, "Cette date n'est pas lisible : écrivez 2026-03-02.", code="search-value") from None
    return Moment(prefix, start, end)


def patient(text: str) -> str:
    """The id of the person that a reference names."""
    reference = text.removeprefix("Patient/")
    if not _FHIR_ID.fullmatch(reference):
        raise invalid("patient", "Cette référence n'est pas lisible.", code="search-value")
    return reference


def count(text: str | None, *, unsaid: int) -> int:
    """How many answers a page holds, from 1 to MAX_COUNT."""
    if text is None:
        return unsaid
    if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII):
        raise invalid("_count", "_count est un nombre.", code="search-value")
    return max(1, min(int(text), MAX_COUNT))


# How they fit.


def codes(test: Test, found: Iterable[tuple[str, str | None]]) -> bool:
    """Whether one of these (code, system) is among the tokens asked for."""
    carried = list(found)
    return any(
        value.code in ("", code) and (value.system is None or value.system == (system or ""))
        for value in test.values
        if isinstance(value, Token)
        for code, system in carried
    )


def dates(test: Test, found: Iterable[Span]) -> bool:
    """Whether one of these spans is as one of the dates asked for."""
    carried = list(found)
    return any(_fits(value, one) for value in test.values if isinstance(value, Moment) for one in carried)


def _fits(asked: Moment, span: Span) -> bool:
    """Whether a span, end excluded, is as the prefix asks."""
    start, end = span
    inside = asked.start <= start and end <= asked.end
    match asked.prefix:
        case "eq":
            return inside
        case "lt":
            return start < asked.start
        case "gt":
            return end > asked.end
        case "le":
            return inside or start < asked.start
        case "ge":
            return inside or end > asked.end
        case "sa":
            return start >= asked.end
        case _:
            return end <= asked.start


def span(text: Any) -> Iterator[Span]:
    """The span that a FHIR date or instant means; nothing for what is none."""
    if isinstance(text, str):
        try:
            yield instants.interval(text)
        except ValueError:
            return


def period(said: Resource) -> Iterator[Span]:
    """The span of a FHIR Period, open where an end is not said; nothing for an empty one."""
    start, end = list(span(said.get("start"))), list(span(said.get("end")))
    if start or end:
        yield (start[0][0] if start else _DAWN, end[0][1] if end else _DUSK)


def codings(*concepts: Any) -> Iterator[tuple[str, str | None]]:
    """(code, system) of each coding of these CodeableConcepts."""
    for concept in concepts:
        for coding in (concept or {}).get("coding") or ():
            if isinstance(coding.get("code"), str):
                yield coding["code"], coding.get("system")


def plain(text: str) -> str:
    """Without accents or case, as FHIR asks of a string search."""
    return without_accents(text.strip()).casefold()

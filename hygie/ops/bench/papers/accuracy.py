"""How many results of the labelled samples are read right, family by family. What `hygie bench read` prints."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from hygie.formats import extraction
from hygie.formats.entries import Certainty, Entry
from hygie.formats.paper import recognition
from hygie.formats.paper.resources import RECALLED
from hygie.ops.bench.papers.layouts import LAYOUTS
from hygie.ops.bench.papers.messages import MESSAGES
from hygie.ops.bench.papers.scans import SPOILT, scanned
from hygie.ops.bench.papers.sheet import Paper, Truth
from hygie.ops.bench.papers.unseen import FRESH, UNSEEN

Layouts = Mapping[str, Callable[[int], Paper]]
GOALS: Final = {"structured": 1.0, "text": 0.98, "scans": 0.95}


@dataclass(slots=True)
class Score:
    """rows: results that the samples hold; right: those whose value, comparator, unit, interval, day and code are right.

    wrong: what was wrong, counted by kind, « missing » included; certain: entries said to be certain; falsely: those of
    them with anything wrong (the goal is none); invented: entries that answer to no row; earlier: values of earlier
    reports, and how many were right; pages and seconds.
    """

    rows: int = 0
    right: int = 0
    certain: int = 0
    falsely: int = 0
    invented: int = 0
    earlier: int = 0
    earlier_right: int = 0
    pages: int = 0
    seconds: float = 0.0
    wrong: dict[str, int] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.right / self.rows if self.rows else 0.0

    def add(self, other: Score) -> None:
        for name in ("rows", "right", "certain", "falsely", "invented", "earlier", "earlier_right", "pages", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for kind, count in other.wrong.items():
            self.wrong[kind] = self.wrong.get(kind, 0) + count
        self.misses += other.misses


def score(paper: Paper, data: bytes | None = None) -> Score:
    """Read a sample, or its scan, and compare with what it says."""
    began = time.perf_counter()
    found = extraction.extract(data or paper.data)
    made = Score(rows=len(paper.truths), pages=paper.pages, seconds=time.perf_counter() - began)
    observations = [entry for entry in found.entries if entry.kind == "Observation"]
    recalled = [entry for entry in observations if _recalled(entry)]
    today = [entry for entry in observations if not _recalled(entry)]
    for truth in paper.truths:
        entry = next((each for each in today if _code(each.resource) == truth.loinc), None)
        if entry is None:
            _count(made, "missing", f"{paper.name}: {truth.loinc} {truth.value} missing")
        else:
            today.remove(entry)
            faults = compare(truth, entry.resource)
            made.right += not faults
            certain = entry.certainty is Certainty.CHECKED
            made.certain += certain
            made.falsely += certain and bool(faults)
            for fault in faults:
                _count(
                    made, fault, f"{paper.name}: {fault} of {truth.loinc} {truth.value}, read from « {entry.words} »"
                )
        for day, value in truth.previous:
            made.earlier += 1
            made.earlier_right += any(
                _code(each.resource) == truth.loinc and each.resource.get("effectiveDateTime") == day.isoformat()
                and _same(each.resource.get("valueQuantity", {}).get("value"), value)
                for each in recalled
            )  # fmt: skip
    made.invented = sum(1 for entry in today if not entry.resource["code"].get("text", "").endswith("(%)"))
    return made


def compare(truth: Truth, resource: dict[str, Any]) -> list[str]:
    """What is wrong in an Observation: value, comparator, unit, interval, day. [] when nothing is."""
    faults = []
    amount = resource.get("valueQuantity")
    if truth.unit:
        if amount is None:
            return ["value"]
        bounds = (resource.get("referenceRange") or [{}])[0]
        unit = amount.get("code", "")
        checks = {
            "value": _same(amount["value"], truth.value),
            "comparator": amount.get("comparator", "") == truth.comparator,
            "unit": unit == truth.unit or (truth.unit == "{INR}" and unit in ("", "1")),
            "interval": all(_same(bounds.get(end, {}).get("value"), getattr(truth, end)) for end in ("low", "high")),
        }
        faults += [name for name, good in checks.items() if not good]
    else:
        words = resource.get("valueString") or (resource.get("valueCodeableConcept") or {}).get("text")
        if words != truth.value:
            faults.append("words")
    if str(resource.get("effectiveDateTime", ""))[:10] != truth.day.isoformat():
        faults.append("day")
    return faults


def structured(count: int = 6) -> dict[str, Score]:
    """Every structured format whose samples we write."""
    return {name: _all(draw(seed) for seed in range(1, count + 1)) for name, draw in MESSAGES.items()}


def texts(layouts: Layouts = LAYOUTS, count: int = 6, first: int = 1) -> dict[str, Score]:
    """Documents with a text layer, one score for each layout."""
    return {name: _all(draw(seed) for seed in range(first, first + count)) for name, draw in layouts.items()}


def scans(layouts: Layouts = LAYOUTS, ways: Iterable[str] = SPOILT, first: int = 10) -> dict[str, Score]:
    """Each layout spoilt in each way; {} where the machine has no Tesseract. One score for each way."""
    if not recognition.available():
        return {}
    told: dict[str, Score] = {}
    for at, how in enumerate(ways):
        told[how] = Score()
        for draw in layouts.values():
            paper = draw(first + at)
            if paper.data.startswith(b"%PDF-"):
                told[how].add(score(paper, scanned(paper, how)))
    return told


FAMILIES: Final[Mapping[str, Callable[[], dict[str, Score]]]] = {
    "structured": structured,
    "text": texts,
    "text, layouts drawn afterwards": lambda: texts(UNSEEN, 6),
    "text, layouts drawn last": lambda: texts(FRESH, 6),
    "scans": scans,
    "scans, layouts drawn afterwards": lambda: scans(UNSEEN, first=40),
    "scans, layouts drawn last": lambda: scans(FRESH, first=60),
}


def _all(papers: Iterable[Paper]) -> Score:
    total = Score()
    for paper in papers:
        total.add(score(paper))
    return total


def _count(made: Score, kind: str, words: str) -> None:
    made.wrong[kind] = made.wrong.get(kind, 0) + 1
    made.misses.append(words)


def _recalled(entry: Entry) -> bool:
    return any(each.get("url") == RECALLED for each in entry.resource.get("extension", ()))


def _code(resource: dict[str, Any]) -> str:
    return next((str(each.get("code", "")) for each in resource["code"].get("coding", ())), "")


def _same(found: object, printed: str | None) -> bool:
    if found is None or printed is None:
        return found is None and printed is None
    return Decimal(str(found)) == Decimal(printed)

"""Changing a document entry: status, securityLabel and isArchived, and nothing else (PDSm, flux 03).

Two forms: JSON Patch (RFC 6902) and FHIRPath Patch (a Parameters resource). securityLabel mixes a level and
visibilities in one list: an operation at an index is read as "add this" or "take that away", so that hiding a
document never destroys its level, nor another visibility (an open question of the French guides).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson
from jsonpointer import JsonPointer, JsonPointerException

from hygie.base.errors import Unsupported
from hygie.formats.fhir import systems
from hygie.formats.fhir.document_reference import labels
from hygie.formats.fhir.faults import invalid, unsupported

Resource = dict[str, Any]
MAX_OPERATIONS = 50
_LABEL = re.compile(r"/securityLabel/(\d{1,3}|-)(?:/coding/0(?:/code)?)?", re.ASCII)
_EXTENSION = re.compile(r"/extension/(\d{1,3}|-)(/valueBoolean)?", re.ASCII)
_ARCHIVE_URLS = frozenset({systems.IS_ARCHIVED, systems.IS_ARCHIVED_OLD})
_WHERE = re.compile(r"DocumentReference\.extension\.where\(url\s*=\s*'([^']{1,200})'\)(?:\.value(?:Boolean)?)?")


@dataclass(frozen=True, slots=True)
class Change:
    """What a patch asks. Empty means nothing changes. `withdraw`: take the document back (a logical deletion)."""

    withdraw: bool = False
    archived: bool | None = None
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()


class _Draft:
    """The entry as it becomes, operation after operation."""

    def __init__(self, shown: Resource) -> None:
        self.shown = shown
        self.labels = [_code(item) for item in shown.get("securityLabel") or ()]
        self.before = frozenset(self.labels)
        self.after = set(self.labels)
        self.status = shown.get("status")
        self.archived: bool | None = None
        self.deleted = False

    def put_label(self, index: str | None, code: str) -> None:
        """Add a visibility; or, with a level, lift the visibility that stood there. A level only ever rises."""
        if code not in systems.LEVELS:
            self.after.add(code)
            return
        if index not in (None, "-"):
            self.drop_label(int(index or 0))
        now = max((systems.LEVELS.index(c) for c in self.after if c in systems.LEVELS), default=0)
        self.after -= set(systems.LEVELS)
        self.after.add(systems.LEVELS[max(now, systems.LEVELS.index(code))])

    def drop_label(self, index: int) -> None:
        if index < len(self.labels) and self.labels[index] not in systems.LEVELS:
            self.after.discard(self.labels[index])

    def set_labels(self, codes: frozenset[str]) -> None:
        level = max((systems.LEVELS.index(c) for c in (codes | self.before) if c in systems.LEVELS), default=0)
        self.after = {code for code in codes if code not in systems.LEVELS} | {systems.LEVELS[level]}

    def set_flag(self, url: str, value: Any, at: str) -> None:
        if not isinstance(value, bool):
            raise invalid(at, "Cette extension vaut true ou false.")
        if url in _ARCHIVE_URLS:
            self.archived = value
        elif url == systems.IS_DELETED:
            if not value:
                raise unsupported(at, "Une suppression ne s'annule pas ainsi.")
            self.deleted = True
        else:
            raise _field(at)

    def change(self) -> Change:
        before = self.shown.get("status")
        withdraw = self.deleted or (self.status == "entered-in-error" != before)
        if self.status != before and not withdraw:
            raise unsupported(
                "DocumentReference.status",
                "Ce changement de statut ne se fait pas seul : pour remplacer, déposez la nouvelle version avec relatesTo ;"
                " pour retirer, utilisez « entered-in-error ».",
            )
        after = frozenset(self.after)
        return Change(withdraw, self.archived, add=after - self.before, remove=self.before - after)


def json_patch(raw: bytes, shown: Resource) -> Change:
    """The change that a JSON Patch asks of the entry as `shown`.

    Raises Invalid (not a JSON Patch), Unsupported with code "patch-field" for any other field (405) and
    "patch-test" when a `test` operation does not hold (422).
    """
    try:
        operations = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise invalid("$this", "Ce message n'est pas du JSON lisible.", code="fhir-structure") from None
    if not isinstance(operations, list) or not 0 < len(operations) <= MAX_OPERATIONS:
        raise invalid("$this", "Un JSON Patch est une liste d'opérations.", code="fhir-structure")
    draft = _Draft(shown)
    for number, operation in enumerate(operations):
        _apply(draft, operation, f"$this[{number}]")
    return draft.change()


def _apply(draft: _Draft, operation: Any, at: str) -> None:
    if not isinstance(operation, dict) or not isinstance(path := operation.get("path"), str):
        raise invalid(at, "Une opération porte op et path.", code="fhir-structure")
    op, value = operation.get("op"), operation.get("value")
    if op in ("add", "replace", "test") and "value" not in operation:
        raise invalid(at, "Cette opération porte une valeur.", code="fhir-structure")
    if op == "test":
        _tested(draft.shown, path, value, at)
    elif op in ("add", "replace") and path == "/status":
        draft.status = _status(value, at)
    elif op in ("add", "replace") and path == "/securityLabel":
        items = value if isinstance(value, list) else [value]
        draft.set_labels(frozenset(_label(item, at) for item in items))
    elif op in ("add", "replace") and (match := _LABEL.fullmatch(path)):
        draft.put_label(match[1] if op == "replace" else "-", _label(value, at))
    elif op == "remove" and (match := _LABEL.fullmatch(path)) and match[1] != "-":
        draft.drop_label(int(match[1]))
    elif op in ("add", "replace") and (match := _EXTENSION.fullmatch(path)):
        _flag(draft, match[1], bool(match[2]), value, at)
    elif op in ("add", "replace", "remove", "move", "copy"):
        raise _field(at)
    else:
        raise invalid(f"{at}.op", "Cette opération n'existe pas dans JSON Patch.", code="fhir-structure")


def _flag(draft: _Draft, index: str, of_value: bool, value: Any, at: str) -> None:
    shown = draft.shown.get("extension") or []
    if of_value:
        url = shown[int(index)].get("url") if index != "-" and int(index) < len(shown) else None
        draft.set_flag(str(url), value, at)
    elif isinstance(value, dict) and isinstance(value.get("url"), str):
        draft.set_flag(value["url"], value.get("valueBoolean"), at)
    else:
        raise _field(at)


def _tested(shown: Resource, path: str, value: Any, at: str) -> None:
    try:
        found = JsonPointer(path).resolve(shown)
    except (JsonPointerException, TypeError, ValueError):
        found = None
    if found != value:
        raise unsupported(at, "La fiche n'a pas la valeur attendue : rien n'a été changé.", code="patch-test")


def fhirpath_patch(parameters: Resource, shown: Resource) -> Change:
    """The change that a FHIRPath Patch (a validated Parameters resource) asks. Same refusals as `json_patch`."""
    draft = _Draft(shown)
    operations = parameters.get("parameter") or []
    if not operations or len(operations) > MAX_OPERATIONS:
        raise invalid("Parameters.parameter", "Un FHIRPath Patch porte des opérations.")
    for number, operation in enumerate(operations):
        at = f"Parameters.parameter[{number}]"
        said = {str(part.get("name")): _value(part) for part in operation.get("part") or ()}
        path, kind = said.get("path"), said.get("type")
        if operation.get("name") != "operation" or not isinstance(path, str):
            raise invalid(at, "Une opération porte type, path et value.")
        if kind == "replace" and path == "DocumentReference.status":
            draft.status = _status(said.get("value"), at)
        elif kind == "replace" and (match := _WHERE.fullmatch(path)):
            draft.set_flag(match[1], said.get("value"), at)
        else:
            raise _field(at)
    return draft.change()


def _value(part: Resource) -> Any:
    return next((value for key, value in part.items() if key.startswith("value")), None)


def _code(item: Any) -> str:
    return next(iter(labels([(item, "securityLabel")]) - {"N"}), "N")


def _status(value: Any, at: str) -> str:
    if value not in ("current", "superseded", "entered-in-error"):
        raise invalid(at, "Ce statut n'existe pas.")
    return str(value)


def _label(value: Any, at: str) -> str:
    """A code, a Coding or a CodeableConcept: official examples use all three."""
    if isinstance(value, str):
        value = {"coding": [{"code": value}]}
    elif isinstance(value, dict) and "code" in value:
        value = {"coding": [value]}
    coding = value.get("coding") if isinstance(value, dict) else None
    if not isinstance(coding, list) or not coding or not isinstance(coding[0], dict):
        raise invalid(at, "Un code de confidentialité est attendu.")
    return _code_of(str(coding[0].get("code")), at)


def _code_of(code: str, at: str) -> str:
    found = labels([({"coding": [{"code": code}]}, at)])
    return next(iter(found - {"N"}), "N")


def _field(at: str) -> Unsupported:
    return unsupported(at, "Seuls status, securityLabel et isArchived se modifient.", code="patch-field")

"""Base FHIR R4 validation of a message, behind one function so that the library can be replaced.

A message is read once. Long `data` values (the documents themselves, in base64) are taken out of the bytes
before parsing and decoded straight from them: parsing and validation then see about 2 kB instead of 60.

Source of the required bindings: HL7 FHIR R4 4.0.1 (resource definitions).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import fhirkit
import orjson
import pybase64

from hygie.formats.fhir.faults import invalid

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 200  # what we write back (orjson) stops at 254
MAX_SKELETON = 4 * 1024 * 1024  # a message without its documents
LONG = 1024  # characters: shorter data stays where it is
_KEY = b'"data"'
# Stands for a long value while the rest is parsed: valid base64, and nobody can guess it and put it in a message.
_MARK = pybase64.b64encode(os.urandom(15))

RESOURCES = frozenset(
    [
        "Binary",
        "Bundle",
        "Device",
        "DocumentReference",
        "List",
        "Organization",
        "Parameters",
        "Patient",
        "Practitioner",
        "PractitionerRole",
        "RelatedPerson",
        "OperationOutcome",
    ]
)

_NAME_USE = frozenset(["usual", "official", "temp", "nickname", "anonymous", "old", "maiden"])
_IDENTIFIER_USE = frozenset(["usual", "official", "temp", "secondary", "old"])
_GENDER = frozenset(["male", "female", "other", "unknown"])
_NARRATIVE = frozenset(["generated", "extensions", "additional", "empty"])
_Paths = dict[tuple[str, ...], frozenset[str]]
_NAMED: _Paths = {("name", "use"): _NAME_USE, ("identifier", "use"): _IDENTIFIER_USE, ("text", "status"): _NARRATIVE}

# (path) -> codes, per resource. Only what Hygie reads; checked on every message.
BINDINGS: dict[str, _Paths] = {
    "DocumentReference": {
        ("status",): frozenset({"current", "superseded", "entered-in-error"}),
        ("docStatus",): frozenset({"preliminary", "final", "amended", "entered-in-error"}),
        ("relatesTo", "code"): frozenset({"replaces", "transforms", "signs", "appends"}),
        ("masterIdentifier", "use"): _IDENTIFIER_USE,
        ("identifier", "use"): _IDENTIFIER_USE,
        ("text", "status"): _NARRATIVE,
    },
    "List": {
        ("status",): frozenset({"current", "retired", "entered-in-error"}),
        ("mode",): frozenset({"working", "snapshot", "changes"}),
        ("identifier", "use"): _IDENTIFIER_USE,
        ("text", "status"): _NARRATIVE,
    },
    "Bundle": {
        ("type",): frozenset(
            [
                "document",
                "message",
                "transaction",
                "transaction-response",
                "batch",
                "batch-response",
                "history",
                "searchset",
                "collection",
            ]
        ),
        ("entry", "request", "method"): frozenset(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"]),
        ("entry", "search", "mode"): frozenset({"match", "include", "outcome"}),
    },
    "Patient": {("gender",): _GENDER, **_NAMED},
    "Practitioner": {("gender",): _GENDER, **_NAMED},
    "RelatedPerson": {("gender",): _GENDER, **_NAMED},
    "PractitionerRole": {("identifier", "use"): _IDENTIFIER_USE, ("text", "status"): _NARRATIVE},
    "Organization": {("identifier", "use"): _IDENTIFIER_USE, ("text", "status"): _NARRATIVE},
    "Device": {
        ("status",): frozenset({"active", "inactive", "entered-in-error", "unknown"}),
        ("identifier", "use"): _IDENTIFIER_USE,
    },
}


@dataclass(frozen=True, slots=True)
class Message:
    """A validated resource, and the documents that were taken out of it."""

    resource: dict[str, Any]
    data: dict[str, memoryview] = field(repr=False)

    def decode(self, value: str, at: str) -> bytes:
        """The bytes that a `data` value stands for; Invalid when it is not strict base64."""
        held = self.data.get(value)
        try:
            return pybase64.b64decode(value if held is None else held, validate=True)
        except ValueError:  # FHIR allows spaces between groups; rare, so tried second
            try:
                return pybase64.b64decode("".join(self.restore(value).split()), validate=True)
            except ValueError:
                raise invalid(at, "Ce contenu n'est pas du base64 valide.") from None

    def restore(self, value: str) -> str:
        """The `data` value as it was received."""
        held = self.data.get(value)
        return value if held is None else str(held, "ascii", "replace")


def validate(raw: bytes, *, kinds: frozenset[str] = RESOURCES) -> dict[str, Any]:
    """The resource in `raw`, whole. Raises Invalid with the place of the first fault (FHIRPath) in `at`."""
    message = read(raw, kinds=kinds)
    for holder in _holders(message.resource):
        holder["data"] = message.restore(holder["data"])
    return message.resource


def read(raw: bytes, *, limit: int = MAX_BYTES, kinds: frozenset[str] = RESOURCES) -> Message:
    """Parse and validate one resource, documents apart. kinds: the types of resource that the caller speaks.

    Refused with Invalid: more than `limit` bytes ("fhir-too-large"), nested deeper than MAX_DEPTH, not JSON, a key
    twice in one object, an unknown element, a wrong type, a required element missing, a code outside a required
    binding, a resource type that Hygie does not speak.
    """
    if len(raw) > limit:
        raise invalid("$this", "Ce message est trop grand.", code="fhir-too-large")
    skeleton, data = _lift(raw)
    if len(skeleton) > MAX_SKELETON:
        raise invalid("$this", "Ce message est trop grand.", code="fhir-too-large")
    try:
        resource = orjson.loads(skeleton)
    except orjson.JSONDecodeError as fault:
        raise invalid(
            "$this",
            f"Ce message n'est pas du JSON lisible (ligne {fault.lineno}, colonne {fault.colno}).",
            code="fhir-structure",
        ) from None
    if not isinstance(resource, dict) or not isinstance(kind := resource.get("resourceType"), str):
        raise invalid("$this", "Il manque le type de la ressource (resourceType).", code="fhir-structure")
    if kind not in kinds:
        raise invalid("resourceType", "Ce type de ressource n'est pas accepté ici.", code="fhir-structure")
    if skeleton.count(b"{") + skeleton.count(b"[") > MAX_DEPTH and _too_deep(resource):
        raise invalid("$this", f"Ce message est imbriqué sur plus de {MAX_DEPTH} niveaux.", code="fhir-structure")
    check_base(skeleton)
    for inner, at in _resources(resource, kind):
        _bindings(inner, at)
    return Message(resource, data)


def _lift(raw: bytes) -> tuple[bytes, dict[str, memoryview]]:
    """The message with each long `"data": "…"` replaced by a mark, and what the marks stand for.

    Exact on any JSON: inside a string a quote is escaped, so an unescaped `"data"` followed by a colon is a key
    and what follows is its value. A value with a backslash or a control character is left alone.
    """
    at = raw.find(_KEY)
    if at < 0 or len(raw) < LONG:
        return raw, {}
    view, done = memoryview(raw), 0
    parts: list[bytes] = []
    data: dict[str, memoryview] = {}
    while at >= 0:
        start = at + len(_KEY)
        if raw[at - 1 : at] == b"\\" or (begin := _value(raw, start)) < 0:
            at = raw.find(_KEY, start)
            continue
        end = raw.find(b'"', begin)
        if end - begin >= LONG and raw.find(b"\\", begin, end) < 0:
            mark = _MARK + pybase64.b64encode(len(data).to_bytes(3, "big"))
            parts += [raw[done:begin], mark]
            data[mark.decode()] = view[begin:end]
            done = end
        at = raw.find(_KEY, max(end, start))
    return b"".join([*parts, raw[done:]]) if parts else raw, data


def _value(raw: bytes, at: int) -> int:
    """Where the string that follows a key begins; -1 when a string does not follow."""
    while raw[at : at + 1] in (b" ", b"\t", b"\n", b"\r"):
        at += 1
    if raw[at : at + 1] != b":":
        return -1
    at += 1
    while raw[at : at + 1] in (b" ", b"\t", b"\n", b"\r"):
        at += 1
    return at + 1 if raw[at : at + 1] == b'"' else -1


def _too_deep(resource: dict[str, Any]) -> bool:
    level: list[Any] = [resource]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def check_base(skeleton: bytes) -> None:
    """Structure, types and cardinalities by the base specification; a key given twice is a fault too."""
    try:
        issues = fhirkit.validate(skeleton)
    except (ValueError, fhirkit.ParseError):
        raise invalid("$this", "Ce message n'est pas une ressource FHIR lisible.", code="fhir-structure") from None
    for issue in issues:
        if issue.severity == "error":
            raise invalid(issue.path, _french(issue.message), code="fhir-structure")


def _french(message: str) -> str:
    """A fault in French, without the value that the library quotes."""
    for sign, text in _WORDS:
        if sign in message:
            return text
    return "Cet élément ne respecte pas FHIR R4."


_WORDS = (
    ("required element missing", "Cet élément obligatoire manque."),
    ("unknown element", "Cet élément n'existe pas dans FHIR R4."),
    ("more than once", "Cet élément est donné deux fois."),
    ("empty", "Un élément vide n'est pas permis : ne l'écrivez pas."),
    ("expected", "Cet élément n'a pas le bon type."),
    ("not a valid base64Binary", "Ce contenu n'est pas du base64 valide."),
    ("not a valid", "Cette valeur n'a pas le bon format."),
    ("is not a", "Cette valeur n'a pas le bon format."),
    ("not a FHIR R4 resource type", "Ce type de ressource n'existe pas dans FHIR R4."),
)


def _resources(resource: dict[str, Any], at: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The resource itself, then those it contains and, for a Bundle, those of its entries."""
    yield resource, at
    for number, inner in enumerate(resource.get("contained") or ()):
        yield inner, f"{at}.contained[{number}]"
    if resource.get("resourceType") == "Bundle":
        for number, entry in enumerate(resource.get("entry") or ()):
            if isinstance(inner := entry.get("resource"), dict):
                yield from _resources(inner, f"{at}.entry[{number}].resource")


def _bindings(resource: dict[str, Any], at: str) -> None:
    for path, codes in BINDINGS.get(resource.get("resourceType", ""), {}).items():
        if path[0] in resource:
            _check(resource, path, codes, at)


def _check(value: Any, path: tuple[str, ...], codes: frozenset[str], at: str) -> None:
    if isinstance(value, list):
        for number, item in enumerate(value):
            _check(item, path, codes, f"{at}[{number}]")
    elif not path:
        if value is not None and value not in codes:
            raise invalid(at, "Ce code n'est pas un de ceux que FHIR R4 permet ici.", code="fhir-structure")
    elif isinstance(value, dict) and (inner := value.get(path[0])) is not None:
        _check(inner, path[1:], codes, f"{at}.{path[0]}")


def _holders(value: Any) -> Iterator[dict[str, Any]]:
    """Every object that carries a `data` string."""
    if isinstance(value, list):
        for item in value:
            yield from _holders(item)
    elif isinstance(value, dict):
        if isinstance(value.get("data"), str):
            yield value
        for item in value.values():
            if isinstance(item, (dict, list)):
                yield from _holders(item)

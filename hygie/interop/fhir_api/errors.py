"""The six errors of Hygie, as FHIR says them: an HTTP status and an issue type."""

from __future__ import annotations

from hygie.base import errors
from hygie.base.errors import HygieError

FHIR: dict[type[HygieError], tuple[int, str]] = {
    errors.Invalid: (400, "invalid"),
    errors.Refused: (403, "forbidden"),
    errors.NotFound: (404, "not-found"),
    errors.Conflict: (409, "conflict"),
    errors.Unsupported: (422, "not-supported"),
    errors.Unavailable: (503, "transient"),
}

# HTTP has finer words for some of them. By code, or by what the code begins with ("ins-").
_FINER: dict[str, tuple[int, str]] = {
    "no-token": (401, "login"),
    "not-acceptable": (406, "not-supported"),
    "media-type": (415, "not-supported"),
    "unknown-file-type": (415, "not-supported"),
    "method": (405, "not-supported"),
    "patch-field": (405, "not-supported"),
    "fhir-too-large": (413, "too-long"),
    "stale-version": (412, "conflict"),
    "budget": (429, "throttled"),
    "arrival-budget": (429, "throttled"),
    "too-fast": (429, "throttled"),
    "withdrawn": (410, "deleted"),
    "past-version": (404, "not-supported"),
    "fhir-invalid": (422, "business-rule"),
    "fhir-size-mismatch": (422, "business-rule"),
    "fhir-hash-mismatch": (422, "business-rule"),
    "content-type-mismatch": (422, "business-rule"),
    "announcement-needs-a-date": (422, "business-rule"),
}
_FAMILIES: tuple[tuple[str, tuple[int, str]], ...] = (
    ("identity-", (422, "business-rule")),
    ("ins-", (422, "business-rule")),
    ("traits-", (422, "business-rule")),
    ("cda-", (422, "structure")),
    ("xml-", (422, "structure")),
)


def translated(error: HygieError) -> tuple[int, str]:
    """The HTTP status and the FHIR issue type of an error."""
    if finer := _FINER.get(error.code):
        return finer
    for family, answer in _FAMILIES:
        if error.code.startswith(family) and isinstance(error, errors.Invalid):
            return answer
    return next(FHIR[kind] for kind in type(error).__mro__ if kind in FHIR)

"""OperationOutcome: what went wrong, where, in plain French."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hygie.formats.fhir.types import Warning


def outcome(code: str, text: str, *, severity: str = "error", at: str | None = None) -> dict[str, Any]:
    """One issue. `code` is from the FHIR issue-type value set; `at` a FHIRPath, when the fault has a place."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(severity, code, text, at)]}


def warnings(found: Iterable[Warning], *, text: str | None = None) -> dict[str, Any]:
    """What was let pass, after an information that says what was done, if there is one."""
    issues = [_issue("information", "informational", text, None)] if text else []
    issues += [_issue("warning", "business-rule", warning.text, warning.at) for warning in found]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(severity: str, code: str, text: str, at: str | None) -> dict[str, Any]:
    issue: dict[str, Any] = {"severity": severity, "code": code, "details": {"text": text}}
    if at:
        issue["expression"] = [at]
    return issue

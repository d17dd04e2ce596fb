"""How this codec refuses: one Invalid, with the place (FHIRPath) and a French sentence that carries no value."""

from __future__ import annotations

from hygie.base.errors import Invalid, Unsupported


def invalid(at: str, public: str, *, code: str = "fhir-invalid") -> Invalid:
    """An Invalid to raise. `code`: "fhir-structure" unreadable, "fhir-invalid" a rule broken, "fhir-too-large"."""
    return Invalid(public, code=code, at=at)


def unsupported(at: str, public: str, *, code: str = "fhir-not-supported") -> Unsupported:
    return Unsupported(public, code=code, at=at)

"""What FHIR resources say by their codes: words, first code, absence, over, ruled out. One reading for every room. Pure."""

from __future__ import annotations

from typing import Any, Final

from hygie.formats.entries import ABSENT

Resource = dict[str, Any]
_NAMED: Final = ("code", "vaccineCode", "medicationCodeableConcept", "type")
_OVER: Final = frozenset({"resolved", "inactive", "remission"})


def words(concept: Any, *, bare: bool = False) -> str:
    """A CodeableConcept as its source says it: the text as printed, else the first display; "" for none.

    Several are separated by commas. bare: a code without any words stands for itself.
    """
    if isinstance(concept, list):
        return ", ".join(filter(None, (words(one, bare=bare) for one in concept)))
    if not isinstance(concept, dict):
        return ""
    shown = next((str(one["display"]) for one in concept.get("coding") or () if one.get("display")), "")
    return " ".join(str(concept.get("text") or shown or (code(concept) if bare else "")).split())


def code(concept: Any) -> str:
    """The first code, whatever its system; "" for none."""
    codings = concept.get("coding") or () if isinstance(concept, dict) else ()
    return next((str(one["code"]) for one in codings if one.get("code")), "")


def is_absence(resource: Resource) -> bool:
    """A coded absence: « aucune allergie connue », or that nothing is known of it."""
    concepts = [resource.get(name) for name in _NAMED]
    concepts += [inner.get("type") for inner in resource.get("contained") or ()]
    return any(
        one.get("system") == ABSENT
        for concept in concepts
        if isinstance(concept, dict)
        for one in concept.get("coding") or ()
    )


def is_over(resource: Resource) -> bool:
    """Whether a Condition is of the past."""
    ended = resource.get("abatementDateTime") or resource.get("abatementPeriod")
    return code(resource.get("clinicalStatus")) in _OVER or bool(ended)


def is_refuted(resource: Resource) -> bool:
    """Whether its source ruled it out, or took it back."""
    return code(resource.get("verificationStatus")) in ("refuted", "entered-in-error")

"""The six errors of Hygie, as an HL7 acknowledgement says them (tables 0008 and 0357, national codes 900 to 905)."""

from __future__ import annotations

from hygie.base import errors
from hygie.base.errors import HygieError
from hygie.formats.hl7v2.acknowledgement import ERROR, REJECTED, Verdict

ACKNOWLEDGEMENTS: dict[type[HygieError], tuple[str, str]] = {
    errors.Invalid: (ERROR, "102"),
    errors.Refused: (ERROR, "207"),
    errors.NotFound: (ERROR, "204"),
    errors.Conflict: (ERROR, "205"),
    errors.Unsupported: (REJECTED, "200"),
    errors.Unavailable: (REJECTED, "207"),
}
# By rule: the answer, the condition, the national code.
_FINER: dict[str, tuple[str, str, str]] = {
    "hl7-no-msh": (REJECTED, "100", ""),
    "hl7-separators": (REJECTED, "100", ""),
    "hl7-no-type": (REJECTED, "101", ""),
    "hl7-version": (REJECTED, "203", ""),
    "hl7-event": (REJECTED, "201", ""),
    "hl7-test-message": (REJECTED, "202", ""),
    "no-such-client": (REJECTED, "207", ""),
    "scope-missing": (REJECTED, "207", ""),
    "hl7-no-patient": (ERROR, "100", ""),
    "hl7-nothing": (ERROR, "101", ""),
    "no-target": (ERROR, "101", ""),
    "ins-missing": (ERROR, "101", "903"),
    "identity-missing": (ERROR, "101", "905"),
    "identity-mismatch": (ERROR, "207", "904"),
    "not-the-author": (ERROR, "207", "901"),
    "already-replaced": (ERROR, "207", "900"),
    "not-your-document": (ERROR, "204", "901"),
}
_PLACES = {"ins": "PID^1^3", "traits": "PID^1^5", "matricule": "PID^1^3", "oid": "PID^1^3", "birth_family": "PID^1^5",
           "given_names": "PID^1^5", "birth_date": "PID^1^7", "sex": "PID^1^8", "birth_place": "PID^1^11"}  # fmt: skip

NOT_RECOGNISED = (
    "Reçu et mis de côté : l'identité ne correspond pas sûrement à une seule personne. Rien n'a été ajouté à un espace ;"
    " un opérateur va vérifier. Inutile de renvoyer."
)


def verdict(fault: HygieError) -> Verdict:
    """The answer to a fault: nothing of that message was kept, and the words say so."""
    acknowledgement, condition = ACKNOWLEDGEMENTS[type(fault)]
    application = ""
    if finer := _FINER.get(fault.code):
        acknowledgement, condition, application = finer
    words = fault.public
    if fault.retry_after:
        words += " Renvoyez ce message plus tard."
    return Verdict(
        acknowledgement, words, fault.code, condition, application, at=_PLACES.get(fault.at or "", fault.at or "")
    )


def set_aside() -> Verdict:
    """Kept, durable, and not in any space: accepted, with a warning that says so."""
    return Verdict(
        words=NOT_RECOGNISED, code="quarantined", condition="0", application="902", severity="W", at="PID^1^3"
    )


def unexpected() -> Verdict:
    return Verdict(
        REJECTED, "Hygie n'a pas pu traiter ce message : rien n'a été conservé. Renvoyez-le plus tard.", "unexpected",
        "207",
    )  # fmt: skip

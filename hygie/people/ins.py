"""The matricule INS: its form, its key, its authorities, and when it may travel. Pure.

Source: RNIV, and FRCorePatientINS for the authorities.
"""

from __future__ import annotations

import re

from hygie.base.errors import Invalid
from hygie.formats.nir import key_of as key_of
from hygie.people.types import IdentityStatus, Ins

NIR = "1.2.250.1.213.1.4.8"
NIA = "1.2.250.1.213.1.4.9"
NIR_TEST = "1.2.250.1.213.1.4.10"
NIR_DEMO = "1.2.250.1.213.1.4.11"
PRODUCTION_OIDS = frozenset({NIR, NIA})
TEST_OIDS = frozenset({NIR_TEST, NIR_DEMO})

_FORM = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{8}")
_OID = re.compile(r"(?:urn:oid:)?([0-9]+(?:\.[0-9]+)+)")


def tidy(ins: Ins) -> Ins:
    """The same INS as we write it: no spaces, capital letters, a bare OID. Nothing is corrected."""
    oid = _OID.fullmatch(ins.oid.strip())
    return Ins("".join(ins.matricule.split()).upper(), oid[1] if oid else ins.oid.strip())


def check(ins: Ins, *, mode: str) -> tuple[str, ...]:
    """Warnings about this INS; Invalid when it cannot be accepted. `mode` is HYGIE_MODE.

    Form and OID are always checked. Outside production, test and demo OIDs are accepted and a wrong key is a warning
    only: the official examples carry many. In production a wrong key, a test OID and a demo OID are refused.
    """
    ins = tidy(ins)
    production = mode == "production"
    if not _FORM.fullmatch(ins.matricule):
        raise Invalid("Le matricule INS doit compter 15 caractères, clé comprise.", code="ins-form", at="matricule")
    if ins.oid not in PRODUCTION_OIDS | TEST_OIDS:
        raise Invalid("L'OID qui accompagne le matricule n'est pas celui d'un INS.", code="ins-oid", at="oid")
    if production and ins.oid in TEST_OIDS:
        raise Invalid("Les INS de test ne sont pas acceptés ici.", code="ins-test-oid", at="oid")
    if key_of(ins.matricule[:13]) == ins.matricule[13:]:
        return ()
    if production:
        raise Invalid("La clé du matricule INS est fausse.", code="ins-key", at="matricule")
    return ("La clé du matricule INS est fausse.",)


def travels(status: IdentityStatus) -> bool:
    """Whether the matricule may be used outside: only once the identity is qualified (RNIV)."""
    return status is IdentityStatus.QUALIFIED


def retrieved(status: IdentityStatus) -> bool:
    """Whether an identity of this status carries a matricule at all (RNIV EXI SI 07)."""
    return status in (IdentityStatus.QUALIFIED, IdentityStatus.RETRIEVED)

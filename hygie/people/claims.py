"""What an OpenID provider says of someone, as our own values. Pure.

Sources: ansforge/keycloak-prosanteconnect (userinfo, scope_all); FranceConnect v2, userinfo.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hygie.base.errors import Invalid
from hygie.people.types import AuthLevel, Traits

_ABROAD = "99100"  # COG: France itself
_CIVILITIES = {"DR": "Dr", "PR": "Pr", "M": "M.", "MME": "Mme"}
# Sectors of TRE_R02 by what they are for us; the others are `other`.
_SECTORS = {
    **dict.fromkeys(("SA01", "SA02", "SA03", "SA04"), "hospital"),
    **dict.fromkeys(("SA05", "SA07", "SA08", "SA09"), "practice"),
    **dict.fromkeys(("SA25", "SA29"), "laboratory"),
    **dict.fromkeys(("SA33", "SA38", "SA39"), "pharmacy"),
}
_KNOWS = frozenset({"pwd", "pin", "kba"})
_HAS = frozenset({"otp", "sms", "hwk", "swk", "sc", "tel", "pop"})
_IS = frozenset({"face", "fpt", "iris", "vbm", "retina"})


@dataclass(frozen=True, slots=True)
class Place:
    """A structure as a provider names it. `directory_id` is the directory's own technical identifier."""

    name: str
    kind: str
    finess: str | None
    directory_id: str | None


@dataclass(frozen=True, slots=True)
class Activity:
    profession: str
    specialty: str | None
    mode: str | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class ProfessionalClaims:
    rpps: str
    family: str
    given: str
    civility: str | None
    activities: tuple[Activity, ...]


def level(acr: str | None, amr: Collection[str] = ()) -> AuthLevel:
    """How surely a person is known: STRONG for eidas2, eidas3 or two factors of different kinds, SINGLE for eidas1.

    Anything else is NONE. Source: eIDAS levels as FranceConnect writes them; RFC 8176 for `amr`.
    """
    said = frozenset(amr)
    factors = sum(bool(said & kind) for kind in (_KNOWS, _HAS, _IS))
    if acr in ("eidas2", "eidas3") or "mfa" in said or factors >= 2:
        return AuthLevel.STRONG
    return AuthLevel.SINGLE if acr == "eidas1" else AuthLevel.NONE


def person(claims: Mapping[str, Any]) -> Traits:
    """The strict traits that FranceConnect gives (never a matricule). Invalid when one is missing.

    Someone born abroad has no birthplace: the country's COG code (99xxx) stands for it, as in the INS.
    """
    given = claims.get("given_name_array") or str(claims.get("given_name") or "").split()
    place = claims.get("birthplace")
    if not place and claims.get("birthcountry") != _ABROAD:
        place = claims.get("birthcountry")
    family, born, sex = claims.get("family_name"), claims.get("birthdate"), claims.get("gender")
    if not (family and given and born and sex and place):
        raise Invalid("Votre fournisseur d'identité n'a pas donné votre état civil complet.", code="claims-person")
    return Traits(
        birth_family=str(family),
        given_names=tuple(map(str, given)),
        birth_date=str(born),
        sex=str(sex),
        birth_place=str(place),
    )


def professional(claims: Mapping[str, Any]) -> ProfessionalClaims:
    """What Pro Santé Connect says of a professional. Invalid without an RPPS, a name, or any profession."""
    ref = claims.get("SubjectRefPro") or {}
    exercises = ref.get("exercices") or []
    first = exercises[0] if exercises else {}
    family = first.get("nomDexercice") or claims.get("family_name")
    given = first.get("prenomDexercice") or claims.get("given_name")
    title = first.get("codeCiviliteDexercice") or ref.get("codeCivilite") or claims.get("codeCivilite") or ""
    activities = [
        Activity(
            profession=str(exercise["codeProfession"]),
            specialty=exercise.get("codeSavoirFaire") or None,
            mode=activity.get("codeModeExercice") or None,
            place=_place(activity),
        )
        for exercise in exercises
        if exercise.get("codeProfession")
        for activity in exercise.get("activities") or [{}]
    ]
    if not (family and given and activities):
        raise Invalid("Votre fournisseur d'identité ne décrit aucune activité.", code="claims-professional")
    return ProfessionalClaims(
        rpps=_rpps(claims), family=str(family), given=str(given),
        civility=_CIVILITIES.get(str(title).upper()), activities=tuple(dict.fromkeys(activities)),
    )  # fmt: skip


def _rpps(claims: Mapping[str, Any]) -> str:
    """Eleven digits: listed among the other identifiers, or the national identifier without the 8 that says RPPS."""
    for other in claims.get("otherIds") or []:
        if other.get("origine") == "RPPS":
            return _bare(str(other.get("identifiant", "")))
    return _bare(str(claims.get("SubjectNameID") or claims.get("preferred_username") or ""))


def _bare(national: str) -> str:
    rpps = national[1:] if len(national) == 12 and national.startswith("8") else national
    if not (len(rpps) == 11 and rpps.isascii() and rpps.isdigit()):
        raise Invalid("Votre fournisseur d'identité n'a pas donné de numéro RPPS.", code="claims-rpps")
    return rpps


def _place(activity: Mapping[str, Any]) -> Place | None:
    name = activity.get("raisonSocialeSite")
    finess = activity.get("numeroFinessSite") or None
    known_as = activity.get("identifiantTechniqueDeLaStructure") or activity.get("numeroSiretSite") or None
    if not name or not (finess or known_as):
        return None
    kind = _SECTORS.get(str(activity.get("codeSecteurDactivite") or ""), "other")
    return Place(name=str(name), kind=kind, finess=finess, directory_id=known_as)

"""Who one may sign in as, in the words of the two providers: FranceConnect for people, Pro Santé Connect for professionals.

Source of the shapes: ansforge/keycloak-prosanteconnect (userinfo, scope_all); FranceConnect v2, userinfo.
"""

from __future__ import annotations

from typing import Any

from hygie.ops.demo.days import Calendar
from hygie.ops.demo.members import Member
from hygie.ops.demo.places import PLACES, Carer

MODES = {"practice": "L", "pharmacy": "L", "imaging": "L", "laboratory": "L", "hospital": "S"}  # liberal, salaried


def person(member: Member, calendar: Calendar) -> dict[str, Any]:
    """Her civil status. Someone born abroad has a country and no town."""
    traits = member.traits(calendar)
    abroad = member.place[0].startswith("99")
    return {
        "sub": member.sub,
        "acr": member.acr,
        "given_name": " ".join(member.given),
        "given_name_array": list(member.given),
        "family_name": member.family,
        **({"preferred_username": member.used_family} if member.used_family else {}),
        "birthdate": traits.birth_date,
        "gender": member.sex,
        "birthplace": "" if abroad else member.place[0],
        "birthcountry": member.place[0] if abroad else "99100",
    }


def professional(carer: Carer) -> dict[str, Any]:
    """Her number and her activities."""
    national = f"8{carer.rpps}"
    civility = "M" if carer.title == "M" else "MME"
    return {
        "sub": carer.key,
        "given_name": carer.given,
        "family_name": carer.family,
        "preferred_username": national,
        "SubjectNameID": national,
        "otherIds": [{"identifiant": national, "origine": "RPPS", "qualite": 1}],
        "SubjectRefPro": {
            "codeCivilite": civility,
            "exercices": [{
                "codeProfession": carer.profession, "codeCategorieProfessionnelle": "C", "codeSavoirFaire": carer.specialty or "",
                "codeCiviliteDexercice": carer.title, "nomDexercice": carer.family, "prenomDexercice": carer.given,
                "activities": [_activity(place) for place in (carer.place, *carer.also)],
            }],
        },
    }  # fmt: skip


def _activity(key: str) -> dict[str, str]:
    place = PLACES[key]
    return {
        "codeModeExercice": MODES[place.kind], "codeSecteurDactivite": place.sector, "numeroFinessSite": place.finess,
        "numeroSiretSite": "", "identifiantTechniqueDeLaStructure": f"F{place.finess}", "raisonSocialeSite": place.name,
    }  # fmt: skip

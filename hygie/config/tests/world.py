"""What the tests of signing in are made of: claims, and a browser made of Django's client and httpx."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
from django.test import Client

from hygie.base import config
from hygie.people.tests import cast
from hygie.people.types import Traits


def civil(sub: str, who: Traits, acr: str = "eidas1") -> dict[str, Any]:
    """A person as FranceConnect says her."""
    return {
        "sub": sub, "acr": acr, "given_name": " ".join(who.given_names), "given_name_array": list(who.given_names),
        "family_name": who.birth_family, "birthdate": who.birth_date, "gender": who.sex, "birthplace": who.birth_place,
        "birthcountry": "99100", "email": "amina@example.org",
    }  # fmt: skip


def practice(name: str, finess: str, sector: str = "SA07") -> dict[str, str]:
    return {
        "codeModeExercice": "L", "codeSecteurDactivite": sector, "numeroFinessSite": finess, "numeroSiretSite": "",
        "identifiantTechniqueDeLaStructure": f"F{finess}", "raisonSocialeSite": name,
    }  # fmt: skip


def carer(sub: str, rpps: str, family: str, *activities: dict[str, str]) -> dict[str, Any]:
    """A professional as Pro Santé Connect says her."""
    return {
        "sub": sub, "given_name": "Awa", "family_name": family, "SubjectNameID": f"8{rpps}", "preferred_username": f"8{rpps}",
        "otherIds": [{"identifiant": f"8{rpps}", "origine": "RPPS", "qualite": 1}],
        "SubjectRefPro": {"codeCivilite": "MME", "exercices": [{
            "codeProfession": "10", "codeCategorieProfessionnelle": "C", "codeSavoirFaire": "SM26", "codeCiviliteDexercice": "DR",
            "nomDexercice": family, "prenomDexercice": "Awa", "activities": list(activities)}]},
    }  # fmt: skip


@dataclass(slots=True)
class Known:
    """Who the provider knows."""

    amina: Traits = field(default_factory=cast.traits)
    nadia: Traits = field(default_factory=lambda: cast.traits(birth_family=cast.name("NADIA")))
    diallo: str = field(default_factory=cast.rpps)
    roux: str = field(default_factory=cast.rpps)
    lilas: str = field(default_factory=cast.finess)
    clinique: str = field(default_factory=cast.finess)


class Browser:
    """Walks between Hygie and the provider as a browser does: the provider forgets him in between."""

    def __init__(self) -> None:
        self.hygie = Client(enforce_csrf_checks=False)

    def ask(self, kind: str, next_page: str = "") -> str:
        """Push the button of that door; the address of the provider that it leads to."""
        answer = self.hygie.post(f"/connexion/{kind}/", {"next": next_page})
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    def answer(self, address: str, sub: str | None = None) -> str:
        """Sign in at the provider as `sub`; the address of Hygie that it leads back to."""
        home = config.get("HYGIE_PUBLIC_URL")
        at = httpx.URL(address)
        if sub is not None:
            at = at.copy_merge_params({"login_hint": sub})
        with httpx.Client(follow_redirects=False, timeout=90) as outside:
            for _ in range(8):
                found = outside.get(at)
                assert found.is_redirect, found.text
                at = at.join(found.headers["location"])
                if str(at).startswith(home):
                    return str(at).removeprefix(home)
        raise AssertionError("the provider does not lead back")

    def sign_in(self, kind: str, sub: str, next_page: str = "") -> Any:
        return self.hygie.get(self.answer(self.ask(kind, next_page), sub))

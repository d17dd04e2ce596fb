"""Wanting no space: what people say of it, and one honest sentence in answer to each. Counted, never tied to anyone."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

REASONS = ("confiance", "numerique", "utile", "temps", "autre")


def reason_given(request: HttpRequest) -> str:
    """Why she refuses, if she says so: one of REASONS, else nothing."""
    said = request.POST.get("raison", "")
    return said if said in REASONS else ""


def reasons() -> list[tuple[str, str]]:
    """What people say who want no space."""
    return [
        ("confiance", _("Je n’ai pas confiance : mes données pourraient fuir ou être vendues")),
        ("numerique", _("Je ne suis pas à l’aise avec l’informatique")),
        ("utile", _("Je n’en vois pas l’utilité")),
        ("temps", _("Je n’ai pas le temps")),
        ("autre", _("Une autre raison")),
    ]


def answers() -> dict[str, str]:
    """One honest sentence for each reason; nobody is argued with twice."""
    return {
        "confiance": _("Vos documents sont chiffrés, chaque ouverture est écrite, et aucune assurance ni aucun employeur n’a de rôle ici. Le code du logiciel est public : chacun peut le vérifier."),
        "numerique": _("Un proche ou un agent France Services peut vous aider, et tout peut se faire par téléphone ou sur papier."),
        "utile": _("L’espace se remplit tout seul : vous pourrez regarder plus tard ce qui y arrive, si vous changez d’avis."),
        "temps": _("Ouvrir un espace demande un code et une date de naissance. Il vous attendra."),
    }  # fmt: skip

"""What a message is, for `hygie read` on a terminal: plain values as lines to read, a person as one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

SEX: Final = {"female": "féminin", "male": "masculin", "unknown": "non précisé"}
_LABELS: Final = {
    "message": "Message", "version": "Version", "control_id": "Numéro d’envoi", "sender": "Expéditeur", "sent": "Envoyé le",
    "charset": "Caractères", "charset_certain": "Caractères sûrs", "person": "Personne", "persons": "Personnes",
    "asked": "Ce qui est demandé", "files": "Fichiers contenus", "flags": "Ce que dit l’envoi de sa visibilité",
    "visibility": "Visibilité", "results": "Résultats", "format": "Format", "documents": "Documents", "warnings": "À savoir",
    "pages": "Pages", "entries": "Contenu", "day": "Date", "title": "Titre", "type": "Type", "class": "Classe",
    "identity": "Personne", "authors": "Auteurs", "custodian": "Responsable", "created": "Écrit le", "unique_id": "Identifiant",
    "service_start": "Acte du", "replaces": "Remplace", "media_type": "Nature", "format_code": "Format technique",
    "size": "Octets", "place": "Place", "contains": "Contient", "at": "Place", "text": "Remarque", "name": "Nom",
    "rpps": "RPPS", "organisation": "Structure", "id": "Numéro",
}  # fmt: skip


def lines(found: Mapping[str, Any], depth: int = 0) -> list[str]:
    """One line a value, what is inside it two spaces further in; what the file does not say has no line."""
    made: list[str] = []
    for name, value in found.items():
        if value is None or value == "" or value == [] or value == {}:
            continue
        label = "  " * depth + _LABELS.get(name, name)
        if isinstance(value, Mapping) and "birth_family" in value:
            made += [f"{label} : {person(value)}", *lines(_beside(value), depth + 1)]
        elif isinstance(value, Mapping) and set(value) == {"code", "label"}:
            made.append(f"{label} : {value['code']} · {value['label']}")
        elif isinstance(value, Mapping):
            made += [f"{label} :", *lines(value, depth + 1)]
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(value[0], Mapping):
            made += [f"{label} ({len(value)}) :", *(line for one in value for line in _one(one, depth + 1))]
        else:
            made.append(f"{label} : {_said(value)}")
    return made


def person(one: Mapping[str, Any]) -> str:
    """« AMINA BENALI, née ou né le 1979-03-28 à 99341, sexe féminin, INS 2790… »: what is said of these, no more."""
    who = " ".join([*(one.get("given_names") or ()), one.get("birth_family") or ""]).strip()
    ins, matricule = one.get("ins"), one.get("matricule")
    said = [who or "sans nom"]
    if one.get("birth_date"):
        said.append(
            f"née ou né le {one['birth_date']}" + (f" à {one['birth_place']}" if one.get("birth_place") else "")
        )
    if one.get("sex"):
        said.append(f"sexe {SEX.get(one['sex'], one['sex'])}")
    if ins or matricule:
        said.append(f"INS {ins['matricule']} ({ins['oid']})" if ins else f"INS {matricule} ({one.get('oid')})")
    elif one.get("number"):
        said.append(f"numéro de sécurité sociale {one['number']}")
    return ", ".join(said)


def _beside(one: Mapping[str, Any]) -> dict[str, Any]:
    """What is said along with a person that is not of her identity: how many results, by whom."""
    return {name: one[name] for name in ("sender", "day", "results") if name in one}


def _one(one: Mapping[str, Any], depth: int) -> list[str]:
    """One of several: its first line is marked, the others stand under it."""
    if "birth_family" in one:
        return [f"{'  ' * depth}- {person(one)}", *lines(_beside(one), depth + 1)]
    inner = lines(one, depth + 1)
    return [f"{'  ' * depth}- {inner[0].lstrip()}", *inner[1:]] if inner else []


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

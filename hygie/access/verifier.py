"""Vérifie le journal emporté, sans Hygie et sans réseau : python3 verifier.py

Chaque ligne porte une empreinte qui dépend de la précédente : en ôter, en ajouter, en déplacer ou en dater autrement
une seule casse la suite. Ce que ce programme ne peut pas dire : que les mots de chaque ligne sont bien ceux qui ont été
scellés ce jour-là ; seules les empreintes le savent, et la clé de l'espace.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import sys
import uuid


def check(folder: pathlib.Path) -> str:
    """Return "" when the chain is whole, otherwise what is wrong, in French."""
    head = json.loads((folder / "empreinte.json").read_text(encoding="utf-8"))
    patient = uuid.UUID(head["space"]).bytes
    previous, expected = bytes(32), 1
    with (folder / "journal.ndjson").open(encoding="utf-8") as lines:
        for text in lines:
            said = json.loads(text)
            if said["number"] != expected:
                return f"Il manque la ligne {expected}, ou elle n'est pas à sa place."
            parts = (
                previous,
                patient,
                expected.to_bytes(8, "big"),
                int(said["moment"]).to_bytes(8, "big"),
                bytes.fromhex(said["body"]),
            )
            previous = hashlib.sha256(b"".join(parts)).digest()
            if previous.hex() != said["leaf"]:
                return f"La ligne {expected} a été changée."
            expected += 1
    if expected - 1 != head["lines"] or previous.hex() != head["leaf"]:
        return "La fin du journal manque, ou en a été changée."
    return ""


def main() -> int:
    folder = pathlib.Path(__file__).resolve().parent
    try:
        fault = check(folder)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        fault = "Les fichiers du journal manquent ou ne se lisent pas."
    sys.stdout.write((fault or "Le journal est entier : aucune ligne ne manque, aucune n'a été changée.") + "\n")
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main())

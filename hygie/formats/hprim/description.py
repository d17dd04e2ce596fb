"""What an HPRIM message is, for `hygie read`: which of the two formats, who sends, about whom."""

from __future__ import annotations

from typing import Any

from hygie.formats.hprim import extract, medecins, sante
from hygie.formats.hprim.identity import Identity


def describe(data: bytes) -> dict[str, Any]:
    """Plain values ready for JSON. Errors of the parsers."""
    if extract.is_sante(data):
        file = sante.parse(data)
        return {
            "message": "HPRIM Santé", "version": file.version, "sender": file.sender,
            "charset": file.charset, "charset_certain": file.certain,
            "persons": [
                _person(one.identity) | {"results": sum(len(r.observations) for r in one.requests)}
                for one in file.patients
            ],
        }  # fmt: skip
    letters = medecins.parse(data)
    return {
        "message": "HPRIM Médecins",
        "charset": letters.charset,
        "charset_certain": letters.certain,
        "persons": [
            _person(extract.identity_of(one))
            | {
                "sender": one.header.sender_name, "day": one.header.date.isoformat() if one.header.date else None,
                "results": sum(isinstance(line, medecins.ResultLine) for line in one.lines),
            }
            for one in letters.letters
        ],
    }  # fmt: skip


def _person(one: Identity) -> dict[str, Any]:
    return {
        "birth_family": one.family, "given_names": list(one.given_names), "birth_date": one.birth_date,
        "sex": one.sex, "number": one.number or None,
    }  # fmt: skip

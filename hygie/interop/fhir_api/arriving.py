"""`POST /fhir/$check-in`: a person arrives, says six digits or shows a square, and the practice's software opens her record.

The same door as the practice's page (access.arrivals): a code serves once, ten minutes at most; twenty wrong ones in an hour from
one structure and it waits; each use is a line of her journal. Nobody is asked for an identity paper.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

import orjson

from hygie.access import actions
from hygie.access import queries as access
from hygie.base.errors import Invalid, NotFound, Refused
from hygie.interop.fhir_api.answers import Answer, resource
from hygie.interop.fhir_api.callers import Caller
from hygie.interop.fhir_api.structured import patient_of
from hygie.interop.smart.launch import handle, may_open

_TOKEN: Final = re.compile(r"(?:\S*/accueil/)?([A-Za-z0-9_-]{43})/?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAMES: Final = {"code": "valueString", "birthDate": "valueDate", "token": "valueString"}


def check_in(who: Caller, body: bytes, *, at: datetime, request_id: str) -> Answer:
    """Parameters: `patient` (Patient), `until` (how long this practice may come in, absent: no end), `url` and `launch` (the
    useful page, and a SMART launch, once, ten minutes).

    NotFound, in the same words, for a code wrong, old, used, or whose person keeps this practice out. Refused, « arrival-budget »
    (429): too many wrong ones. Refused (403) to a software that names no professional or may not launch.
    """
    may_open(who)
    given = _given(body)
    try:
        grant = actions.check_in(who.actor, at=at, request_id=request_id, **given)
    except (NotFound, Refused) as fault:
        if fault.code == "arrival-budget":
            raise
        raise NotFound(fault.public, code="arrival-wrong") from None
    until = access.way_in(grant).until
    door = handle(who.actor, grant.patient_id, at=at)
    found: list[dict[str, Any]] = [
        {"name": "patient", "resource": patient_of(access.identity(grant), grant.patient_id)},
        {"name": "url", "valueUrl": door["url"]},
        {"name": "launch", "valueString": door["launch"]},
    ]
    if until is not None:
        found.insert(1, {"name": "until", "valueDateTime": until.isoformat(timespec="seconds")})
    return resource(200, {"resourceType": "Parameters", "parameter": found})


def _given(body: bytes) -> dict[str, str]:
    """What was said (`code` and `born`) or shown (`token`). Invalid, with its place, for anything else."""
    try:
        read: Any = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise Invalid("Ce message n'est pas du JSON.", code="fhir-structure") from fault
    if not isinstance(read, dict) or read.get("resourceType") != "Parameters":
        raise Invalid("Il faut une ressource Parameters.", code="fhir-structure", at="resourceType")
    said: dict[str, str] = {}
    listed = read.get("parameter")
    for one in listed if isinstance(listed, list) else ():
        name = one.get("name") if isinstance(one, dict) else None
        if name not in _NAMES or name in said or not isinstance(one.get(_NAMES[name]), str):
            raise Invalid(
                "Les paramètres sont code (valueString) et birthDate (valueDate), ou token (valueString).",
                code="fhir-structure", at="Parameters.parameter",
            )  # fmt: skip
        said[name] = one[_NAMES[name]].strip()
    if "token" in said and (shown := _TOKEN.fullmatch(said["token"])) and len(said) == 1:
        return {"token": shown[1]}
    digits = "".join(said.get("code", "").split())
    if "token" in said or not re.fullmatch(r"[0-9]{6}", digits):
        raise Invalid("Le code a six chiffres.", code="arrival-code", at="Parameters.parameter:code")
    if not _DAY.fullmatch(said.get("birthDate", "")):
        raise Invalid(
            "Avec six chiffres, il faut la date de naissance (AAAA-MM-JJ).", code="arrival-born",
            at="Parameters.parameter:birthDate",
        )  # fmt: skip
    return {"code": digits, "born": said["birthDate"]}

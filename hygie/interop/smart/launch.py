"""`POST /smart/launch`: a practice's software opens a door for its professional, on one person's space.

What comes back serves once, for ten minutes: as `launch` in a SMART EHR launch (with `iss`, our FHIR address), or as
the address to open for the professional's page itself. Nothing is said of the record here: opening it decides.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import orjson

from hygie.base import config
from hygie.base.errors import Invalid, Refused
from hygie.interop import patients
from hygie.interop.fhir_api.answers import Answer
from hygie.interop.fhir_api.callers import Caller
from hygie.people import actions, queries
from hygie.people.types import Actor, Kind

LAUNCH_SECONDS = 600


def opened(who: Caller, body: bytes, *, at: datetime) -> Answer:
    """201 with the handle. Refused to a software that names no professional or may not launch."""
    may_open(who)
    try:
        said: Any = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise Invalid("Ce message n'est pas du JSON.", code="fhir-structure") from fault
    if not isinstance(said, dict) or "patient" not in said:
        raise Invalid("Il manque « patient » : une ressource FHIR Patient.", code="fhir-structure", at="patient")
    made = door(who.actor, said["patient"], at=at)
    return Answer(201, {"Content-Type": "application/json"}, orjson.dumps(made))


def may_open(who: Caller) -> None:
    """Refused unless this software may open a record for a professional: an application that was itself let into one space,
    by her or by a launch, opens no other."""
    opens = "launch" in who.bearer.scopes and who.bearer.patient_id is None
    if not opens or who.actor.kind is not Kind.PROFESSIONAL or not who.actor.rpps:
        raise Refused(
            "Ce logiciel ne peut ouvrir un dossier que pour un professionnel nommé dans son jeton (hygie_requester),"
            " et avec le droit « launch ».",
            code="scope-missing",
        )


def door(actor: Actor, patient: Any, *, at: datetime) -> dict[str, Any]:
    """A handle for this professional on this Patient. Nobody found: a handle that opens on nothing, and looks the same."""
    return handle(actor, patients.named(patient, by=actor, at=at) or uuid4(), at=at)


def handle(actor: Actor, patient_id: UUID, *, at: datetime) -> dict[str, Any]:
    """What opens this record for this professional, once. Opening it decides."""
    assert actor.client_id is not None and actor.rpps is not None
    made = actions.open_launch(
        client_id=actor.client_id, activity_id=queries.activity_of(actor.rpps, actor.client_id), patient_id=patient_id,
        at=at,
    )  # fmt: skip
    home = config.get("HYGIE_PUBLIC_URL")
    arrive = f"{home}/pro/arrivee/?{urlencode({'iss': home + '/fhir', 'launch': made})}"
    return {"launch": made, "iss": f"{home}/fhir", "url": arrive, "expires_in": LAUNCH_SECONDS}

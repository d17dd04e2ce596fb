"""What one sends to the addresses of machines: FHIR, SMART, CDS Hooks and SMART Health Links."""

from __future__ import annotations

from itertools import product
from urllib.parse import quote

from hygie.formats.fhir import building, inside
from hygie.interop.tests.clients import about
from hygie.tests.crawl.callers import Ask, form, json
from hygie.tests.crawl.sent.said import Bodies, nothing, said_by_heart, spent
from hygie.tests.crawl.town import Town


def _fhir(town: Town, actor: str, path: str) -> list[Ask]:
    """Messages have a file of their own (`fhir`): here, only that the address answers."""
    return [form("POST", path, {"status": "current"})]


def _inside(town: Town, actor: str, path: str) -> list[Ask]:
    """One record, asked for by its number, with a token for another; every other space that one could name."""
    asks = []
    for one in town.neighbours:
        for named in (one.id.hex, f"Patient/{one.id.hex}", str(one.id)):
            asks.append(Ask("GET", path, f"patient={named}"))
        asks.append(form("POST", path, {"patient": one.id.hex}))
    twice = f"patient={town.amina.id.hex}&subject={town.zoe.id.hex}"
    return [
        *asks, Ask("GET", path, twice), Ask("GET", path, f"patient={town.zoe.id.hex}&page=e30"),
        Ask("GET", path, f"patient.identifier=urn:oid:{town.zoe.person.ins.oid}|{quote(town.zoe.person.ins.matricule)}",
            says=said_by_heart(town.zoe)),
    ]  # fmt: skip


def _launch(town: Town, actor: str, path: str) -> list[Ask]:
    """A door on each, on somebody whose name is wrong, on nothing."""
    asks = [
        json("POST", path, {"patient": building.patient(about(one.person).subject)}, says=said_by_heart(one))
        for one in town.neighbours
    ]
    return [*asks, json("POST", path, {"patient": {"resourceType": "Patient"}}), json("POST", path, [])]


def _card(town: Town, actor: str, path: str) -> list[Ask]:
    """Proved as one's own software, for one's own professional and for another's; and not proved at all."""
    asks = []
    for one, rpps in product(town.neighbours, ("diallo", "roux", "nurse")):
        said = {
            "hook": "patient-view", "context": {"userId": f"Practitioner/{town.rpps[rpps]}", "patientId": "1"},
            "prefetch": {"patient": building.patient(about(one.person).subject)},
        }  # fmt: skip
        proof = town.proof(actor, path)
        asks.append(json("POST", path, said, says=said_by_heart(one), headers=(("Authorization", f"Bearer {proof}"),)))
    return [*asks, json("POST", path, {"hook": "patient-view"}), json("POST", path, [])]


def _token(town: Town, actor: str, path: str) -> list[Ask]:
    common = {"grant_type": "client_credentials", "scope": "system/*.cruds"}
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    return [
        form("POST", path, common),
        form("POST", path, common | {"client_assertion_type": kind, "client_assertion": "e30.e30."}),
        form("POST", path, common | {"client_id": str(town.labo.id), "client_secret": ""}),
        form("POST", path, common | {"grant_type": "password", "username": "amina", "password": "amina"}),
    ]


_READ = ["smart:configuration", "smart:discovery", "smart:jwks", "cds:discovery", "shl:file"]
_FHIR = [
    "fhir:provide",
    "fhir:provide-slash",
    "fhir:metadata",
    "fhir:openapi",
    "fhir:documents",
    "fhir:search-documents",
    "fhir:document",
    "fhir:version",
    "fhir:lists",
    "fhir:search-lists",
    "fhir:list",
    "fhir:binary",
    "fhir:nowhere",
    "fhir:patient",
    "fhir:everything",
    "fhir:summary",
    "fhir:practitioner",
]
SENT: dict[str, Bodies] = {
    **dict.fromkeys(_READ, nothing),
    **dict.fromkeys(_FHIR, _fhir),
    "smart:introspect": spent,
    "smart:revoke": spent,
    "smart:launch": _launch,
    "fhir:check-in": lambda town, actor, path: [
        json("POST", path, {"resourceType": "Parameters", "parameter": [{"name": "token", "valueString": "x" * 43}]})
    ],
    "cds:patient-view": _card,
    "shl:link": lambda town, actor, path: [
        json("POST", path, {"recipient": "X", "passcode": "x"}),
        json("POST", path, []),
    ],
    "smart:token": _token,
    **{f"fhir:{kind}-entry": _fhir for kind in inside.SERVED},
    **{f"fhir:{kind}-{what}": _inside for kind in inside.SERVED for what in ("entries", "search")},
}

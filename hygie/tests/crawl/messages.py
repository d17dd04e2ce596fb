"""What a hostile software sends to the FHIR addresses, as values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from hygie.formats.fhir import systems
from hygie.formats.tests import fhir_samples as samples
from hygie.interop.tests.clients import about
from hygie.tests.crawl.callers import FORM, Ask, json
from hygie.tests.crawl.parts import fhir_ids
from hygie.tests.crawl.sent.said import said_by_heart
from hygie.tests.crawl.town import Neighbour, Town

JSON_PATCH = "application/json-patch+json"
DOCUMENTS = "/fhir/DocumentReference"


def hostile(town: Town) -> Iterator[Ask]:
    """Everything, about everybody: which of it is allowed to whom, the recorder knows."""
    yield from _directly(town)
    for one in town.neighbours:
        yield from _searches(town, one)
        yield from _patches(one, town)
        yield from _submissions(town, one)
    yield from _pages(town)


def _directly(town: Town) -> Iterator[Ask]:
    """F1, F2: by id, in another shape, as another kind; with other ways to say which answer is wanted."""
    for fhir_id in fhir_ids(town):
        yield Ask("GET", f"{DOCUMENTS}/{fhir_id}", "_format=json&_summary=true")
        yield Ask("GET", f"/fhir/Binary/{fhir_id}", headers=(("Accept", "application/fhir+json"),))
        yield Ask("DELETE", f"{DOCUMENTS}/{fhir_id}")
    one = town.zoe.fhir("report")
    for headers in (("X-Security-Context", f"Patient/{town.amina.id.hex}"), ("X-HTTP-Method-Override", "DELETE"),
                    ("If-None-Match", 'W/"1"'), ("Range", "bytes=0-10"), ("X-Forwarded-User", "operator"),
                    ("X-Original-URL", f"/fhir/Binary/{one}"), ("Prefer", "return=representation")):  # fmt: skip
        yield Ask("GET", f"/fhir/Binary/{one}", headers=(headers,))
        yield Ask("GET", f"{DOCUMENTS}/{one}", headers=(headers,))


def _searches(town: Town, one: Neighbour) -> Iterator[Ask]:
    """F3, F4, F7: the closed list of criteria, and everything that other servers also understand."""
    ins = f"urn:oid:{one.person.ins.oid}|{one.person.ins.matricule}"
    known = [
        {"patient.identifier": ins}, {"patient": one.id.hex}, {"patient": f"Patient/{one.id.hex}"}, {"subject": one.id.hex},
        {"patient": one.id.hex, "patient.identifier": ins}, {"patient": town.amina.id.hex, "patient.identifier": ins},
        {"identifier": "urn:oid:1.2.3"}, {},
    ]  # fmt: skip
    more = (
        "_include=DocumentReference:subject", "_include=*", "_include:iterate=DocumentReference:relatesto",
        "_revinclude=List:item", "_revinclude=Provenance:target", "_has:List:item:code=x", "patient.name=Martin",
        "subject:Patient.birthdate=1979-11-02", "patient:Patient.identifier=x", "_filter=title co canari", "_sort=-title",
        "_total=accurate", "_summary=count", "_elements=content", "_content=canari", "_text=canari", "_list=all", "_id=x",
        "_query=all", "_contained=both", "_containedType=contained", "_lastUpdated=gt2000", "_profile=x", "_security=R",
        "description:contains=canari", "author.family=canari", "_type=Patient", "_count=0", "_count=1000000", "_offset=1",
        "security-label=MASQUE_PS", "isArchived=true", "category=10", "type=11502-2", "date=ge2000", "page=AAAA",
        "custodian:not=x", "status:missing=false", "relatesto:missing=true", "contenttype=text/plain", "event:above=x",
    )  # fmt: skip
    for kind in ("DocumentReference", "List"):
        for criteria in known:
            for status in ("current", "superseded", "entered-in-error"):
                asked = urlencode({"status": status, **criteria}).encode()
                yield Ask("POST", f"/fhir/{kind}/_search", "", asked, FORM, says=said_by_heart(one))
            yield Ask("GET", f"/fhir/{kind}", urlencode({"status": "current", **criteria}), says=said_by_heart(one))
        for asked in more:
            text = urlencode({"status": "current", "patient.identifier": ins}) + "&" + asked.replace(" ", "+")
            yield Ask("POST", f"/fhir/{kind}/_search", "", text.encode(), FORM, says=said_by_heart(one))


def _patches(one: Neighbour, town: Town) -> Iterator[Ask]:
    """F8, F9, F15: three fields may change, on one's own deposits; nothing else, nowhere else."""
    other = {"reference": f"Patient/{town.amina.id.hex}"}
    operations: list[tuple[str, Any]] = [
        ("/subject", other), ("/contained/0/identifier/0/value", "1" * 15), ("/author", []), ("/authenticator", other),
        ("/context/sourcePatientInfo", other), ("/content/0/attachment/url", "https://evil.example/"), ("/id", "x"),
        ("/meta/security", [{"code": "N"}]), ("/relatesTo", [{"code": "replaces", "target": other}]), ("/status", "superseded"),
        ("/securityLabel", [{"coding": [{"system": systems.CONFIDENTIALITY, "code": "N"}]}]), ("/identifier", []),
    ]  # fmt: skip
    for kind in ("report", "hidden", "upload", "written", "unannounced"):
        address = f"{DOCUMENTS}/{one.fhir(kind)}"
        for path, value in operations:
            patch = [{"op": "replace", "path": path, "value": value}]
            yield json("PATCH", address, patch, kind=JSON_PATCH)
        yield json("PATCH", address, [{"op": "copy", "from": "/title", "path": "/status"}], kind=JSON_PATCH)
        yield json("PATCH", address, [{"op": "test", "path": "/description", "value": "x"}], kind=JSON_PATCH)
        yield json("PATCH", address, [{"op": "replace", "path": "/status", "value": "current"}], kind=JSON_PATCH,
                   headers=(("If-Match", 'W/"999"'),))  # fmt: skip
    for wanted in ("identifier=urn:oid:1.2.3", "patient=x", "identifier=a&identifier=b", "", "_id=x"):
        yield json(
            "PATCH", DOCUMENTS, [{"op": "replace", "path": "/status", "value": "x"}], kind=JSON_PATCH, query=wanted
        )


def _submissions(town: Town, one: Neighbour) -> Iterator[Ask]:
    """F8, F9, F15: a message about one that points at another, changes another, or brings what nobody may set."""
    says = tuple(word for who in town.neighbours for word in said_by_heart(who))
    other = town.amina if one is town.zoe else town.zoe

    def message() -> dict[str, Any]:
        return samples.reference(about(one.person, content=b"Bonjour", media_type="text/plain"), b"Bonjour")

    plain = message()
    for change in (
        {"relatesTo": [{"code": "replaces", "target": {"reference": f"DocumentReference/{other.fhir('report')}"}}]},
        {"relatesTo": [{"code": "replaces", "target": {"reference": f"DocumentReference/{one.fhir('hidden')}"}}]},
        {"relatesTo": [{"code": "appends", "target": {"reference": f"DocumentReference/{other.fhir('report')}"}}]},
        {"subject": {"reference": f"Patient/{other.id.hex}"}},
        {"id": other.fhir("report"), "meta": {"versionId": "9", "security": [{"code": "N"}]}},
        {"subject": {"identifier": {"system": f"urn:oid:{other.person.ins.oid}", "value": other.person.ins.matricule}}},
        {"status": "entered-in-error"},
    ):
        yield json("POST", DOCUMENTS, message() | change, says=says)
    for headers in (("If-None-Exist", f"identifier={one.words['number']}"), ("X-HTTP-Method-Override", "PUT")):
        yield json("PUT", f"{DOCUMENTS}/{one.fhir('report')}", plain, headers=(headers,), says=says)
    for method, url in (
        ("GET", f"DocumentReference/{other.fhir('report')}"), ("GET", f"Binary/{other.fhir('report')}"),
        ("DELETE", f"DocumentReference/{other.fhir('report')}"), ("PUT", f"DocumentReference/{other.fhir('report')}"),
        ("PATCH", f"DocumentReference/{other.fhir('report')}"), ("GET", f"Patient/{other.id.hex}/$everything"),
        ("POST", "Patient"), ("PATCH", f"DocumentReference?identifier={other.words['number']}"),
    ):  # fmt: skip
        inside = {"fullUrl": f"urn:uuid:{uuid4()}", "request": {"method": method, "url": url}}
        patch = samples.superseding(url)["resource"]
        for resource in ({}, {"resource": plain}, {"resource": patch}):
            for kind in ("batch", "transaction"):
                yield json(
                    "POST", "/fhir", {"resourceType": "Bundle", "type": kind, "entry": [inside | resource]}, says=says
                )


def _pages(town: Town) -> Iterator[Ask]:
    """F5: a page given to the laboratory and one given to the doctor's software, in everybody's hands."""
    for owner in ("labo", "diallo-software"):
        for kind in ("DocumentReference", "List"):
            token = page_of(town, owner, kind)
            for resource in ("DocumentReference", "List"):
                yield Ask("GET", f"/fhir/{resource}", f"page={token}")
                yield Ask("POST", f"/fhir/{resource}/_search", f"page={token}", b"", FORM)
            yield Ask("GET", f"/fhir/{kind}", f"page={token}&status=current")
            yield Ask("GET", f"/fhir/{kind}", f"page={token[:-4]}AAAA")


def page_of(town: Town, owner: str, kind: str) -> str:
    """The token of a next page that the owner was given."""
    ins = town.amina.person.ins
    asked = {"status": "current", "patient.identifier": f"urn:oid:{ins.oid}|{ins.matricule}", "_count": "1"}
    told = town.caller(owner).ask(Ask("POST", f"/fhir/{kind}/_search", "", urlencode(asked).encode(), FORM))
    assert told.status == 200, told.body
    return told.body.split(b"?page=")[1].split(b'"')[0].decode()

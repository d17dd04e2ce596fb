"""Which objects an address may be pointed at: everyone's, nobody's, and what is no object at all."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from uuid import uuid4

from hygie.record.curves import mark
from hygie.tests.crawl.town import Neighbour, Town

HUGE = 10**30
OBJECTS = frozenset(
    {
        "way_id",
        "session_id",
        "contact_id",
        "document_id",
        "patient_id",
        "fhir_id",
        "member_id",
        "block_id",
        "share_id",
        "viewing_id",
        "case_id",
        "quarantine_id",
        "job_id",
        "seq",
        "authorization_id",
        "tie_id",
        "call_id",
        "proposal_id",
    }
)


def _everyone(town: Town, part: Callable[[Neighbour], list[object]]) -> list[str]:
    return [str(value) for one in town.neighbours for value in part(one)]


PARTS: dict[str, Callable[[Town], list[str]]] = {
    "patient_id": lambda town: [*_everyone(town, lambda one: [one.id]), str(uuid4())],
    "document_id": lambda town: [*_everyone(town, lambda one: list(one.documents.values())), str(uuid4())],
    "entry_id": lambda town: [*_everyone(town, lambda one: [entry for _, entry in one.entries]), str(uuid4())],
    "fhir_id": lambda town: fhir_ids(town),
    "member_id": lambda town: [*_everyone(town, lambda one: list(one.members)), str(uuid4())],
    "block_id": lambda town: [*_everyone(town, lambda one: list(one.blocks)), str(uuid4())],
    "share_id": lambda town: [*_everyone(town, lambda one: list(one.shares)), str(uuid4())],
    "viewing_id": lambda town: [*_everyone(town, lambda one: list(one.viewings)), str(uuid4())],
    "token": lambda town: [*_everyone(town, lambda one: list(one.old_links)), "x" * 43, "lecture"],
    "seal": lambda town: ["x" * 43, "eyJ9:1:x"],
    "case_id": lambda town: [*_everyone(town, lambda one: list(one.cases)), str(uuid4())],
    "quarantine_id": lambda town: [*map(str, town.quarantined), str(uuid4())],
    "job_id": lambda town: ["0", str(10**12), str(HUGE)],
    "seq": lambda town: [*_everyone(town, lambda one: list(one.lines)), "0", "99999", str(HUGE)],
    "number": lambda town: ["1", "0", "2", str(HUGE)],
    "what": lambda town: ["fermer", "refuser", "ouvrir", "vendre", "arreter", "limiter", "code", "confirmer", "accord"],
    "tie_id": lambda town: [*_everyone(town, lambda one: [one.id]), str(uuid4())],
    "provider_id": lambda town: ["people", "professionals", "google"],
    "version": lambda town: ["1", "2", "0", str(HUGE), "x"],
    "rest": lambda town: nowhere(town),
    "which": lambda town: [*(mark(one.id, key) for one in town.neighbours for key in ("tsh", "vih")), "0" * 16, "tsh"],
    "form": lambda town: ["fhir", "cda", "pdf", "tout"],
    "call_id": lambda town: [str(uuid4()), str(town.amina.id)],
    "proposal_id": lambda town: [str(uuid4()), str(town.amina.id)],
    "section": lambda town: ["allergies", "problems", "wishes", "x"],
    "way_id": lambda town: [*_everyone(town, lambda one: [one.way]), str(uuid4())],
    "session_id": lambda town: [*_everyone(town, lambda one: [one.session]), str(uuid4())],
    "contact_id": lambda town: [*_everyone(town, lambda one: [one.contact]), str(uuid4())],
    "stop": lambda town: ["A" * 76, "x"],
    "by": lambda town: ["courriel", "message", "lettre", "pigeon"],
    "name": lambda town: ["tables.csv", "report.pdf", "..%2f..%2fpasswd", "x"],
    "how": lambda town: ["merci", "complet", "vendre"],
    "finding": lambda town: ["services", "x"],
    "authorization_id": lambda town: [str(town.application), str(uuid4())],
    "import_id": lambda town: [str(uuid4()), str(town.amina.id)],
    "invitation_id": lambda town: [str(uuid4()), str(town.amina.id)],
}


def nowhere(town: Town) -> list[str]:
    """What other FHIR servers have, and this one must not."""
    one, document = town.zoe.id, town.zoe.fhir("report")
    return [
        "Patient", f"Patient/{one.hex}", f"Patient/{one}", f"Patient/{one.hex}/$everything", f"Patient/{one}/_history",
        f"Patient/{one.hex}/DocumentReference", "Patient/$match", f"Patient?identifier={town.zoe.person.ins.matricule}",
        "$export", "Patient/$export", "Group/all/$export", "$graphql", "graphql", "_history", "DocumentReference/_history",
        f"DocumentReference/{document}/$document", f"DocumentReference/{document}/_history", "DocumentReference/$docref",
        f"Composition/{document}/$document", f"Binary/{document}/_history/1", f"Binary/{document}/$download",
        f"DocumentReference/{document}/", f"DocumentReference//{document}", f"../documents/{town.zoe.documents['report']}/",
        f"AuditEvent?patient={one.hex}", "Provenance", "Subscription", "metadata/", "Bundle", "_search",
        f"List/{document}/$find", f"Basic/{document}", f"DocumentReference/{document}/_history/2/",
    ]  # fmt: skip


def fhir_ids(town: Town) -> list[str]:
    """Each document as its own person's, some as another's, and what is no id at all."""
    right = [one.fhir(kind) for one in town.neighbours for kind in one.documents]
    crossed = [
        one.id.hex + other.documents[kind].hex
        for one, other in product(town.neighbours, town.neighbours) if one is not other
        for kind in ("report", "upload", "hidden", "written")
    ]  # fmt: skip
    read = [one.id.hex + entry.hex for one in town.neighbours for _, entry in one.entries[:6]]
    read += [town.zoe.id.hex + town.amina.entries[0][1].hex, town.amina.id.hex + town.zoe.entries[0][1].hex]
    spaces = [written for one in town.neighbours for written in (one.id.hex, str(one.id))]
    professionals = [str(town.diallo.id), str(town.roux.id), town.diallo.id.hex]
    return [*right, *crossed, *read, *spaces, *professionals, *strange_fhir_ids(town)]


def strange_fhir_ids(town: Town) -> list[str]:
    one = town.zoe.fhir("report")
    absent = [town.zoe.id.hex + uuid4().hex, uuid4().hex + town.zoe.documents["report"].hex, "0" * 64, uuid4().hex * 2]
    return [*absent, one.upper(), one[:63], one + "0", f"{one}%00", f"{one};{one}", "'", "*", str(town.zoe.id)]

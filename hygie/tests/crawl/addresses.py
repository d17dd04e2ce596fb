"""What to try at each address: which objects it may be pointed at, and what one would send to it.

Every route of the registry stands in BODIES, every name of a part of an address in PARTS. A route or a part that is
missing there fails `test_every_address_is_crawled`: whoever adds an address says here how it may be attacked.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import chain, product
from urllib.parse import quote
from uuid import UUID, uuid4

from django.core import signing

from hygie.base.routes import Route
from hygie.config.urls import ROUTES
from hygie.formats.fhir import building, inside
from hygie.interop.tests.clients import about
from hygie.record.curves import mark
from hygie.tests.crawl import entering, kinship
from hygie.tests.crawl.callers import Ask, form, json, upload
from hygie.tests.crawl.town import Neighbour, Town

PART = re.compile(r"<(?:\w+:)?(\w+)>")
Args = dict[str, str]
Bodies = Callable[[Town, str, str], list[Ask]]

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
WAYS_IN = ("portal", "workspace", "desk", "signin", "smart", "fhir", "cds", "shl")
_DOCTORS = frozenset({"diallo", "roux"})  # for whom a reason well written opens a record, rightly
_REASON = "Patiente inconsciente, admise aux urgences ce matin"


def names(route: Route) -> list[str]:
    """The parts of an address: patient_id, document_id…"""
    return PART.findall(route.pattern)


def filled(route: Route, args: Args) -> str:
    """The path, with these parts, whatever they look like."""
    return "/" + PART.sub(lambda part: args[part[1]], route.pattern)


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


def targets(route: Route, town: Town) -> list[Args]:
    """All the ways to fill this address: everyone's objects, one's object under another's name, and nothing at all."""
    parts = names(route)
    if set(parts) >= {"patient_id", "document_id"}:
        whose = [(one, kind) for one in town.neighbours for kind in one.documents]
        pairs = [(str(one.id), str(one.documents[kind])) for one, kind in whose]
        pairs += [
            (str(one.id), str(other.documents[kind]))
            for one in town.neighbours for other, kind in whose
            if other is not one and kind in ("report", "hidden", "written")
        ]  # fmt: skip
        pairs += [(str(uuid4()), str(uuid4())), (str(town.amina.id), str(uuid4()))]
        base = [{"patient_id": one, "document_id": document} for one, document in pairs]
        parts = [part for part in parts if part not in ("patient_id", "document_id")]
    elif set(parts) >= {"document_id", "entry_id"}:
        read = [pair for one in town.neighbours for pair in one.entries[:6]]
        crossed = [(document, entry) for document, _ in read[:3] for _, entry in read[-3:]]
        pairs = [*read, *crossed, (uuid4(), read[0][1]), (read[0][0], uuid4())]
        base = [{"document_id": str(document), "entry_id": str(entry)} for document, entry in pairs]
        parts = [part for part in parts if part not in ("document_id", "entry_id")]
    else:
        base = [{}]
        if parts:
            first = parts.pop(0)
            base = [{first: value} for value in PARTS[first](town)]
    for part in parts:  # « page 1 » of each; the other pages of two
        one, *others = PARTS[part](town)
        base = [known | {part: one} for known in base] + [
            known | {part: other} for known in base[:2] for other in others
        ]
    return base


QUERIES = (
    "acces=urgence", "acces=depot", "acces=admin&role=operator", "page=2", "page=-1", "page=" + "9" * 40, "pages=toutes",
    "mots=canari", "categorie=analyses&periode=recent&nouveau=1", "montrer=tout&avant=" + "9" * 17, "next=//evil.example/",
    "next=https://evil.example/", "page=%00%ff", "archives=1", "nouveau=1&mots=%27%22%3E%3Cscript%3E",
)  # fmt: skip


def queries(town: Town) -> list[str]:
    """What one adds to an address to be shown somebody else."""
    other = town.zoe
    return [
        *QUERIES,
        f"patient={other.id}&patient_id={other.id}&espace={other.id}",
        f"document={other.documents['report']}&document_id={other.documents['report']}&remplace={other.documents['report']}",
        f"actor={other.person.actor.id}&as={other.person.actor.id}&who={other.person.actor.id}",
        f"mots={quote(other.words['report'])}",
    ]


# What to send. Each function: the town, the actor's name, the path -> requests.


def _nothing(town: Town, actor: str, path: str) -> list[Ask]:
    """A page that is only read: sending to it is tried all the same."""
    return [form("POST", path, {"accord": "oui"})]


def _each(*said: dict[str, str]) -> Bodies:
    return lambda town, actor, path: [form("POST", path, one) for one in said]


def _swaps(town: Town) -> dict[str, str]:
    """Fields that nobody should be able to set (F15)."""
    return {
        "patient_id": str(town.zoe.id), "actor": str(town.zoe.person.actor.id), "document_id": str(town.zoe.documents["report"]),
        "depositor_id": str(town.diallo.id), "status": "current", "role": "operator", "hat": "operator",
    }  # fmt: skip


def _add(town: Town, actor: str, path: str) -> list[Ask]:
    said = {"title": "Un papier", "kind": "DOCPAT05", "day": "2026-01-05"} | _swaps(town)
    return [
        form("POST", path, said), upload(path, said, "papier.txt", b"Un papier de plus"),
        upload(path, {"kind": "??", "day": "hier"}, "../../etc/passwd", b"\x00\xff<svg onload=alert(1)>"),
    ]  # fmt: skip


def _correct(town: Town, actor: str, path: str) -> list[Ask]:
    return [
        form("POST", path, {"title": "Autre", "kind": "DOCPAT05", "day": "2026-01-05"} | _swaps(town)),
        form("POST", path, {}),
    ]


def _invite(town: Town, actor: str, path: str) -> list[Ask]:
    return [
        form("POST", path, {"rpps": town.rpps["friend"], "sur": "oui"} | _swaps(town)),
        form("POST", path, {"rpps": town.rpps["friend"]}), form("POST", path, {"rpps": "0" * 11, "sur": "oui"}),
        form("POST", path, {"rpps": "'", "until": "never"}),
    ]  # fmt: skip


def _share(town: Town, actor: str, path: str) -> list[Ask]:
    """Other people's documents, put behind a link of one's own."""
    said = {"lasts": "1j", "most": "1", "label": "Crawl"}
    return [form("POST", path, said | {"documents": str(one.documents["report"])}) for one in town.neighbours] + [
        form("POST", path, {"lasts": "jamais"})
    ]


def _block(town: Town, actor: str, path: str) -> list[Ask]:
    return [
        form("POST", path, {"qui": str(one), "genre": kind, "quoi": "tout"} | _swaps(town))
        for one, kind in ((town.petit.id, "professional"), (uuid4(), "organisation"), ("personne", "professional"))
    ]


def _report(town: Town, actor: str, path: str) -> list[Ask]:
    return [
        form("POST", path, {"message": "Je ne le connais pas."} | _swaps(town)),
        form("POST", path, {"message": ""}),
    ]


def _hat(town: Town, actor: str, path: str) -> list[Ask]:
    hats = [one.hat for one in town.callers.values() if one.hat and one.name != actor]
    return [form("POST", path, {"hat": hat}) for hat in dict.fromkeys([*hats, "operator", str(uuid4()), ""])]


def _token(town: Town, actor: str, path: str) -> list[Ask]:
    common = {"grant_type": "client_credentials", "scope": "system/*.cruds"}
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    return [
        form("POST", path, common),
        form("POST", path, common | {"client_assertion_type": kind, "client_assertion": "e30.e30."}),
        form("POST", path, common | {"client_id": str(town.labo.id), "client_secret": ""}),
        form("POST", path, common | {"grant_type": "password", "username": "amina", "password": "amina"}),
    ]


def _identity(one: Neighbour, **changed: str) -> dict[str, str]:
    traits = one.person.traits
    return {
        "matricule": one.person.ins.matricule, "authority": one.person.ins.oid, "family": traits.birth_family,
        "given": traits.given_names[0], "born": traits.birth_date, "sex": traits.sex,
    } | changed  # fmt: skip


def said_by_heart(one: Neighbour) -> tuple[str, ...]:
    """What an actor writes who knows somebody's identity already."""
    return (one.words["family"], one.words["second"], one.words["number"])


def _find(town: Town, actor: str, path: str) -> list[Ask]:
    """Knowing all, knowing nearly all, knowing nothing. Whoever breaks the glass with a good reason opens a record."""
    reason = "urgent" if actor in _DOCTORS else _REASON
    asks = []
    for one in town.neighbours:
        for changed in ({}, {"born": "1988-05-05"}, {"family": "Dupont"}, {"matricule": "2" * 15}, {"sex": "male"}):
            asks.append(form("POST", path, _identity(one, reason=reason, **changed), says=said_by_heart(one)))
    return [*asks, form("POST", path, {"reason": _REASON}), form("POST", path, {"matricule": "%", "family": "*"})]


def _emergency(town: Town, actor: str, path: str) -> list[Ask]:
    reason = "urgent" if actor in _DOCTORS else _REASON
    return [
        form("POST", path, {"reason": reason}),
        form("POST", path, {"etape": "ouvrir", "trouve": seal(town, "friend")}),
    ]


def seal(town: Town, by: str) -> str:
    """« Found » as signed for somebody: for another professional it must be worth nothing."""
    found = {"patient": str(town.zoe.id), "by": str(getattr(town, by).id), "name": "X", "born": "1979-11-02"}
    return signing.dumps(found, salt="hygie.workspace.found", compress=True)


def _deposit(town: Town, actor: str, path: str) -> list[Ask]:
    """With nothing found, with a seal forged, with another's seal, about another person."""
    said = {"kind": "11488-4", "title": "Lettre", "day": "2026-01-05", "announce": "now"} | _swaps(town)
    theirs = {"trouve": seal(town, "friend")}
    return [
        form("POST", path, {"etape": "ouvrir"}), form("POST", path, theirs | {"etape": "ouvrir"}),
        upload(path, said | theirs, "lettre.txt", b"Une lettre"), upload(path, said | {"trouve": "e30:1:x"}, "l.txt", b"Une"),
        upload(path, said | theirs | {"remplace": str(town.zoe.documents["report"])}, "l.txt", b"Une autre"),
    ]  # fmt: skip


def _resolve(town: Town, actor: str, path: str) -> list[Ask]:
    """To somebody who is no candidate. (To the candidate is what the operator is for.)"""
    spaces = (town.zoe.id, town.amina.id, uuid4())
    return [form("POST", path, {"espace": str(one), "note": "Vu"}) for one in spaces] + [
        form("POST", path, {"espace": "x"})
    ]


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


def _authorize(town: Town, actor: str, path: str) -> list[Ask]:
    """An application that nobody has let in, one that somebody else has, and where it may send us back."""
    asked = (
        f"response_type=code&client_id={town.app_id}&scope=patient/*.rs&code_challenge_method=S256&code_challenge={'c' * 43}"
        "&aud=http://localhost:8600/fhir&redirect_uri="
    )
    here = asked + quote("https://suivi.example/retour")
    return [
        Ask("GET", path, here), Ask("GET", path, asked + quote("https://evil.example/")), Ask("GET", path, here + "&launch=x"),
        form("POST", path, {"reponse": "non"} | _swaps(town), query=here), form("POST", path, {"reponse": "oui"}),
    ]  # fmt: skip


def _spent(town: Town, actor: str, path: str) -> list[Ask]:
    """Handles and tokens that are nobody's, and somebody else's token given by who has no proof."""
    token = town.callers["diallo-software"].token
    return [
        Ask("GET", path, "iss=http://localhost:8600/fhir&launch=" + "x" * 43), Ask("GET", path, "iss=https://evil.example/fhir"),
        form("POST", path, {"token": token}), form("POST", path, {"token": token, "client_id": str(town.labo.id)}),
        form("POST", path, {"token": "x" * 9000}),
    ]  # fmt: skip


def _write(town: Town, actor: str, path: str) -> list[Ask]:
    return [form("POST", path, {"text": "Un mot."} | _swaps(town)), form("POST", path, {"text": ""})]


_YES_NO = ({"masquer": "oui"}, {"masquer": "non"})
BODIES: dict[str, Bodies] = {
    **dict.fromkeys(
        ("portal:welcome", "portal:home", "portal:documents", "portal:document", "portal:page", "portal:picture", "portal:read-from", "workspace:read-from",
         "portal:attachment", "portal:original", "portal:sheet", "portal:results", "portal:result", "portal:compare", "portal:sharing", "portal:journal", "portal:account", "portal:gallery", "portal:family", "portal:helpers",
         "signin", "signin-space", "signin-back", "smart:configuration", "workspace:home", "workspace:patient", "workspace:result", "workspace:treatment",
         "workspace:document", "workspace:page", "workspace:picture", "workspace:attachment", "workspace:original",
         "workspace:deposits", "workspace:deposited", "desk:home", "desk:quarantine", "desk:quarantined",
         "desk:emergencies", "desk:reports", "desk:refusals", "desk:indicators", "desk:jobs", "desk:survey", "desk:apart", "desk:call", "desk:call-journal", "desk:together"),
        _nothing,
    ),
    **dict.fromkeys(
        ("fhir:provide", "fhir:provide-slash", "fhir:metadata", "fhir:openapi", "fhir:documents", "fhir:search-documents",
         "fhir:document", "fhir:version", "fhir:lists", "fhir:search-lists", "fhir:list", "fhir:binary", "fhir:nowhere",
         *(f"fhir:{kind}-entry" for kind in inside.SERVED), "fhir:patient", "fhir:everything", "fhir:summary",
         "fhir:practitioner"),
        _fhir,
    ),
    **dict.fromkeys((f"fhir:{kind}-{what}" for kind in inside.SERVED for what in ("entries", "search")), _inside),
    **dict.fromkeys(
        ("portal:take", "portal:erase", "portal:keep", "portal:receipt", "portal:summary", "portal:summary-file", "portal:treatments", "portal:treatments-sheet", "portal:treatment",
         "portal:applications", "workspace:documents", "workspace:search", "workspace:invitations", "workspace:file", "portal:awaiting", "portal:declined", "smart:discovery", "smart:jwks",
         "cds:discovery"),
        _nothing,
    ),
    **dict.fromkeys(("workspace:arrive", "smart:introspect", "smart:revoke"), _spent),
    **dict.fromkeys(("workspace:synthesis", "workspace:note"), _write),
    "desk:caller": lambda town, actor, path: [
        form("POST", path, _identity(one, number="D-1"), says=said_by_heart(one)) for one in town.neighbours
    ],
    "desk:act": _each({"quoi": "masquer", "categorie": "toutes"}, {"quoi": "relier", "connexion": "00000000"}, {"quoi": "ouvrir"}),
    "desk:propose": _each({"quoi": "erase"}, {"quoi": "merge", "autre": "x"}),
    "desk:settle": _each({"reponse": "oui"}, {"reponse": "separer"}),
    "portal:add-settle": lambda town, actor, path: [
        form("POST", path, {"document": str(one.documents["report"]), "tout": "retirer"}) for one in town.neighbours
    ],
    "portal:brought": _each({"quoi": "annuler"}, {"quoi": "reprendre"}),
    "portal:bring": lambda town, actor, path: [upload(path, {}, "espace.zip", b"PK\3\4 rien"), form("POST", path, {})],
    **dict.fromkeys(("portal:survey", "portal:survey-end", "portal:survey-paper", "portal:accessibility", "portal:figures", "portal:figures-file", "portal:finding", "portal:observatory", "portal:observatory-file"), _nothing),
    "portal:survey-begin": _each({}),
    "portal:survey-resume": _each({"code": "ABCD-EFGH-JKLM"}, {"code": "' OR 1=1"}),
    "portal:survey-page": _each({"sex": "woman", "age": "18-24"}, {"sex": "vendre"}),
    **{name: _each(*said) for name, said in (entering.SENT | kinship.SENT).items()},
    "portal:summary-none": _each({}, {"effacer": "x"}),
    "portal:treatment-add": _each({"name": "Doliprane 1000 mg", "how": "1 le soir"}, {"code": "3400930000000"}),
    "portal:treatment-say": _each({"dit": "oui"}, {"dit": "effacer"}, {"dit": "vendre"}),
    "portal:treatments-none": _each({}),
    "portal:end-application": _each({}),
    "portal:authorize": _authorize,
    "smart:launch": _launch,
    "fhir:check-in": lambda town, actor, path: [json("POST", path, {"resourceType": "Parameters", "parameter": [{"name": "token", "valueString": "x" * 43}]})],
    "cds:patient-view": _card,
    "desk:invite": _each({"way": "desk", "address": "A\nB", "signed": "on"}, {"way": "letter", "address": "x"}),
    "portal:invitation": _each({"code": "000000000000", "born": "04051988"}, {"code": "' OR 1=1", "born": "hier"}),
    "portal:another-code": _each({}),
    "portal:accept": _each({"equipe": "oui"}),
    "portal:decline": _each({"raison": "autre"}, {"raison": "vendre"}),
    "workspace:invite": _each({"verifiee": "oui"}, {"verifiee": "oui", "trouve": "x:y:z"}),
    "workspace:invite-again": _each({}),
    "portal:open": _each({"accord": "oui"}, {}),
    "portal:add": _add,
    "portal:hide": _each(*_YES_NO),
    "portal:secret": _each({"secret": "oui"}, {"secret": "non"}),
    "portal:accept-help": _each({"code": "ABCDEFGHJK", "oui": "oui"}, {"code": "%"}),
    "portal:give-up": _each({}),
    "portal:moment": lambda town, actor, path: [form("POST", path, {"aide": str(town.zoe.id)} | _swaps(town))],
    "workspace:relief": lambda town, actor, path: [form("POST", path, {"aide": str(town.zoe.id)} | _swaps(town))],
    "portal:confide": _each(
        {"name": "Ali", "relation": "son", "level": "act", "condition": "two-witnesses"}, {"name": "", "level": "all"}
    ),
    "portal:change-help": _each({"niveau": "act"}, {"niveau": "all", "categories": "10"}),
    "portal:archive": _each({"archiver": "oui"}, {"archiver": "non"}),
    "portal:withdraw": _each({}, {"retablir": "oui"}),
    "portal:correct": _correct,
    "portal:straighten": _each({"pages": "1r0"}, {"retablir": "oui"}),
    "portal:verifying": _nothing,
    "workspace:verify": _each({"reponse": "oui"}, {"reponse": "reprendre"}),
    "portal:verify": _each({"reponse": "oui"}, {"reponse": "non"}, {"reponse": "reprendre", "depuis": "document"}),
    "portal:verify-correct": _each({"value": "62", "unit": "kg"}, {"name": "Autre chose"}),
    "portal:consent": _each({"accord": "non"}, {"accord": "oui"}),
    "portal:emergency": _each({"urgence": "oui", "masques": "oui"}, {}),
    "portal:opposition": _each({"refuser": "oui"}, {"refuser": "non"}),
    "portal:invite": _invite,
    **dict.fromkeys(("portal:links", "portal:link", "portal:reader", "portal:reader-document", "portal:reader-page",
                     "portal:reader-original", "shl:file"), _nothing),
    "portal:link-new": _share,
    "portal:who": _nothing,
    "portal:limit": _each({"classes": "42"}, {"until": "hier"}),
    "portal:keep-from": lambda town, actor, path: [
        form("POST", path, {"document": str(one.documents["report"])}) for one in town.neighbours
    ],
    "portal:card": _each({"sections": "allergies"}, {"sections": "tout"}),
    **dict.fromkeys(("portal:card-paper", "portal:card-pdf", "portal:card-screen", "portal:card-offline"), _nothing),
    "portal:link-end": _each({}),
    "portal:link-note": _each({"garder": "oui"}, {"garder": "non"}),
    "portal:reader-note": _each({"mot": "Un mot."}, {"mot": ""}),
    "portal:by-code": _each({"code": "123456789012", "name": "X"}, {"code": "12"}),
    "portal:by-link": _each({"name": "X", "passcode": "x"}, {}),
    "portal:arriving": _each({"lasts": "jour"}, {"lasts": "toujours"}),
    "workspace:reception": _each({"code": "123456", "born": "1979-11-02"}, {"code": "x"}),
    "workspace:scanned": _each({}),
    "workspace:essential": _nothing,
    "shl:link": lambda town, actor, path: [json("POST", path, {"recipient": "X", "passcode": "x"}), json("POST", path, [])],
    "portal:remove": _each({}),
    "portal:block": _block,
    "portal:unblock": _each({}),
    "portal:report": _report,
    "portal:space": _each({}),
    "portal:language": _each({"langue": "fr"}, {"langue": "../../etc"}),
    "signin-hat": _hat,
    "signin-go": _each({"next": "https://evil.example/"}, {"next": "/accueil/"}),
    "signout": _each({}),
    "smart:token": _token,
    "workspace:find": _find,
    "workspace:urgent": _find,
    "workspace:emergency": _emergency,
    "workspace:deposit": _deposit,
    "workspace:announce": _each({}),
    "workspace:all-read": _each({}),
    "workspace:kind": _each({"kind": "57833-6"}, {"retablir": "oui"}, {"kind": "EXPPAT_3"}),
    "workspace:pin": _each({}, {"epingler": "non"}),
    "workspace:close": _each({}),
    "workspace:time": _nothing,
    "workspace:gain": _each({"apport": "found"}, {"apport": "found", "ferme": "x:y:z"}),
    "portal:put-back": _each({}),
    "portal:unpin": _each({}),
    "workspace:withdraw": _each({}, {"retablir": "oui"}),
    "desk:resolve": _resolve,
    "desk:emergency": _each({"finding": "yes", "note": "Vu"}, {}),
    "desk:report": _each({"note": "Vu"}, {}),
    "desk:retry": _each({}),
    "desk:forget": _each({}),
}  # fmt: skip


def unknown() -> list[str]:
    """Routes, and parts of routes, for which this file says nothing; and what it says of routes that are no more."""
    parts = {part for route in ROUTES for part in names(route)}
    known = {route.name for route in ROUTES}
    return [
        *(f"route {name or 'of a library'}" for name in sorted(known - set(BODIES))),
        *(f"part <{part}>" for part in sorted(parts - set(PARTS))),
        *(f"{name} is no route any more" for name in sorted(set(BODIES) - known)),
    ]


def asks(route: Route, town: Town, actor: str, *, most: int) -> Iterator[Ask]:
    """What to try at this address as this actor: `most` objects, others for each actor, and fewer where one writes."""
    everything = targets(route, town)
    dice = random.Random(f"{actor} {route.name}")
    dice.shuffle(everything)
    if route.name in _ALIKE:
        most = min(most, 2)
    yield from (Ask("GET", filled(route, args)) for args in everything[:most])
    for args in everything[: max(2, most // 4)]:
        yield from BODIES[route.name](town, actor, filled(route, args))
    path = filled(route, everything[0])
    yield from (Ask("GET", path, query) for query in dice.sample(queries(town), min(most // 3, len(queries(town)))))
    yield from (Ask(method, path) for method in ("HEAD", "OPTIONS", "DELETE", "TRACE"))
    yield from (form(method, path, _swaps(town)) for method in ("PUT", "PATCH"))
    yield from (Ask("GET", path) for path in _misshapen(route, everything[0]))


# One view serves every kind of entry: some kinds are crawled at length, the others looked at.
_ALIKE = frozenset(
    f"fhir:{kind}-{what}" for kind in set(inside.SERVED) - {"Observation", "Condition"}
    for what in ("entries", "search", "entry")
)  # fmt: skip


def _misshapen(route: Route, args: Args) -> Iterator[str]:
    """Parts that are no id, paths that climb."""
    parts = names(route)
    if not parts:
        return
    for part in parts:
        for written in ("%2e%2e", "..;", "x" * 300, "é", str(UUID(int=0)), "\x00"):
            yield filled(route, args | {part: written})
    yield filled(route, args) + "/../"


def routes(face: str) -> list[Route]:
    """The routes of one face: portal, workspace, desk, fhir, smart, signin."""
    return [
        route for route in ROUTES
        if (route.name.split(":")[0] if ":" in route.name else "signin") == face
    ]  # fmt: skip


def faces() -> list[str]:
    """Every face there is, so that a new one is crawled too."""
    found = chain.from_iterable([route.name.split(":")[0]] if ":" in route.name else ["signin"] for route in ROUTES)
    return sorted(dict.fromkeys(found))

"""Bundles: a set of documents on its way in (ITI-65), the answer to it, and the results of a search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hygie.formats.fhir import document_reference, instants, systems
from hygie.formats.fhir.faults import invalid, unsupported
from hygie.formats.fhir.types import Lot, Publication, Warning
from hygie.formats.fhir.validate import Message

MAX_DOCUMENTS = 50
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Submission:
    """A set of documents about one person, read from a transaction.

    `kinds` says, for each entry in order, what it is ("List", "DocumentReference", "Binary", "Patient", "PATCH") and,
    for a document, which one: the answer has the same order. `lot` is what is said of the set itself.
    """

    documents: tuple[Publication, ...]
    kinds: tuple[tuple[str, int | None], ...]
    lot: Lot = field(default_factory=Lot)
    warnings: tuple[Warning, ...] = field(default=())


def parse(message: Message, *, lenient: bool) -> Submission:
    """The submission in a transaction Bundle. Raises Invalid or Unsupported, with the place of the entry."""
    bundle = message.resource
    if bundle.get("resourceType") != "Bundle":
        raise invalid("resourceType", "Un Bundle est attendu ici.", code="fhir-structure")
    if bundle.get("type") != "transaction":
        raise unsupported("Bundle.type", "Seul un Bundle de type « transaction » est accepté.")
    entries: list[Resource] = bundle.get("entry") or []
    by_url = _by_url(entries)
    found: list[tuple[str, str, Resource]] = [_kind(entry, f"Bundle.entry[{n}]") for n, entry in enumerate(entries)]
    binaries = {url: resource for url, (kind, resource) in by_url.items() if kind == "Binary"}
    patients = {url: resource for url, (kind, resource) in by_url.items() if kind == "Patient"}
    documents: list[Publication] = []
    kinds: list[tuple[str, int | None]] = []
    for (kind, at, resource), entry in zip(found, entries, strict=True):
        number = None
        if kind == "DocumentReference":
            number = len(documents)
            if number >= MAX_DOCUMENTS:
                raise invalid(at, f"Un envoi compte au plus {MAX_DOCUMENTS} documents.", code="fhir-too-large")
            documents.append(
                document_reference.parse(
                    message, lenient=lenient, resource=resource, at=at, reference=entry.get("fullUrl"),
                    binaries=binaries, patients=patients,
                )
            )  # fmt: skip
        kinds.append((kind, number))
    if not documents:
        raise invalid("Bundle.entry", "Cet envoi ne contient aucun document (DocumentReference).")
    _one_person(documents)
    _replacements(found, documents)
    lot, warnings = _submission_set(found, documents, lenient=lenient)
    return Submission(tuple(documents), tuple(kinds), lot, tuple(warnings))


def _by_url(entries: Sequence[Resource]) -> dict[str, tuple[str, Resource]]:
    by_url: dict[str, tuple[str, Resource]] = {}
    for number, entry in enumerate(entries):
        url, resource = entry.get("fullUrl"), entry.get("resource") or {}
        if not isinstance(url, str):
            continue
        if url in by_url:
            raise invalid(f"Bundle.entry[{number}].fullUrl", "Deux entrées portent le même fullUrl.")
        by_url[url] = (str(resource.get("resourceType")), resource)
    return by_url


def _kind(entry: Resource, at: str) -> tuple[str, str, Resource]:
    """What an entry asks for. Anything else than what ITI-65 needs is refused, before anything is done."""
    resource, request = entry.get("resource"), entry.get("request")
    if not isinstance(request, dict) or not isinstance(resource, dict):
        raise invalid(at, "Une entrée de transaction porte une ressource et une requête.")
    if refused := {"ifNoneExist", "ifMatch", "ifNoneMatch", "ifModifiedSince"} & request.keys():
        raise unsupported(f"{at}.request.{min(refused)}", "Les requêtes conditionnelles ne sont pas acceptées ici.")
    kind, method, url = resource.get("resourceType"), request.get("method"), str(request.get("url") or "")
    if method == "PATCH" and kind == "Parameters" and url.startswith("DocumentReference"):
        return "PATCH", f"{at}.resource", {**resource, "url": url}
    if method == "POST" and url == kind and kind in ("List", "DocumentReference", "Binary", "Patient"):
        return str(kind), f"{at}.resource", resource
    raise unsupported(f"{at}.request", "Cette opération n'est pas acceptée dans un envoi de documents.")


def _one_person(documents: Sequence[Publication]) -> None:
    first = documents[0].entry.subject
    for other in documents[1:]:
        if (other.entry.subject.oid, other.entry.subject.matricule) != (first.oid, first.matricule):
            raise invalid(
                f"{other.at}.subject", "Un envoi concerne une seule personne : rien n'a été conservé.",
                code="identity-mismatch",
            )  # fmt: skip


def _replacements(found: Iterable[tuple[str, str, Resource]], documents: Sequence[Publication]) -> None:
    """Each PATCH must only say "superseded" of a document that this very message replaces."""
    replaced = {one.entry.replaces for one in documents}
    for kind, at, resource in found:
        if kind != "PATCH":
            continue
        target = resource["url"].replace("%7C", "|").removeprefix("DocumentReference").lstrip("/")
        name = target.removeprefix("?identifier=").rpartition("|")[2]
        if not _supersedes(resource) or name not in replaced:
            raise unsupported(
                at, "Dans un envoi, PATCH ne sert qu'à rendre « superseded » le document que cet envoi remplace."
            )


def _supersedes(parameters: Resource) -> bool:
    operations = [item for item in parameters.get("parameter") or () if item.get("name") == "operation"]
    if len(operations) != 1 or len(parameters.get("parameter") or ()) != 1:
        return False
    said: dict[str, Any] = {}
    for part in operations[0].get("part") or ():
        values = [value for key, value in part.items() if key.startswith("value")]
        said[str(part.get("name"))] = values[0] if values else None
    return said == {"type": "replace", "path": "DocumentReference.status", "value": "superseded"}


def _submission_set(
    found: Iterable[tuple[str, str, Resource]], documents: Sequence[Publication], *, lenient: bool
) -> tuple[Lot, list[Warning]]:
    lists = [(at, resource) for kind, at, resource in found if kind == "List"]
    if len(lists) != 1:
        raise invalid("Bundle.entry", "Un lot de soumission (List) et un seul est attendu.")
    at, resource = lists[0]
    reading = document_reference.Reading(at, lenient=lenient)
    codes = {coding.get("code") for coding in (resource.get("code") or {}).get("coding") or ()}
    if "submissionset" not in codes:
        raise unsupported(f"{at}.code", "Seuls les lots de soumission sont acceptés, pas les classeurs.")
    subject = (resource.get("subject") or {}).get("reference") or ""
    if subject.startswith("Patient?identifier="):
        matricule = subject.replace("%7C", "|").rpartition("|")[2]
        if matricule != documents[0].entry.subject.matricule:
            raise invalid(
                f"{at}.subject",
                "Un envoi concerne une seule personne : rien n'a été conservé.",
                code="identity-mismatch",
            )
    extensions = {extension.get("url") for extension in resource.get("extension") or ()}
    if systems.DESIGNATION not in extensions:
        reading.want("extension", "Il manque le type d'activité du lot (ihe-designationType).")
    if systems.SOURCE_ID not in extensions:
        reading.want("extension", "Il manque l'identifiant du système émetteur (ihe-sourceId).")
    if not resource.get("date"):
        reading.want("date", "Il manque la date du lot de soumission.")
    if not resource.get("source"):
        reading.want("source", "Il manque l'auteur du lot de soumission.")
    listed = {(entry.get("item") or {}).get("reference") for entry in resource.get("entry") or ()}
    if missing := [one for one in documents if one.reference not in listed]:
        raise invalid(f"{missing[0].at}", "Ce document n'est pas dans le lot de soumission (List.entry.item).")
    unique = next(
        (
            identifier.get("value")
            for identifier in resource.get("identifier") or ()
            if identifier.get("use") == "usual"
            or "uniqueId" in {c.get("code") for c in (identifier.get("type") or {}).get("coding") or ()}
        ),
        None,
    )
    if unique is None:
        reading.want("identifier", "Il manque l'identifiant unique du lot de soumission.")
    return _lot(resource, unique), reading.warnings


def _lot(resource: Resource, unique_id: Any) -> Lot:
    said = {extension.get("url"): extension for extension in resource.get("extension") or ()}
    contained = {f"#{item['id']}": item for item in resource.get("contained") or () if isinstance(item.get("id"), str)}
    source_id = (said.get(systems.SOURCE_ID, {}).get("valueIdentifier") or {}).get("value")
    source = document_reference.writer(resource.get("source") or {}, contained)
    title = resource.get("title")
    return Lot(
        unique_id=unique_id if isinstance(unique_id, str) else None,
        source_id=source_id if isinstance(source_id, str) else None,
        designation=document_reference.named_code(said.get(systems.DESIGNATION, {}).get("valueCodeableConcept")),
        title=title if isinstance(title, str) else None,
        source=(source.name or source.organisation) if source else None,
    )


def response(entries: Iterable[Mapping[str, Any]]) -> Resource:
    """A transaction-response, one entry per entry received, in the same order."""
    return {
        "resourceType": "Bundle",
        "type": "transaction-response",
        "entry": [{"response": dict(entry)} for entry in entries],
    }


def answered(
    status: str, *, location: str | None = None, version: int | None = None, at: datetime | None = None,
    outcome: Resource | None = None,
) -> Resource:  # fmt: skip
    """One entry.response. `status` is the HTTP line ("201 Created")."""
    out: Resource = {"status": status}
    if location:
        out["location"] = location
    if version is not None:
        out["etag"] = f'W/"{version}"'
    if at is not None:
        out["lastModified"] = instants.written(at)
    if outcome is not None:
        out["outcome"] = outcome
    return out


def searchset(
    resources: Sequence[Resource], *, base: str, total: int, self_url: str, next_url: str | None = None
) -> Resource:
    """The results of a search. `base` is the address of the server, without a slash at the end."""
    links = [{"relation": "self", "url": self_url}]
    if next_url:
        links.append({"relation": "next", "url": next_url})
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "total": total, "link": links}
    if resources:
        bundle["entry"] = [
            {
                "fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}",
                "resource": resource,
                "search": {"mode": "match"},
            }
            for resource in resources
        ]
    return bundle

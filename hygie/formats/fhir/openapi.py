"""The OpenAPI 3.1 description of our FHIR subset, generated from the lists that its code uses."""

from __future__ import annotations

from typing import Any

from hygie.formats.fhir import search
from hygie.formats.fhir.capability import MEANINGS

Resource = dict[str, Any]
_FHIR = "application/fhir+json"
_FORM = "application/x-www-form-urlencoded"
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
_ERRORS = {
    "400": "Demande illisible, ou critère inconnu.",
    "401": "Jeton absent, inconnu ou expiré.",
    "403": "Refusé.",
    "404": "Rien ici que vous puissiez voir.",
    "405": "Méthode ou champ non modifiable.",
    "406": "Format de réponse indisponible.",
    "409": "En conflit avec ce qui est déjà là.",
    "410": "Retiré par celui qui l'avait déposé.",
    "412": "La fiche a changé : relisez-la.",
    "413": "Trop grand.",
    "415": "Format d'envoi non accepté.",
    "422": "Compris, mais contraire aux règles.",
    "429": "Trop de demandes : voir Retry-After.",
    "503": "Momentanément indisponible : voir Retry-After.",
}


def document(*, base: str) -> Resource:
    """The description of the API at `base` (no slash at the end). Every operation has an id and a French summary."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hygie : partage de documents de santé (FHIR R4, PDSm)",
            "version": "1",
            "description": "Le sous-ensemble de FHIR que Hygie accepte. Tout le reste est refusé clairement.",
        },
        "servers": [{"url": base}],
        "security": [{"bearer": []}],
        "paths": {
            "/": {"post": _provide()},
            "/metadata": {"get": _open("capabilities", "Ce que fait ce serveur", "CapabilityStatement")},
            "/DocumentReference": {
                "post": _publish(),
                "get": _find("findDocuments", "Chercher des documents", search.DOCUMENT_PARAMETERS),
                "patch": _patch(
                    "patchByIdentifier", "Modifier un de ses dépôts, par son identifiant", [_text("identifier")]
                ),
            },
            "/DocumentReference/_search": {
                "post": _find_by_form("searchDocuments", "Chercher des documents", search.DOCUMENT_PARAMETERS)
            },
            "/DocumentReference/{id}": {
                "get": _one("readDocument", "Lire une fiche", "DocumentReference"),
                "patch": _patch("patchDocument", "Modifier une fiche", [_ID]),
            },
            "/DocumentReference/{id}/_history/{version}": {
                "get": _one(
                    "readVersion", "Lire une fiche à sa version actuelle", "DocumentReference", _number("version")
                )
            },
            "/List": {"get": _find("findLists", "Chercher des lots de soumission", search.LIST_PARAMETERS)},
            "/List/_search": {
                "post": _find_by_form("searchLists", "Chercher des lots de soumission", search.LIST_PARAMETERS)
            },
            "/List/{id}": {"get": _one("readList", "Lire un lot de soumission", "List")},
            "/Binary/{id}": {"get": _binary()},
        },
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "SMART Backend Services"}
            },
            "schemas": {name: _schema(name) for name in _SHAPES},
        },
    }


_SHAPES: dict[str, tuple[str, ...]] = {
    "Bundle": ("type",),
    "DocumentReference": ("status", "content"),
    "List": ("status", "mode"),
    "Binary": ("contentType",),
    "OperationOutcome": ("issue",),
    "CapabilityStatement": ("status", "kind", "fhirVersion"),
    "Parameters": (),
}


def _schema(name: str) -> Resource:
    return {
        "type": "object",
        "required": ["resourceType", *_SHAPES[name]],
        "properties": {"resourceType": {"const": name}},
    }


def _of(name: str) -> Resource:
    return {_FHIR: {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _answers(*good: tuple[str, str, str]) -> Resource:
    answers = {status: {"description": text, "content": _of("OperationOutcome")} for status, text in _ERRORS.items()}
    return {status: {"description": text, "content": _of(name)} for status, text, name in good} | answers


def _operation(name: str, summary: str, answers: Resource, **more: Any) -> Resource:
    return {"operationId": name, "summary": summary, "responses": answers, **more}


def _provide() -> Resource:
    good = (("200", "Reçu, un résultat par entrée", "Bundle"), ("202", "Mis de côté : identité à vérifier", "Bundle"))
    body = {"required": True, "content": _of("Bundle")}
    return _operation("provideDocuments", "Déposer un lot de documents (ITI-65)", _answers(*good), requestBody=body)


def _publish() -> Resource:
    good = (
        ("200", "Déjà arrivé par une autre voie", "OperationOutcome"),
        ("201", "Reçu et conservé", "DocumentReference"),
        ("202", "Mis de côté : identité à vérifier", "OperationOutcome"),
    )
    answers = _answers(*good)
    answers["201"]["content"][_FHIR]["schema"] = {
        "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("DocumentReference", "OperationOutcome")]
    }
    body = {"required": True, "content": _of("DocumentReference")}
    return _operation("publishDocument", "Déposer un document (ITI-105)", answers, requestBody=body)


def _parameter(name: str, kind: str) -> Resource:
    schema: Resource = {"type": "string", "minLength": 1}
    if kind == "date":
        schema["pattern"] = "^(eq|lt|gt|le|ge|sa|eb)?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
    return {"name": name, "in": "query", "required": name == "status", "schema": schema, "description": MEANINGS[name]}


def _controls() -> list[Resource]:
    count = {"type": "integer", "minimum": 1, "maximum": search.MAX_COUNT}
    return [{"name": "_count", "in": "query", "schema": count, "description": "Nombre de résultats par page."}]


def _find(name: str, summary: str, known: dict[str, str]) -> Resource:
    parameters = [_parameter(one, kind) for one, kind in known.items()] + _controls()
    return _operation(name, summary, _answers(("200", "Les résultats", "Bundle")), parameters=parameters)


def _find_by_form(name: str, summary: str, known: dict[str, str]) -> Resource:
    fields = {one: {"type": "string", "description": MEANINGS[one]} for one in known} | {"_count": {"type": "string"}}
    schema = {"type": "object", "properties": fields, "required": ["status"]}
    body = {"required": True, "content": {_FORM: {"schema": schema}}}
    return _operation(name, summary, _answers(("200", "Les résultats", "Bundle")), requestBody=body)


def _one(name: str, summary: str, kind: str, *more: Resource) -> Resource:
    return _operation(name, summary, _answers(("200", "La ressource", kind)), parameters=[_ID, *more])


def _open(name: str, summary: str, kind: str) -> Resource:
    return _operation(name, summary, _answers(("200", "La ressource", kind)), security=[])


def _binary() -> Resource:
    answers = _answers()
    answers["200"] = {"description": "Les octets d'origine", "content": {"*/*": {}}}
    return _operation("retrieveDocument", "Récupérer un document (ITI-68)", answers, parameters=[_ID])


def _patch(name: str, summary: str, parameters: list[Resource]) -> Resource:
    operation = {
        "type": "object",
        "required": ["op", "path"],
        "properties": {
            "op": {"enum": ["add", "replace", "remove", "test"]},
            "path": {"type": "string", "pattern": "^/(status|securityLabel|extension)"},
            "value": True,
        },
    }
    content = {"application/json-patch+json": {"schema": {"type": "array", "items": operation, "minItems": 1}}}
    matched = {"name": "If-Match", "in": "header", "schema": {"type": "string", "pattern": '^W/"[0-9]{1,9}"$'}}
    return _operation(
        name, summary, _answers(("200", "La fiche modifiée", "DocumentReference")),
        parameters=[*parameters, matched], requestBody={"required": True, "content": content | _of("Parameters")},
    )  # fmt: skip


def _text(name: str) -> Resource:
    return {
        "name": name, "in": "query", "required": True, "schema": {"type": "string", "minLength": 1},
        "description": MEANINGS[name],
    }  # fmt: skip


def _number(name: str) -> Resource:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[1-9][0-9]{0,8}$"}}

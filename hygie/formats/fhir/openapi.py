"""The OpenAPI 3.1 description of our FHIR subset, generated from the lists that its code uses."""

from __future__ import annotations

from typing import Any

from hygie.formats.fhir import criteria, inside, search
from hygie.formats.fhir.capability import MEANINGS, MEANINGS_INSIDE
from hygie.formats.fhir.scopes import OBSERVATION_CATEGORY

Resource = dict[str, Any]
_FHIR = "application/fhir+json"
_FORM = "application/x-www-form-urlencoded"
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
_PERSON = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
_KIND = {
    "name": "kind", "in": "path", "required": True, "schema": {"enum": list(inside.SERVED)},
    "description": "Le genre de la ressource.",
}  # fmt: skip
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
            "title": "Hygie : documents (FHIR R4, PDSm) et données structurées (FHIR R4, SMART)",
            "version": "1",
            "description": "Le sous-ensemble de FHIR que Hygie accepte. Tout le reste est refusé clairement.",
        },
        "servers": [{"url": base}],
        "security": [{"bearer": []}, {"smart": []}],
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
            "/{kind}": {"get": _inside("findEntries", "Chercher dans un dossier")},
            "/{kind}/_search": {"post": _inside_by_form("searchEntries", "Chercher dans un dossier")},
            "/{kind}/{id}": {"get": _one("readEntry", "Lire une ressource d'un dossier", "Resource", _KIND)},
            "/$check-in": {"post": _check_in()},
            "/Patient/{id}": {"get": _about("readPatient", "Lire de qui est ce dossier", "Patient")},
            "/Patient/{id}/$everything": {"get": _about("readEverything", "Lire tout ce que le jeton ouvre", "Bundle")},
            "/Patient/{id}/$summary": {"get": _about("readSummary", "Lire le résumé (IPS)", "Bundle")},
            "/Practitioner/{id}": {
                "get": _about("readPractitioner", "Lire le professionnel de ce jeton", "Practitioner", _ANY)
            },
        },
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "SMART Backend Services"},
                "smart": _smart(base.removesuffix("/fhir")),
            },
            "schemas": {name: _schema(name) for name in _SHAPES} | {"Resource": _a_resource()},
        },
    }


def _smart(home: str) -> Resource:
    """SMART App Launch 2.2. Rights are SMART's scopes, which are too many to be listed one by one."""
    token = f"{home}/oauth/token"
    return {
        "type": "oauth2",
        "description": (
            f"PKCE S256, aud = l'adresse FHIR. Tout est dans {home}/fhir/.well-known/smart-configuration. Un logiciel de"
            f" cabinet ouvre une application ou la page utile par POST {home}/smart/launch."
        ),
        "flows": {
            "authorizationCode": {
                "authorizationUrl": f"{home}/oauth/authorize", "tokenUrl": token, "refreshUrl": token,
                "scopes": {
                    "patient/*.rs": "Lire le dossier de la personne qui l'accepte.",
                    f"patient/Observation.rs?category={OBSERVATION_CATEGORY}|laboratory": (
                        "N'en lire qu'une catégorie : ici, les résultats d'analyses. Rien d'autre n'existe alors pour elle."
                    ),
                    "user/*.rs": "Lire ce que ce professionnel peut lire d'un patient.",
                    "launch": "Être ouverte depuis un logiciel de cabinet.",
                    "launch/patient": "Recevoir de quel dossier il s'agit.",
                    "offline_access": "Continuer sans elle, jusqu'au terme qu'elle choisit.",
                },
            },
            "clientCredentials": {
                "tokenUrl": token,
                "scopes": {
                    "system/DocumentReference.crus": "Déposer, retrouver et modifier les dépôts de la structure.",
                    "launch": "Ouvrir un dossier pour un professionnel de la structure.",
                },
            },
        },
    }  # fmt: skip


_SHAPES: dict[str, tuple[str, ...]] = {
    "Bundle": ("type",),
    "DocumentReference": ("status", "content"),
    "List": ("status", "mode"),
    "Binary": ("contentType",),
    "OperationOutcome": ("issue",),
    "CapabilityStatement": ("status", "kind", "fhirVersion"),
    "Parameters": (),
    "Patient": ("identifier",),
    "Practitioner": ("identifier",),
}
_ANY = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f-]{36}$"}}


def _schema(name: str) -> Resource:
    return {
        "type": "object",
        "required": ["resourceType", *_SHAPES[name]],
        "properties": {"resourceType": {"const": name}},
    }


def _a_resource() -> Resource:
    return {
        "type": "object",
        "required": ["resourceType"],
        "properties": {"resourceType": {"enum": list(inside.SERVED)}},
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


def _check_in() -> Resource:
    return _operation(
        "checkIn", "Ouvrir le dossier de qui arrive, par le code qu'elle dit ou montre",
        _answers(("200", "De qui, jusqu'à quand, et la porte", "Parameters")),
        requestBody={"required": True, "content": _of("Parameters")},
    )  # fmt: skip


def _parameter(name: str, kind: str) -> Resource:
    return {
        "name": name, "in": "query", "required": name == "status", "schema": _value(kind), "description": MEANINGS[name]
    }  # fmt: skip


def _value(kind: str) -> Resource:
    schema: Resource = {"type": "string", "minLength": 1}
    if kind == "date":
        schema["pattern"] = "^(eq|lt|gt|le|ge|sa|eb)?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
    return schema


def _controls() -> list[Resource]:
    count = {"type": "integer", "minimum": 1, "maximum": criteria.MAX_COUNT}
    return [{"name": "_count", "in": "query", "schema": count, "description": "Nombre de résultats par page."}]


def _find(name: str, summary: str, known: dict[str, str]) -> Resource:
    parameters = [_parameter(one, kind) for one, kind in known.items()] + _controls()
    return _operation(name, summary, _answers(("200", "Les résultats", "Bundle")), parameters=parameters)


def _find_by_form(name: str, summary: str, known: dict[str, str]) -> Resource:
    fields = {one: {"type": "string", "description": MEANINGS[one]} for one in known} | {"_count": {"type": "string"}}
    schema = {"type": "object", "properties": fields, "required": ["status"]}
    body = {"required": True, "content": {_FORM: {"schema": schema}}}
    return _operation(name, summary, _answers(("200", "Les résultats", "Bundle")), requestBody=body)


def _inside(name: str, summary: str) -> Resource:
    parameters = [
        {
            "name": one, "in": "query", "required": False, "schema": _value(kind), "description": MEANINGS_INSIDE[one]
        }
        for one, kind in inside.PARAMETERS.items()
    ]  # fmt: skip
    return _operation(
        name, summary, _answers(("200", "Les résultats", "Bundle")), parameters=[_KIND, *parameters, *_controls()]
    )


def _inside_by_form(name: str, summary: str) -> Resource:
    fields = {one: {"type": "string", "description": MEANINGS_INSIDE[one]} for one in inside.PARAMETERS}
    schema = {"type": "object", "properties": fields | {"_count": {"type": "string"}}}
    body = {"required": True, "content": {_FORM: {"schema": schema}}}
    return _operation(name, summary, _answers(("200", "Les résultats", "Bundle")), parameters=[_KIND], requestBody=body)


def _about(name: str, summary: str, kind: str, who: Resource = _PERSON) -> Resource:
    return _operation(name, summary, _answers(("200", "La ressource", kind)), parameters=[who])


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

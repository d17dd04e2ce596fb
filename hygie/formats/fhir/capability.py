"""The CapabilityStatement: what this server does, generated from the lists that its code uses."""

from __future__ import annotations

from typing import Any

from hygie.formats.fhir import inside, search

Resource = dict[str, Any]
PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm"
DATE = "2026-11-01"
_TYPES = {"ins": "token", "reference": "reference", "token": "token", "date": "date", "string": "string"}

# What each parameter means, in the words of the person who will use it.
MEANINGS = {
    "patient": "La personne, par l'identifiant que ce serveur lui donne.",
    "patient.identifier": "La personne, par son matricule INS : urn:oid:1.2.250.1.213.1.4.8|matricule. Par POST seulement. "
    "Soixante recherches sans résultat par heure et par structure, puis 429.",
    "status": "Obligatoire. Statut de la fiche ou du lot.",
    "type": "Type du document (JDV_J07).",
    "category": "Classe du document (JDV_J06).",
    "date": "Date du document, ou de réception du lot.",
    "creation": "Date de création du document.",
    "period": "Période de l'acte.",
    "period-start": "Début de l'acte.",
    "period-end": "Fin de l'acte.",
    "author.family": "Nom de l'auteur, par son début, sans accents ni majuscules.",
    "author.given": "Prénom de l'auteur, par son début, sans accents ni majuscules.",
    "facility": "Secteur d'activité (JDV_J02).",
    "setting": "Cadre d'exercice (JDV_J04).",
    "event": "Acte ou pathologie en rapport avec le document.",
    "format": "Format technique (JDV_J10).",
    "security-label": "Niveau de confidentialité ou visibilité (JDV_J08).",
    "identifier": "Identifiant unique du document ou de la fiche.",
    "related": "Document remplacé.",
    "relatesto": "Document remplacé.",
    "isArchived": "Documents archivés (true), les autres (false). Par défaut, les autres seulement.",
    "code": "Toujours submissionset.",
    "title": "Titre du lot, par son début, sans accents ni majuscules.",
    "source.family": "Nom de l'expéditeur du lot, ou un mot du nom de sa structure, par son début.",
    "source.given": "Prénom de l'expéditeur du lot, ou un mot du nom de sa structure, par son début.",
    "sourceId": "Identifiant du système qui a envoyé le lot.",
    "designationType": "Type d'activité du lot (JDV_J03), pour les lots dont l'expéditeur l'a dit.",
    "_id": "Identifiant de la ressource sur ce serveur.",
}
# The same for a search inside one record.
MEANINGS_INSIDE = {
    "patient": "La personne, par son identifiant sur ce serveur. Inutile quand le jeton n'ouvre qu'un espace.",
    "subject": "Comme patient.",
    "code": "Code de l'analyse, du problème, du vaccin, du médicament ; d'un composant aussi.",
    "category": "Catégorie : laboratory, vital-signs…",
    "date": "Jour de l'examen, de l'acte, de la prise ou du début.",
    "status": "Statut FHIR de la ressource.",
    "clinical-status": "En cours (active), résolu (resolved)…",
    "_lastUpdated": "Arrivé ici ce jour-là.",
    "_id": "Identifiant de la ressource sur ce serveur.",
}
_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


def statement(*, base: str, mode: str = "production") -> Resource:
    """The CapabilityStatement of the server at `base` (no slash at the end), role Gestionnaire of PDSm."""
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{base}/metadata",
        "name": "Hygie",
        "title": "Hygie, espace personnel de santé : documents et données structurées",
        "status": "active",
        "experimental": mode != "production",
        "date": DATE,
        "publisher": "Hygie",
        "description": (
            "Dépôt, recherche, consultation et mise à jour de documents de santé (PDSm, IHE MHD) ; lecture des données"
            " structurées d'un dossier (SMART App Launch 2)."
        ),
        "kind": "instance",
        "instantiates": [f"{PDSM}/CapabilityStatement/PDSm-GestionnaireDePartageDeDocuments"],
        "software": {"name": "Hygie"},
        "implementation": {"description": "Hygie", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "patchFormat": ["application/json-patch+json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "documentation": (
                    "Les matricules INS ne voyagent pas dans les adresses : recherchez par POST _search. Tout critère"
                    " inconnu est refusé. Ce qui n'existe pas et ce que vous ne pouvez pas voir reçoivent la même réponse."
                ),
                "security": {
                    "extension": [{"url": _OAUTH_URIS, "extension": _endpoints(base.removesuffix("/fhir"))}],
                    "cors": True,
                    "service": [
                        {
                            "coding": [
                                {
                                    "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                                    "code": "SMART-on-FHIR",
                                }
                            ]
                        }
                    ],
                    "description": (
                        "SMART Backend Services (private_key_jwt) et SMART App Launch 2 (PKCE S256) ; jetons de 5 minutes"
                        " au plus. Tout est dans .well-known/smart-configuration."
                    ),
                },
                "resource": [
                    _documents(),
                    _lists(),
                    _binaries(),
                    _patients(),
                    _practitioners(),
                    *(_entries(kind) for kind in inside.SERVED),
                ],
                "interaction": [{"code": "transaction", "documentation": "Provide Document Bundle (ITI-65)."}],
                "operation": [
                    {
                        "name": "check-in",
                        "definition": "https://hygie.example/fhir/OperationDefinition/check-in",
                        "documentation": (
                            "Une personne arrive : code (6 chiffres) et birthDate, ou token (le carré). En retour : patient,"
                            " until, url, launch. Droit : launch, pour un professionnel nommé."
                        ),
                    }
                ],
            }
        ],
    }


def _documents() -> Resource:
    return {
        "type": "DocumentReference",
        "supportedProfile": [
            f"{PDSM}/StructureDefinition/pdsm-comprehensive-document-reference",
            f"{PDSM}/StructureDefinition/pdsm-simplified-publish",
        ],
        "documentation": (
            "Publication simplifiée (ITI-105) par POST. PATCH : status, securityLabel et isArchived seulement ; une"
            " visibilité s'ajoute ou se retire, le niveau (N, R, V) ne se perd jamais."
        ),
        "interaction": [
            {"code": "create"},
            {"code": "read"},
            {"code": "vread", "documentation": "La version actuelle seulement : les précédentes ne sont pas gardées."},
            {"code": "patch"},
            {"code": "search-type"},
        ],
        "versioning": "versioned-update",
        "readHistory": False,
        "conditionalCreate": False,
        "searchParam": _parameters(search.DOCUMENT_PARAMETERS),
    }


def _lists() -> Resource:
    return {
        "type": "List",
        "supportedProfile": [f"{PDSM}/StructureDefinition/pdsm-submissionset-comprehensive"],
        "documentation": "Lots de soumission, un par document reçu (ITI-66).",
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": _parameters(search.LIST_PARAMETERS),
    }


def _binaries() -> Resource:
    return {
        "type": "Binary",
        "documentation": "Les octets d'origine (ITI-68), ou une ressource Binary avec Accept: application/fhir+json.",
        "interaction": [{"code": "read"}],
    }


def _patients() -> Resource:
    return {
        "type": "Patient",
        "documentation": "La personne d'un dossier que votre jeton ouvre. Il n'y a pas de recherche de personnes.",
        "interaction": [{"code": "read"}],
        "operation": [
            {
                "name": "everything",
                "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything",
                "documentation": "Tout ce que le jeton ouvre, page après page. Droit : lire tous les genres (*.r).",
            },
            {
                "name": "summary",
                "definition": "http://hl7.org/fhir/uv/ips/OperationDefinition/summary",
                "documentation": "Le résumé, en un Bundle document (IPS). Droit : lire tous les genres (*.r).",
            },
        ],
    }


def _practitioners() -> Resource:
    return {
        "type": "Practitioner",
        "documentation": "Le professionnel de ce jeton (fhirUser), et aucun autre.",
        "interaction": [{"code": "read"}],
    }


def _entries(kind: str) -> Resource:
    return {
        "type": kind,
        "documentation": (
            "Dans un seul dossier. meta.source nomme le document d'où vient la ligne ; meta.tag dit si elle est sûre, ou si"
            " elle attend d'être vérifiée."
        ),
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": _parameters(inside.PARAMETERS, MEANINGS_INSIDE),
    }


def _endpoints(home: str) -> list[Resource]:
    where = {"authorize": "authorize", "token": "token", "introspect": "introspect", "revoke": "revoke"}
    return [{"url": name, "valueUri": f"{home}/oauth/{last}"} for name, last in where.items()]


def _parameters(known: dict[str, str], meanings: dict[str, str] = MEANINGS) -> list[Resource]:
    return [
        {"name": name, "type": _TYPES[kind], "documentation": meanings[name]} for name, kind in sorted(known.items())
    ]

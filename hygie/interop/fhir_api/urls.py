"""Addresses of the FHIR API, below `/fhir`."""

from __future__ import annotations

from django.urls import URLPattern, register_converter
from django.urls.converters import PathConverter

from hygie.base.routes import route
from hygie.formats.fhir import inside
from hygie.interop.fhir_api import views

app_name = "fhir"


class Whatever(PathConverter):
    """Anything at all, line ends too: what has no address here is told so as FHIR tells it, never as a page."""

    regex = r"(?s:.+)"


register_converter(Whatever, "whatever")

urlpatterns: list[URLPattern] = [
    route("fhir", views.provide, name="provide", action="machine-deposit"),
    route("fhir/", views.provide, name="provide-slash", action="machine-deposit"),
    route("fhir/metadata", views.metadata, name="metadata", action="public"),
    route("fhir/openapi.json", views.description, name="openapi", action="public"),
    route("fhir/$check-in", views.check_in, name="check-in", action="check-in"),
    route("fhir/DocumentReference", views.documents, name="documents", action="list"),
    route(
        "fhir/DocumentReference/_search", views.search, name="search-documents", action="list", kind="DocumentReference"
    ),
    route("fhir/DocumentReference/<str:fhir_id>", views.document, name="document", action="list"),
    route("fhir/DocumentReference/<str:fhir_id>/_history/<str:version>", views.document, name="version", action="list"),
    route("fhir/List", views.lists, name="lists", action="list"),
    route("fhir/List/_search", views.search, name="search-lists", action="list", kind="List"),
    route("fhir/List/<str:fhir_id>", views.submission, name="list", action="list"),
    route("fhir/Binary/<str:fhir_id>", views.binary, name="binary", action="read"),
    *(
        pattern
        for kind in inside.SERVED
        for pattern in (
            route(f"fhir/{kind}", views.entries, name=f"{kind}-entries", action="list", kind=kind),
            route(f"fhir/{kind}/_search", views.entries, name=f"{kind}-search", action="list", kind=kind),
            route(f"fhir/{kind}/<str:fhir_id>", views.entry, name=f"{kind}-entry", action="list", kind=kind),
        )
    ),
    route("fhir/Patient/<str:fhir_id>", views.patient, name="patient", action="read-identity"),
    route("fhir/Patient/<str:fhir_id>/$everything", views.patient, name="everything", action="list", everything=True),
    route("fhir/Patient/<str:fhir_id>/$summary", views.patient, name="summary", action="list", summary=True),
    route("fhir/Practitioner/<str:fhir_id>", views.practitioner, name="practitioner", action="signed-in"),
    route("fhir/<whatever:rest>", views.nowhere, name="nowhere", action="public"),
]

"""Taking a file away: the summary as FHIR or CDA, the results as HPRIM; decided and journaled like any look."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from hygie.access.types import Action
from hygie.base.errors import NotFound
from hygie.record import queries as record
from hygie.record.queries import Form
from hygie.ui import downloads
from hygie.workspace.opening import for_a_professional, nothing_here, open_patient, way_of


@for_a_professional
@require_GET
def download(request: HttpRequest, patient_id: UUID, form: str) -> HttpResponse:
    """A file for the practice's software: never shown by the browser. An author's own way has no summary."""
    if form not in set(Form):
        raise NotFound("Ce fichier n’existe pas.", code="no-such-form")
    way = way_of(request)
    grant = open_patient(request, patient_id, Action.LIST, way=way)
    if way.own:
        raise nothing_here()
    content = record.export(grant, form=Form(form))
    return downloads.download(content.data, content.file_name)

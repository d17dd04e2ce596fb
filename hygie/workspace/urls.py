"""The addresses of a professional's pages."""

from __future__ import annotations

from hygie.base.routes import route
from hygie.workspace import (
    arrival,
    deposit,
    deposits,
    document,
    emergency,
    essential,
    filing,
    find,
    invite,
    patient,
    patients,
    readings,
    reception,
    relief,
    results,
    summary,
    treatments,
    useful,
    visits,
)

app_name = "workspace"
_PATIENT = "patients/<uuid:patient_id>/"
_DOCUMENT = _PATIENT + "documents/<uuid:document_id>/"
_SENT = "depots/<uuid:patient_id>/<uuid:document_id>/"
urlpatterns = [
    route("", patients.patients, name="home", action="read-identity"),
    route("arrivee/", arrival.arrive, name="arrive", action="sign-in"),
    route("accueil/", reception.reception, name="reception", action="check-in"),
    route("accueil/<str:token>/", reception.scanned, name="scanned", action="check-in"),
    route("trouver/", find.find, name="find", action="find"),
    route("inviter/", invite.invitations, name="invitations", action="signed-in"),
    route("inviter/<uuid:patient_id>/", invite.invite, name="invite", action="find"),
    route("inviter/encore/<uuid:invitation_id>/", invite.invite_again, name="invite-again", action="find"),
    route("urgence/", emergency.direct, name="urgent", action="find"),
    route(_PATIENT, useful.patient, name="patient", action="list"),
    route(_PATIENT + "documents/", patient.patient, name="documents", action="list"),
    route(_PATIENT + "fermer/", visits.close, name="close", action="signed-in"),
    route("temps/", visits.time_spent, name="time", action="signed-in"),
    route("temps/apport/", visits.gain, name="gain", action="signed-in"),
    route(_PATIENT + "lu/", useful.all_read, name="all-read", action="list"),
    route(_PATIENT + "chercher/", useful.search, name="search", action="list"),
    route(_PATIENT + "resultats/", results.results, name="results", action="list"),
    route(_PATIENT + "comparer/", results.compare, name="compare", action="list"),
    route(_PATIENT + "resultats/<slug:which>/", results.result, name="result", action="list"),
    route(_PATIENT + "traitements/<slug:which>/", treatments.treatment, name="treatment", action="list"),
    route(_PATIENT + "fichier/<slug:form>/", summary.download, name="file", action="list"),
    route(_PATIENT + "synthese/", useful.synthesis, name="synthesis", action="deposit"),
    route(_PATIENT + "mot/", useful.note, name="note", action="deposit"),
    route(_PATIENT + "essentiel/", essential.essential, name="essential", action="list"),
    route(_PATIENT + "urgence/", emergency.emergency, name="emergency", action="list"),
    route(_PATIENT + "relais/", relief.relief, name="relief", action="read-identity"),
    route(_PATIENT + "deposer/", deposit.deposit, name="deposit", action="deposit"),
    route(_DOCUMENT, document.document, name="document", action="read"),
    route(_DOCUMENT + "pages/<int:number>/", document.page, name="page", action="read"),
    route(_DOCUMENT + "images/<int:number>/", document.picture, name="picture", action="read"),
    route(_DOCUMENT + "jointes/<int:number>/", document.attachment, name="attachment", action="read"),
    route(_DOCUMENT + "lu/<uuid:entry_id>/", readings.answer, name="verify", action="settle"),
    route(_DOCUMENT + "lu/<uuid:entry_id>/papier/", readings.read_from, name="read-from", action="read"),
    route(_DOCUMENT + "original/", document.original, name="original", action="read"),
    route(_DOCUMENT + "type/", filing.kind, name="kind", action="classify"),
    route(_DOCUMENT + "epingle/", filing.pin, name="pin", action="pin"),
    route("depots/", deposits.deposits, name="deposits", action="list"),
    route(_SENT, deposits.deposited, name="deposited", action="list"),
    route(_SENT + "annoncer/", deposits.announce, name="announce", action="set-visibility"),
    route(_SENT + "retirer/", deposits.withdraw, name="withdraw", action="withdraw"),
]

"""The addresses of a person's pages."""

from __future__ import annotations

from hygie.base.routes import route
from hygie.portal import (
    account,
    adding,
    applications,
    comparing,
    document,
    documents,
    home,
    journal,
    results,
    sharing,
    treatments,
    verifying,
)
from hygie.ui.gallery import gallery

app_name = "portal"
urlpatterns = [
    route("", home.welcome, name="welcome", action="public"),
    route("accueil/", home.home, name="home", action="list"),
    route("accueil/ouvrir/", home.open_my_space, name="open", action="set-access"),
    route("documents/", documents.documents, name="documents", action="list"),
    route("documents/ajouter/", adding.add, name="add", action="deposit"),
    route("documents/<uuid:document_id>/", document.document, name="document", action="read"),
    route("documents/<uuid:document_id>/pages/<int:number>/", document.page, name="page", action="read"),
    route("documents/<uuid:document_id>/images/<int:number>/", document.picture, name="picture", action="read"),
    route("documents/<uuid:document_id>/jointes/<int:number>/", document.attachment, name="attachment", action="read"),
    route("documents/<uuid:document_id>/original/", document.original, name="original", action="read"),
    route("documents/<uuid:document_id>/masquer/", document.hide, name="hide", action="set-visibility"),
    route("documents/<uuid:document_id>/archiver/", document.archive, name="archive", action="archive"),
    route("documents/<uuid:document_id>/retirer/", document.withdraw, name="withdraw", action="withdraw"),
    route("documents/<uuid:document_id>/corriger/", adding.correct, name="correct", action="deposit"),
    route("ma-sante/resultats/", results.results, name="results", action="list"),
    route("ma-sante/resultats/<slug:which>/", results.result, name="result", action="list"),
    route("ma-sante/traitements/", treatments.treatments, name="treatments", action="list"),
    route("ma-sante/traitements/ajouter/", treatments.add, name="treatment-add", action="declare"),
    route("ma-sante/traitements/aucun/", treatments.none, name="treatments-none", action="declare"),
    route("ma-sante/traitements/feuille/", treatments.sheet, name="treatments-sheet", action="list"),
    route("ma-sante/traitements/<slug:which>/", treatments.treatment, name="treatment", action="list"),
    route("ma-sante/traitements/<slug:which>/dire/", treatments.say, name="treatment-say", action="declare"),
    route("ma-sante/a-verifier/", verifying.verifying, name="verifying", action="list"),
    route(
        "ma-sante/a-verifier/<uuid:document_id>/<uuid:entry_id>/", verifying.answer, name="verify", action="settle"
    ),
    route(
        "ma-sante/a-verifier/<uuid:document_id>/<uuid:entry_id>/corriger/",
        verifying.correct,
        name="verify-correct",
        action="settle",
    ),
    route("ma-sante/comparer/", comparing.compare, name="compare", action="list"),
    route("qui-voit-quoi/", sharing.sharing, name="sharing", action="list"),
    route("qui-voit-quoi/accord/", sharing.consent, name="consent", action="set-access"),
    route("qui-voit-quoi/urgence/", sharing.emergency, name="emergency", action="set-access"),
    route("qui-voit-quoi/depots/", sharing.opposition, name="opposition", action="set-access"),
    route("qui-voit-quoi/cercle/", sharing.invite, name="invite", action="set-access"),
    route("qui-voit-quoi/cercle/<uuid:member_id>/retirer/", sharing.remove, name="remove", action="set-access"),
    route("qui-voit-quoi/blocages/", sharing.block, name="block", action="set-access"),
    route("qui-voit-quoi/blocages/<uuid:block_id>/lever/", sharing.unblock, name="unblock", action="set-access"),
    route("qui-voit-quoi/applications/", applications.applications, name="applications", action="set-access"),
    route(
        "qui-voit-quoi/applications/<uuid:authorization_id>/arreter/",
        applications.end,
        name="end-application",
        action="set-access",
    ),
    route("oauth/authorize", applications.authorize, name="authorize", action="sign-in"),
    route("qui-voit-quoi/journal/", journal.journal, name="journal", action="read-journal"),
    route("qui-voit-quoi/journal/<int:seq>/signaler/", journal.report, name="report", action="read-journal"),
    route("compte/", account.account, name="account", action="set-access"),
    route("compte/espace/<slug:what>/", account.space, name="space", action="set-access"),
    route("langue/", account.language, name="language", action="public"),
    route("galerie/", gallery, name="gallery", action="public"),
]

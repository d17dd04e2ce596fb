"""The addresses of whoever answers by law for another, and of a helper at a desk under a signed mandate."""

from __future__ import annotations

from hygie.base.routes import route
from hygie.portal import mandates, masking, representing

urlpatterns = [
    route("famille/aide/guichet/", mandates.mandate, name="mandate", action="set-access"),
    route("famille/aide/<uuid:tie_id>/recu/", mandates.receipt, name="mandate-receipt", action="set-access"),
    route("famille/mandat/", mandates.mandated, name="mandated", action="read-identity"),
    route("famille/mandat/terminer/", mandates.end, name="end-mandate", action="read-identity"),
    route("famille/sante/", masking.health, name="masked", action="read-masked"),
    route("famille/documents/", masking.papers, name="masked-papers", action="read-masked"),
    route("famille/documents/<uuid:document_id>/", masking.paper, name="masked-paper", action="read-masked"),
    route("famille/venus/", representing.followed, name="followed", action="follow"),
    route("famille/venus/<uuid:viewing_id>/signaler/", representing.report, name="report-visit", action="follow"),
    route("famille/reglages/", representing.represented, name="represented", action="follow"),
    route("famille/reglages/<slug:what>/", representing.settle, name="represent", action="represent"),
    route("famille/partages/", representing.given, name="given", action="represent"),
    route("famille/partages/<uuid:share_id>/", representing.given_one, name="given-one", action="follow"),
    route("famille/partages/<uuid:share_id>/arreter/", representing.end_given, name="end-given", action="represent"),
]

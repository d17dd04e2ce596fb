"""The addresses of the operators' desk."""

from __future__ import annotations

from hygie.base.routes import route
from hygie.ops.desk import callers, cases, home, indicators, invitations, jobs, mandates, quarantine, survey

app_name = "desk"
urlpatterns = [
    route("", home.home, name="home", action="review"),
    route("quarantaine/", quarantine.quarantine, name="quarantine", action="review"),
    route("quarantaine/<uuid:quarantine_id>/", quarantine.quarantined, name="quarantined", action="review"),
    route("quarantaine/<uuid:quarantine_id>/decider/", quarantine.resolve, name="resolve", action="review"),
    route("urgences/", cases.emergencies, name="emergencies", action="review"),
    route("urgences/<uuid:case_id>/", cases.emergency, name="emergency", action="review"),
    route("signalements/", cases.reports, name="reports", action="review"),
    route("signalements/<uuid:case_id>/", cases.report, name="report", action="review"),
    route("connexions/", callers.apart, name="apart", action="review"),
    route("appel/", callers.caller, name="caller", action="on-behalf"),
    route("appel/<uuid:call_id>/", callers.call, name="call", action="on-behalf"),
    route("appel/<uuid:call_id>/agir/", callers.act, name="act", action="on-behalf"),
    route("appel/<uuid:call_id>/journal/", callers.journal, name="call-journal", action="on-behalf"),
    route("appel/<uuid:call_id>/proposer/", callers.propose, name="propose", action="on-behalf"),
    route("appel/<uuid:call_id>/inviter/", invitations.invite, name="invite", action="on-behalf"),
    route("appel/<uuid:call_id>/mandat/", mandates.mandate, name="mandate", action="on-behalf"),
    route("indicateurs/", indicators.indicators, name="indicators", action="review"),
    route("refus/", invitations.refusals, name="refusals", action="review"),
    route("enquete/", survey.survey, name="survey", action="review"),
    route("a-deux/", callers.together, name="together", action="on-behalf"),
    route("a-deux/<uuid:proposal_id>/", callers.settle, name="settle", action="on-behalf"),
    route("taches/", jobs.jobs, name="jobs", action="signed-in"),
    route("taches/<int:job_id>/reprendre/", jobs.retry, name="retry", action="signed-in"),
    route("taches/<int:job_id>/abandonner/", jobs.forget, name="forget", action="signed-in"),
]

"""The addresses of the operators' desk."""

from __future__ import annotations

from hygie.base.routes import route
from hygie.ops.desk import cases, home, jobs, quarantine

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
    route("taches/", jobs.jobs, name="jobs", action="signed-in"),
    route("taches/<int:job_id>/reprendre/", jobs.retry, name="retry", action="signed-in"),
    route("taches/<int:job_id>/abandonner/", jobs.forget, name="forget", action="signed-in"),
]

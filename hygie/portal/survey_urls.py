"""The addresses of the barometer's questionnaire: open to all, about nobody."""

from __future__ import annotations

from hygie.base.routes import route
from hygie.portal import survey

urlpatterns = [
    route("enquete/", survey.survey, name="survey", action="public"),
    route("enquete/commencer/", survey.begin, name="survey-begin", action="public"),
    route("enquete/reprendre/", survey.resume, name="survey-resume", action="public"),
    route("enquete/questions/<int:number>/", survey.page, name="survey-page", action="public"),
    route("enquete/fin/<slug:how>/", survey.end, name="survey-end", action="public"),
    route("enquete/papier/", survey.paper, name="survey-paper", action="public"),
]

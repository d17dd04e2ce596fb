"""The addresses of the barometer, its questionnaire and its figures: open to all, about nobody."""

from __future__ import annotations

from hygie.base.routes import route
from hygie.portal import figures, survey, usage

urlpatterns = [
    route("enquete/", survey.survey, name="survey", action="public"),
    route("enquete/commencer/", survey.begin, name="survey-begin", action="public"),
    route("enquete/reprendre/", survey.resume, name="survey-resume", action="public"),
    route("enquete/questions/<int:number>/", survey.page, name="survey-page", action="public"),
    route("enquete/fin/<slug:how>/", survey.end, name="survey-end", action="public"),
    route("observatoire/", usage.observatory, name="observatory", action="public"),
    route("observatoire/fichiers/<str:name>/", usage.file, name="observatory-file", action="public"),
    route("barometre/", figures.figures, name="figures", action="public"),
    route("barometre/fichiers/<str:name>/", figures.file, name="figures-file", action="public"),
    route("barometre/<slug:finding>/", figures.finding, name="finding", action="public"),
    route("enquete/papier/", survey.paper, name="survey-paper", action="public"),
]

"""The addresses of whoever answers by law for another: who came, what is agreed, links for whoever keeps a child."""

from __future__ import annotations

from hygie.base.routes import route
from hygie.portal import representing

urlpatterns = [
    route("famille/venus/", representing.followed, name="followed", action="follow"),
    route("famille/reglages/", representing.represented, name="represented", action="follow"),
    route("famille/reglages/<slug:what>/", representing.settle, name="represent", action="represent"),
    route("famille/partages/", representing.given, name="given", action="represent"),
    route("famille/partages/<uuid:share_id>/", representing.given_one, name="given-one", action="follow"),
    route("famille/partages/<uuid:share_id>/arreter/", representing.end_given, name="end-given", action="represent"),
]

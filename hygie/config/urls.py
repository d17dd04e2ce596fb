"""Addresses. Every route declares the action it performs; a route without one fails at import."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from hygie.base import config
from hygie.base.routes import check_all
from hygie.portal.signin import signin_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("hygie.portal.urls")),
    path("pro/", include("hygie.workspace.urls")),
    path("operateur/", include("hygie.ops.desk.urls")),
    *signin_urls(config.mode()),
    path("", include("hygie.interop.smart.urls")),  # before the FHIR API, whose last route takes the rest
    path("", include("hygie.interop.cds_hooks.urls")),
    path("", include("hygie.interop.smart_links.urls")),
    path("", include("hygie.interop.fhir_api.urls")),
]

ROUTES = check_all(urlpatterns)

handler400 = "hygie.ui.problems.bad_request"
handler403 = "hygie.ui.problems.forbidden"
handler404 = "hygie.ui.problems.not_found"
handler500 = "hygie.ui.problems.broken"

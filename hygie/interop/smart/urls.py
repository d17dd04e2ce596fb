"""Addresses of SMART. To be placed before those of the FHIR API, whose last route takes the rest."""

from __future__ import annotations

from django.urls import URLPattern

from hygie.base.routes import route
from hygie.interop.fhir_api import views
from hygie.interop.smart import configuration, tokens

app_name = "smart"

urlpatterns: list[URLPattern] = [
    route("oauth/token", tokens.token, name="token", action="sign-in"),
    route("oauth/introspect", tokens.introspect, name="introspect", action="sign-in"),
    route("oauth/revoke", tokens.revoke, name="revoke", action="sign-in"),
    route("oauth/jwks", configuration.keys, name="jwks", action="public"),
    route("smart/launch", views.launch, name="launch", action="find"),
    route("fhir/.well-known/smart-configuration", configuration.configuration, name="configuration", action="public"),
    route(".well-known/openid-configuration", configuration.discovery, name="discovery", action="public"),
]

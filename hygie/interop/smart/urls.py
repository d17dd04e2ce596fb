"""Addresses of SMART Backend Services. To be placed before those of the FHIR API, whose last route takes the rest."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from oauth2_provider.views import TokenView

from hygie.base import config
from hygie.base.routes import route
from hygie.people import queries

app_name = "smart"


@require_GET
def configuration(request: HttpRequest) -> JsonResponse:
    """SMART App Launch 2.2, « .well-known/smart-configuration »: backend services only."""
    home = config.get("HYGIE_PUBLIC_URL")
    return JsonResponse({
        "issuer": home,
        "token_endpoint": f"{home}/oauth/token",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(queries.CLIENT_ALGORITHMS),
        "scopes_supported": list(queries.SCOPES_SHOWN),
        "capabilities": ["client-confidential-asymmetric", "permission-v2"],
    })  # fmt: skip


token = csrf_exempt(require_POST(TokenView.as_view()))

urlpatterns: list[URLPattern] = [
    route("oauth/token", token, name="token", action="sign-in"),
    route("fhir/.well-known/smart-configuration", configuration, name="configuration", action="public"),
]

"""What an application can read about this server before it begins (SMART App Launch 2.2, section 2.0.10)."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from hygie.base import config
from hygie.people import queries


@require_GET
def configuration(request: HttpRequest) -> JsonResponse:
    """« .well-known/smart-configuration »; readable from any page, since it says nothing of anybody."""
    home = config.get("HYGIE_PUBLIC_URL")
    return open_to_pages(JsonResponse({
        "issuer": home,
        "jwks_uri": f"{home}/oauth/jwks",
        "authorization_endpoint": f"{home}/oauth/authorize",
        "token_endpoint": f"{home}/oauth/token",
        "introspection_endpoint": f"{home}/oauth/introspect",
        "revocation_endpoint": f"{home}/oauth/revoke",
        "management_endpoint": f"{home}/qui-voit-quoi/applications/",
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
        "token_endpoint_auth_signing_alg_values_supported": list(queries.CLIENT_ALGORITHMS),
        "scopes_supported": [*queries.SCOPES_FOR_APPS, *queries.SCOPES_SHOWN],
        "capabilities": [
            "launch-ehr", "launch-standalone", "client-public", "client-confidential-asymmetric", "sso-openid-connect",
            "context-ehr-patient", "context-standalone-patient", "permission-offline", "permission-online",
            "permission-patient", "permission-user", "permission-v2", "authorize-post",
        ],
    }))  # fmt: skip


@require_GET
def discovery(request: HttpRequest) -> JsonResponse:
    """OpenID Connect Discovery 1.0, for those who check identity tokens."""
    home = config.get("HYGIE_PUBLIC_URL")
    return open_to_pages(JsonResponse({
        "issuer": home,
        "jwks_uri": f"{home}/oauth/jwks",
        "authorization_endpoint": f"{home}/oauth/authorize",
        "token_endpoint": f"{home}/oauth/token",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "fhirUser"],
    }))  # fmt: skip


@require_GET
def keys(request: HttpRequest) -> JsonResponse:
    """The public keys of identity tokens."""
    return open_to_pages(JsonResponse(queries.signing_keys()))


def open_to_pages(response: JsonResponse) -> JsonResponse:
    """Let the page of another origin read it: no cookie travels with such a request, and none is looked at."""
    response["Access-Control-Allow-Origin"] = "*"
    return response

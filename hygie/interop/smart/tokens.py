"""Tokens at the edge: asked for, looked into (RFC 7662), given back (RFC 7009)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from oauth2_provider.views import RevokeTokenView, TokenView
from oauth2_provider.views.mixins import OAuthLibMixin

from hygie.base import config
from hygie.people import queries
from hygie.people.types import Kind

_core = OAuthLibMixin()
_MOST = 4096  # characters of a token


def _for_pages(view: Any) -> Any:
    """Reachable from the page of an application: CORS without credentials, and an answer to the question before it."""

    @csrf_exempt
    @require_http_methods(["POST", "OPTIONS"])
    def answering(request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = HttpResponse(status=204) if request.method == "OPTIONS" else view(request)
        answer["Access-Control-Allow-Origin"] = "*"
        if request.method == "OPTIONS":
            answer["Access-Control-Allow-Methods"] = "POST"
            answer["Access-Control-Allow-Headers"] = "Content-Type, Authorization, Accept"
        answer["Cache-Control"] = "no-store"
        return answer

    return answering


token = _for_pages(TokenView.as_view())
revoke = _for_pages(RevokeTokenView.as_view())


@csrf_exempt
@require_POST
def introspect(request: HttpRequest) -> HttpResponse:
    """What a token allows, told to a software that proves who it is, and only of its own tokens."""
    proved, asked = _core.get_oauthlib_core().authenticate_client(request), request.POST.get("token", "")
    if not proved:
        return JsonResponse({"error": "invalid_client"}, status=401)
    digest = sha256(asked[:_MOST].encode()).digest()
    bearer = queries.bearers([digest]).get(digest)
    if bearer is None or str(bearer.client.id) != _client_of(request):
        return JsonResponse({"active": False})
    said: dict[str, Any] = {
        "active": True, "scope": " ".join(sorted(bearer.scopes)), "client_id": str(bearer.client.id),
        "iss": config.get("HYGIE_PUBLIC_URL"), "token_type": "Bearer",
    }  # fmt: skip
    if bearer.patient_id is not None:
        person = bearer.actor.kind is Kind.PERSON
        who = f"Patient/{bearer.patient_id.hex}" if person else f"Practitioner/{bearer.actor.id}"
        said |= {"patient": bearer.patient_id.hex, "fhirUser": f"{config.get('HYGIE_PUBLIC_URL')}/fhir/{who}"}
    return JsonResponse(said)


def _client_of(request: HttpRequest) -> str:
    """The client whose assertion was just proved: the library tells yes or no, the assertion itself tells who."""
    return queries.issuer_of(request.POST.get("client_assertion", ""))

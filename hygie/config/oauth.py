"""Tokens: django-oauth-toolkit, held to what SMART App Launch asks.

A software alone: client_credentials, proved by private_key_jwt. An application that a person or a professional lets
in: authorization_code with PKCE (S256), and refresh tokens only when they were asked for. Nothing else.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from oauth2_provider.models import get_application_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749 import errors

from hygie.base import config, logs
from hygie.base.errors import Refused
from hygie.people import actions, queries

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_SECONDS = 300
TOKEN_PATH = "/oauth/token"  # noqa: S105
_KEEPS_WORKING = frozenset({"online_access", "offline_access"})


def audience() -> str:
    """What an assertion must be signed for, to the letter."""
    return config.get("HYGIE_PUBLIC_URL") + TOKEN_PATH


class Validator(OAuth2Validator):
    """No secret and no Basic header: a signed assertion, or, for an application without keys, PKCE."""

    oidc_claim_scope = {"sub": "openid", "fhirUser": "fhirUser"}

    def client_authentication_required(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        return bool(getattr(request, "client_assertion", None)) or not self._public(request)

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        assertion = getattr(request, "client_assertion", None)  # the library knows only the parameters it was sent
        if not assertion or getattr(request, "client_assertion_type", None) != ASSERTION_TYPE:
            return False
        try:
            said = actions.authenticate_assertion(assertion, audience=audience(), at=timezone.now())
        except Refused as refusal:
            logs.event("token-refused", code=refusal.code)
            if refusal.code == "requester":  # the proof was good: its owner may know what was not
                raise errors.InvalidClientError(description=refusal.public, request=request) from refusal
            return False
        if request.client_id not in (None, str(said.client_id)):
            return False
        request.client = get_application_model().objects.get(id=said.client_id)
        request.client_id = request.client.client_id
        request.asserted = said
        return True

    def authenticate_client_id(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> bool:
        return self._public(request) and request.grant_type != "client_credentials"

    def _public(self, request: Request) -> bool:
        """Whether this is a living application without keys; it is then put on the request."""
        known = queries.application(str(request.client_id or ""))
        if known is None or not known.public:
            return False
        request.client = get_application_model().objects.get(client_id=known.client_id)
        return True

    def validate_client_id(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> bool:
        if queries.application(client_id) is None:
            return False
        request.client = get_application_model().objects.get(client_id=client_id)
        return True

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        if grant_type == "client_credentials":
            return hasattr(request, "asserted")
        return grant_type in ("authorization_code", "refresh_token") and bool(client.redirect_uris)

    def validate_response_type(
        self, client_id: str, response_type: str, client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return response_type == "code"

    def get_default_scopes(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> list[str]:
        return list(request.client.scopes)

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        if not queries.scopes_cover(request.client.scopes, scopes):
            return False
        # a software alone asks for its own rights (and to open doors), an application for those of whoever lets it in
        if request.grant_type == "client_credentials":
            return all(one.startswith("system/") or one == "launch" for one in scopes)
        return not any(one.startswith("system/") for one in scopes)

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        return True

    def save_authorization_code(
        self, client_id: str, code: dict[str, str], request: Request, *args: Any, **kwargs: Any
    ) -> None:
        with transaction.atomic():
            super().save_authorization_code(client_id, code, request, *args, **kwargs)
            actions.note_code(request.authorization_id, code["code"])

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        now = timezone.now()
        request.authorization = queries.authorization_by_code(code, at=now)
        if request.authorization is None and actions.end_replayed(code, client_id=client.id, at=now):
            logs.event("token-refused", code="code-replayed")
        return request.authorization is not None and super().validate_code(
            client_id, code, client, request, *args, **kwargs
        )

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        request.authorization = queries.authorization_by_refresh(refresh_token, at=timezone.now())
        return request.authorization is not None and super().validate_refresh_token(
            refresh_token, client, request, *args, **kwargs
        )

    def save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        """The token by its digest, and in whose name it was given, together. It carries the patient for SMART."""
        authorization = getattr(request, "authorization", None)
        if authorization is not None:
            if not _KEEPS_WORKING & set(authorization.scopes):
                token.pop("refresh_token", None)
            token |= {"patient": authorization.patient_id.hex, "need_patient_banner": False}
        with transaction.atomic():
            super().save_bearer_token(token, request, *args, **kwargs)
            if authorization is not None:
                actions.note_token(
                    authorization, token=token["access_token"], refresh=token.get("refresh_token"),
                    at=timezone.now(), seconds=TOKEN_SECONDS,
                )  # fmt: skip
            elif request.asserted.professional_id is not None:
                actions.note_requester(
                    token_hash=sha256(token["access_token"].encode()).digest(), asserted=request.asserted,
                    at=timezone.now(), seconds=TOKEN_SECONDS,
                )  # fmt: skip

    def get_oidc_issuer_endpoint(self, request: Request) -> str:
        return config.get("HYGIE_PUBLIC_URL")

    def get_additional_claims(self, request: Request) -> dict[str, Any]:
        """Who lets the application in, as a FHIR address: a professional, or the person herself."""
        authorization = request.authorization
        if authorization.activity is not None:
            who = f"Practitioner/{authorization.activity.professional_id}"
        else:
            who = f"Patient/{authorization.patient_id.hex}"
        return {"fhirUser": f"{config.get('HYGIE_PUBLIC_URL')}/fhir/{who}"}

"""Tokens for software clients: django-oauth-toolkit with one way in, private_key_jwt, and one grant."""

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


def audience() -> str:
    """What an assertion must be signed for, to the letter."""
    return config.get("HYGIE_PUBLIC_URL") + TOKEN_PATH


class Validator(OAuth2Validator):
    """No secret, no Basic header, no other grant: a signed assertion, or nothing."""

    def client_authentication_required(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        return True

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
        return False

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return grant_type == "client_credentials"

    def get_default_scopes(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> list[str]:
        return list(request.client.scopes)

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return queries.scopes_cover(request.client.scopes, scopes)

    def save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        """The token by its digest, and the professional it was asked for, together."""
        with transaction.atomic():
            super().save_bearer_token(token, request, *args, **kwargs)
            if request.asserted.professional_id is not None:
                actions.note_requester(
                    token_hash=sha256(token["access_token"].encode()).digest(), asserted=request.asserted,
                    at=timezone.now(), seconds=TOKEN_SECONDS,
                )  # fmt: skip

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import HttpRequest
from oauth2_provider.models import AbstractApplication


class SoftwareClient(AbstractApplication):
    """A software that signs its requests for tokens with its own keys; one organisation answers for it.

    `jwks` holds its public keys, given at registration: no address in a message is ever followed to find one.
    """

    # annotated: the library's base class is untyped, so that the types of Django see nothing here
    id: Any = models.UUIDField(primary_key=True)
    organisation: Any = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    organisation_id: UUID
    jwks: Any = models.JSONField()
    scopes: Any = ArrayField(models.TextField())
    lenient: Any = models.BooleanField(default=False)
    last_used: Any = models.DateTimeField(null=True)
    revoked: Any = models.DateTimeField(null=True)

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    def is_usable(self, request: HttpRequest) -> bool:
        return self.revoked is None

    @property
    def jwk_key(self) -> Any:
        """What signs identity tokens: this installation's own key, the same for every application."""
        from hygie.people import signing_key

        return signing_key.private()


class TokenRequester(models.Model):
    """In whose name a token was asked for, by the token's SHA-256 in hexadecimal.

    The professional that a software named in its assertion, or whoever gave the `authorization` behind the token.
    """

    token_checksum = models.CharField(max_length=64, primary_key=True)
    professional = models.ForeignKey("people.Professional", models.CASCADE, null=True, related_name="+")
    activity = models.ForeignKey("people.Activity", models.CASCADE, null=True, related_name="+")
    authorization = models.ForeignKey("people.Authorization", models.CASCADE, null=True, related_name="+")
    expires = models.DateTimeField(db_index=True)


class AssertionSeen(models.Model):
    """Identifiers (`jti`) of the assertions already used, by digest: each one serves once."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    expires = models.DateTimeField(db_index=True)

"""Software clients as the tests need them: registered through the door, holding a live token."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client as Browser
from jwt.algorithms import ECAlgorithm
from oauth2_provider.models import get_access_token_model, get_application_model

from hygie.formats.fhir.types import Entry, Subject
from hygie.formats.tests import fhir_samples as samples
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import Actor, Hat
from hygie.tests.world import Person, World

EVERYTHING = ("system/DocumentReference.crus", "system/List.rs", "system/Binary.r")


LASTS = timedelta(hours=3)  # whatever a busy machine takes: that tokens end is proved elsewhere


class Software:
    """One software client and its token. Calls go through Django's own handler, as a browser's would."""

    def __init__(self, world: World, name: str = "Labo Seine", *, scopes: tuple[str, ...] = EVERYTHING,
                 lenient: bool = False, organisation_id: UUID | None = None) -> None:  # fmt: skip
        organisation_id = organisation_id or world.organisation(name, "laboratory").id
        self.key = ec.generate_private_key(ec.SECP256R1())
        public = orjson.loads(ECAlgorithm.to_jwk(self.key.public_key()))
        jwks = {"keys": [public | {"kid": "k1", "use": "sig"}]}
        self.id = people.register_client(
            name=name, organisation_id=organisation_id, scopes=scopes, jwks=jwks, lenient=lenient
        )
        self.token = self.fresh_token(scopes)
        self._browser = Browser()

    def fresh_token(self, scopes: tuple[str, ...], *, lasts: timedelta = LASTS) -> str:
        token = secrets.token_urlsafe(32)
        get_access_token_model().objects.create(
            token=token, application=get_application_model().objects.get(id=self.id), scope=" ".join(scopes),
            expires=datetime.now(UTC) + lasts,
        )  # fmt: skip
        return token

    def acting_for(self, actor: Actor, scopes: tuple[str, ...] = EVERYTHING) -> str:
        """A token asked for in the name of a professional, in her only activity."""
        from django.apps import apps

        token = self.fresh_token(scopes)
        activity = apps.get_model("people", "Activity").objects.get(professional_id=actor.id)
        apps.get_model("people", "TokenRequester").objects.create(
            token_checksum=hashlib.sha256(token.encode()).hexdigest(), professional_id=actor.id, activity=activity,
            expires=datetime.now(UTC) + LASTS,
        )  # fmt: skip
        self.token = token
        return token

    @property
    def actor(self) -> Actor:
        return known.bearers([hashlib.sha256(self.token.encode()).digest()]).popitem()[1].actor

    def call(
        self, method: str, path: str, body: Any = b"", *, kind: str = "application/fhir+json", **headers: str
    ) -> Any:
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        given = {"Authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self._browser.generic(method, path, data, content_type=kind, headers=given)

    def publish(
        self, person: Person, entry: Entry | None = None, content: bytes = samples.CONTENT, **headers: str
    ) -> Any:
        return self.call(
            "POST", "/fhir/DocumentReference", samples.reference(about(person, entry, content), content), **headers
        )

    def find(self, person: Person, kind: str = "DocumentReference", **criteria: str) -> Any:
        from urllib.parse import urlencode

        criteria = {
            "patient.identifier": f"urn:oid:{person.ins.oid}|{person.ins.matricule}",
            "status": "current",
            **criteria,
        }
        return self.call(
            "POST", f"/fhir/{kind}/_search", urlencode(criteria).encode(), kind="application/x-www-form-urlencoded"
        )


def about(person: Person, entry: Entry | None = None, content: bytes = samples.CONTENT, **changes: Any) -> Entry:
    """The entry of a document about this person, with an identifier nobody else has."""
    traits = person.traits
    subject = Subject(
        matricule=person.ins.matricule, oid=person.ins.oid, birth_family=traits.birth_family,
        given_names=traits.given_names, birth_date=traits.birth_date, sex=traits.sex, birth_place=traits.birth_place,
    )  # fmt: skip
    from dataclasses import replace

    if entry is not None:
        return replace(entry, size=len(content), sha1=hashlib.sha1(content).digest())
    changes.setdefault("unique_id", f"urn:oid:1.2.250.1.999.{secrets.randbelow(10**12)}")
    return samples.entry_for(content, subject=subject, entry_uuid=None, **changes)


def doctor_s_software(world: World, doctor: Actor) -> Software:
    software = Software(world, "Logiciel du cabinet", organisation_id=doctor.organisation_id)
    software.acting_for(doctor)
    return software


__all__ = ["EVERYTHING", "Hat", "Software", "about", "doctor_s_software"]

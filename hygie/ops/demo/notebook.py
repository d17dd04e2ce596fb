"""« Mon carnet », the application of another, registered for the demonstration: no key, PKCE alone, two narrow scopes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from hygie.base import config
from hygie.base.errors import NotFound
from hygie.ops.demo import ports, state
from hygie.ops.demo_notebook.told import BACK, SCOPES, Told
from hygie.people import actions as people
from hygie.people import queries as known

NAME = "Mon carnet (démonstration)"
_FINESS = "990000990"  # an invented structure: 99 is no French department


def prepare() -> tuple[Path, str]:
    """Register the application once for each address it may have. The file to start it with, and its address.

    Conflict when the port that was set is taken by another program.
    """
    before = state.notebook()
    port = ports.free_for("HYGIE_NOTEBOOK_PORT", before=before.get("port"), after=3, whose="« Mon carnet »")
    client_id = str(before.get("client_id") or "")
    if client_id and port != before.get("port"):  # another address: what was let in at the former one is void
        with suppress(NotFound):
            people.revoke_client(UUID(client_id), at=timezone.now())
        client_id = ""
    told = Told(port=port, hygie=config.get("HYGIE_PUBLIC_URL"), client_id=client_id or "")
    if not client_id:
        told = Told(port=port, hygie=told.hygie, client_id=str(people.register_client(
            name=NAME, organisation_id=_organisation(), scopes=SCOPES, jwks=None, redirect_uris=[told.home + BACK],
        )))  # fmt: skip
    return state.tell_notebook(asdict(told)), told.home


def _organisation() -> UUID:
    found = known.organisation_by_finess(_FINESS)
    return found.id if found else people.register_organisation(
        name="Atelier du carnet", kind="other", finess=_FINESS, city="Paris"
    )  # fmt: skip

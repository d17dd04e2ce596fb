"""The people of the demonstration: who they are, and three years of their papers.

    people(), professionals()   whom one may sign in as, in the words of the two identity providers
    load(url=, say=)            everyone and everything, through the doors and the real FHIR door, once
    practice()                  the practice's software, registered: what to start it with, and its address
    application()               the same for « Mon carnet », which people may let in

An interrupted load goes on at the next start; a finished one is not begun again. Everyone is invented.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from hygie.base import config
from hygie.base.errors import Conflict
from hygie.observatory import actions as observatory
from hygie.ops import database
from hygie.ops.demo import afterwards, cabinet, claims, depositing, families, notebook, offers, registering, state
from hygie.ops.demo.members import CAST, EVERYONE, Member
from hygie.ops.demo.places import CARERS
from hygie.ops.demo.registering import Town
from hygie.ops.demo.state import State

Say = Callable[[str], object]


def people() -> list[dict[str, Any]]:
    """FranceConnect's words for everyone."""
    calendar = state.read().calendar
    return [claims.person(one, calendar) for one in EVERYONE]


def professionals() -> list[dict[str, Any]]:
    """Pro Santé Connect's words for those who may be signed in as."""
    return [claims.professional(one) for one in CARERS.values() if one.about]


def cast() -> dict[str, list[dict[str, str]]]:
    """The same, for the sign-in page: {people: [{sub, name, about}], professionals: [...]}."""
    return {
        "people": [{"sub": one.sub, "name": one.name, "about": one.about} for one in EVERYONE],
        "professionals": [
            {"sub": one.key, "name": one.name, "about": one.about} for one in CARERS.values() if one.about
        ],
    }


def load(*, url: str, say: Say, only: Collection[str] | None = None) -> None:
    """Bring everyone in, through the server at `url`; `say` gets a line for each step. `only`: some of them.

    Unavailable, with what to do, when the server does not answer or does not accept a document.
    """
    now = state.read()
    state.show_cast(cast())
    issuer = config.get("HYGIE_OIDC_PEOPLE").split("|")[0] or f"{url}/people"
    if now.issuer not in ("", issuer):
        say(
            "  ! Les comptes de démonstration ont été reliés sur un autre port : pour entrer comme ces personnes, "
            "reprenez celui du premier démarrage (--port), ou un autre dossier (--data)."
        )
    if not now.whole:
        try:
            now.issuer = issuer
            _load(now, [one for one in EVERYONE if only is None or one.sub in only], url, say)
        finally:
            connection.close()
    _introduce(say)


def practice() -> tuple[Path, str]:
    """What `ops.demo_cabinet` is told, and where it will answer. After `load`. Conflict: its port is taken."""
    try:
        return cabinet.prepare()
    finally:
        connection.close()


def application() -> tuple[Path, str]:
    """What `ops.demo_notebook` is told, and where it will answer. Conflict: its port is taken."""
    try:
        return notebook.prepare()
    finally:
        connection.close()


def _load(now: State, members: Sequence[Member], url: str, say: Say) -> None:
    town, calendar = Town(), now.calendar
    with _step(say, f"Personnes de démonstration : {len(members)}, et {len(CARERS)} professionnels"):
        at = timezone.now()
        registering.places(town)
        registering.carers(town)
        registering.software(town, now)
        registering.members(town, members, calendar, at=at)
        registering.accounts(town, members, calendar, issuer=now.issuer, at=at)
    if "grown" not in now.done:
        families.grown(town, calendar, at=timezone.now())
        now.finish("grown")
    for member in members:
        if not member.sleeping and f"settings/{member.sub}" not in now.done:
            registering.settings(town, member, at=timezone.now())
            now.done.append(f"settings/{member.sub}")
    now.keep()
    if "before" not in now.done:  # then doctors look, so that what comes next is new to them
        with _step(say, "Documents déjà lus par les médecins") as count:
            earlier = calendar.at(afterwards.NEWS)
            count.append(depositing.everything(members, now, url=url, say=say, before=earlier))
        afterwards.syntheses(town, calendar, at=timezone.now())
        afterwards.looked(town, at=timezone.now())
        now.finish("before")
    if "documents" not in now.done:
        with _step(say, "Documents déposés par la porte FHIR") as count:
            count.append(depositing.everything(members, now, url=url, say=say))
        database.look_again()
        now.finish("documents")
    with _step(say, "Ce que chacun a fait depuis : lu, montré, masqué, refusé"):
        _afterwards(now, town, members, url)
    now.finish(state.WHOLE)
    say("    Hygie lit encore ces documents, une minute environ : ce qu’ils disent apparaît à mesure.")


def _afterwards(now: State, town: Town, members: Sequence[Member], url: str) -> None:
    at = timezone.now()
    steps: dict[str, Callable[[], object]] = {
        "own": lambda: afterwards.own_papers(town, now.calendar, at=at),
        "opened": lambda: afterwards.opened(town, members, at=at),
        "visits": lambda: afterwards.visits(town, at=at),
        "hides": lambda: afterwards.hides(town, at=at),
        "blocks": lambda: afterwards.blocks(town, at=at),
        "families": lambda: families.bind(town, at=at),
        "offers": lambda: offers.make(town, now.calendar, at=at),
        "opposes": lambda: afterwards.opposes(town, at=at),
        "refused": lambda: depositing.refused(members, now, url=url),
        "emergency": lambda: afterwards.emergency(town, at=at),
        "reports": lambda: afterwards.reports(town, at=at),
        "survey": lambda: _ask(at.date()),
    }
    for name, step in steps.items():
        if name not in now.done:
            step()
            now.finish(name)


def _ask(on: date) -> None:
    """A questionnaire open to all, unless one is."""
    with suppress(Conflict):
        observatory.open_wave(name="demonstration", wanted=2032, on=on)


@contextmanager
def _step(say: Say, words: str) -> Iterator[list[int]]:
    """A line once done, with what was counted and how long it took."""
    began, count = time.monotonic(), list[int]()
    yield count
    took = f"{time.monotonic() - began:.1f}".replace(".", ",")
    say(f"  ✓ {words}{f' : {count[0]}' if count else ''} ({took} s)")


def _introduce(say: Say) -> None:
    say("\nEntrez comme l'une de ces personnes inventées (page de connexion, un clic) :")
    told = [(one.name, one.about) for one in CAST] + [(one.name, one.about) for one in CARERS.values() if one.about]
    width = max(len(name) for name, _ in told)
    for name, about in told:
        say(f"  {name:<{width}}  {about}")
    say(f"  … et {len(EVERYONE) - len(CAST)} autres personnes, sur la page de connexion.")

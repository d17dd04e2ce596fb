"""What to try at each address: which objects it may be pointed at, and what one would send to it.

Every route of the registry stands in BODIES (`crawl/sent`, one file per face), every name of a part of an address in
PARTS (`crawl/parts`). A route or a part that is missing there fails `test_every_address_is_crawled`: whoever adds an
address says there how it may be attacked.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote
from uuid import UUID, uuid4

from hygie.base.routes import Route
from hygie.config.urls import ROUTES
from hygie.formats.fhir import inside
from hygie.tests.crawl.callers import Ask, form
from hygie.tests.crawl.parts import PARTS
from hygie.tests.crawl.sent import BODIES, TWICE
from hygie.tests.crawl.sent.said import swaps
from hygie.tests.crawl.town import Town

PART = re.compile(r"<(?:\w+:)?(\w+)>")
Args = dict[str, str]

WAYS_IN = ("portal", "workspace", "desk", "signin", "smart", "fhir", "cds", "shl")


def names(route: Route) -> list[str]:
    """The parts of an address: patient_id, document_id…"""
    return PART.findall(route.pattern)


def filled(route: Route, args: Args) -> str:
    """The path, with these parts, whatever they look like."""
    return "/" + PART.sub(lambda part: args[part[1]], route.pattern)


def targets(route: Route, town: Town) -> list[Args]:
    """All the ways to fill this address: everyone's objects, one's object under another's name, and nothing at all."""
    parts = names(route)
    if set(parts) >= {"patient_id", "document_id"}:
        whose = [(one, kind) for one in town.neighbours for kind in one.documents]
        pairs = [(str(one.id), str(one.documents[kind])) for one, kind in whose]
        pairs += [
            (str(one.id), str(other.documents[kind]))
            for one in town.neighbours for other, kind in whose
            if other is not one and kind in ("report", "hidden", "written")
        ]  # fmt: skip
        pairs += [(str(uuid4()), str(uuid4())), (str(town.amina.id), str(uuid4()))]
        base = [{"patient_id": one, "document_id": document} for one, document in pairs]
        parts = [part for part in parts if part not in ("patient_id", "document_id")]
    elif set(parts) >= {"document_id", "entry_id"}:
        read = [pair for one in town.neighbours for pair in one.entries[:6]]
        crossed = [(document, entry) for document, _ in read[:3] for _, entry in read[-3:]]
        pairs = [*read, *crossed, (uuid4(), read[0][1]), (read[0][0], uuid4())]
        base = [{"document_id": str(document), "entry_id": str(entry)} for document, entry in pairs]
        parts = [part for part in parts if part not in ("document_id", "entry_id")]
    else:
        base = [{}]
        if parts:
            first = parts.pop(0)
            base = [{first: value} for value in PARTS[first](town)]
    for part in parts:  # « page 1 » of each; the other pages of two
        one, *others = PARTS[part](town)
        base = [known | {part: one} for known in base] + [
            known | {part: other} for known in base[:2] for other in others
        ]
    return base


QUERIES = (
    "acces=urgence", "acces=depot", "acces=admin&role=operator", "page=2", "page=-1", "page=" + "9" * 40, "pages=toutes",
    "mots=canari", "categorie=analyses&periode=recent&nouveau=1", "montrer=tout&avant=" + "9" * 17, "next=//evil.example/",
    "next=https://evil.example/", "page=%00%ff", "archives=1", "nouveau=1&mots=%27%22%3E%3Cscript%3E",
)  # fmt: skip


def queries(town: Town) -> list[str]:
    """What one adds to an address to be shown somebody else."""
    other = town.zoe
    return [
        *QUERIES,
        f"patient={other.id}&patient_id={other.id}&espace={other.id}",
        f"document={other.documents['report']}&document_id={other.documents['report']}&remplace={other.documents['report']}",
        f"actor={other.person.actor.id}&as={other.person.actor.id}&who={other.person.actor.id}",
        f"mots={quote(other.words['report'])}",
    ]


def unknown() -> list[str]:
    """Routes, and parts of routes, for which this file says nothing; and what it says of routes that are no more."""
    parts = {part for route in ROUTES for part in names(route)}
    known = {route.name for route in ROUTES}
    return [
        *(f"route {name or 'of a library'}" for name in sorted(known - set(BODIES))),
        *(f"part <{part}>" for part in sorted(parts - set(PARTS))),
        *(f"{name} is no route any more" for name in sorted(set(BODIES) - known)),
        *(f"{name} stands in two tables" for name in TWICE),
    ]


def asks(route: Route, town: Town, actor: str, *, most: int) -> Iterator[Ask]:
    """What to try at this address as this actor: `most` objects, others for each actor, and fewer where one writes."""
    everything = targets(route, town)
    dice = random.Random(f"{actor} {route.name}")
    dice.shuffle(everything)
    if route.name in _ALIKE:
        most = min(most, 2)
    yield from (Ask("GET", filled(route, args)) for args in everything[:most])
    for args in everything[: max(2, most // 4)]:
        yield from BODIES[route.name](town, actor, filled(route, args))
    path = filled(route, everything[0])
    yield from (Ask("GET", path, query) for query in dice.sample(queries(town), min(most // 3, len(queries(town)))))
    yield from (Ask(method, path) for method in ("HEAD", "OPTIONS", "DELETE", "TRACE"))
    yield from (form(method, path, swaps(town)) for method in ("PUT", "PATCH"))
    yield from (Ask("GET", path) for path in _misshapen(route, everything[0]))


# One view serves every kind of entry: some kinds are crawled at length, the others looked at.
_ALIKE = frozenset(
    f"fhir:{kind}-{what}" for kind in set(inside.SERVED) - {"Observation", "Condition"}
    for what in ("entries", "search", "entry")
)  # fmt: skip


def _misshapen(route: Route, args: Args) -> Iterator[str]:
    """Parts that are no id, paths that climb."""
    parts = names(route)
    if not parts:
        return
    for part in parts:
        for written in ("%2e%2e", "..;", "x" * 300, "é", str(UUID(int=0)), "\x00"):
            yield filled(route, args | {part: written})
    yield filled(route, args) + "/../"


def routes(face: str) -> list[Route]:
    """The routes of one face: portal, workspace, desk, fhir, smart, signin."""
    return [
        route for route in ROUTES
        if (route.name.split(":")[0] if ":" in route.name else "signin") == face
    ]  # fmt: skip


def faces() -> list[str]:
    """Every face there is, so that a new one is crawled too."""
    found = chain.from_iterable([route.name.split(":")[0]] if ":" in route.name else ["signin"] for route in ROUTES)
    return sorted(dict.fromkeys(found))

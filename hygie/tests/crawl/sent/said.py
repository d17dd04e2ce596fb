"""What several addresses are sent: nothing, some fields, fields that nobody may set, an identity known by heart."""

from __future__ import annotations

from collections.abc import Callable

from hygie.tests.crawl.callers import Ask, form
from hygie.tests.crawl.town import Neighbour, Town

Bodies = Callable[[Town, str, str], list[Ask]]  # the town, the actor's name, the path -> requests


def nothing(town: Town, actor: str, path: str) -> list[Ask]:
    """A page that is only read: sending to it is tried all the same."""
    return [form("POST", path, {"accord": "oui"})]


def each(*said: dict[str, str]) -> Bodies:
    return lambda town, actor, path: [form("POST", path, one) for one in said]


def swaps(town: Town) -> dict[str, str]:
    """Fields that nobody should be able to set (F15)."""
    return {
        "patient_id": str(town.zoe.id), "actor": str(town.zoe.person.actor.id), "document_id": str(town.zoe.documents["report"]),
        "depositor_id": str(town.diallo.id), "status": "current", "role": "operator", "hat": "operator",
    }  # fmt: skip


def identity(one: Neighbour, **changed: str) -> dict[str, str]:
    traits = one.person.traits
    return {
        "matricule": one.person.ins.matricule, "authority": one.person.ins.oid, "family": traits.birth_family,
        "given": traits.given_names[0], "born": traits.birth_date, "sex": traits.sex,
    } | changed  # fmt: skip


def said_by_heart(one: Neighbour) -> tuple[str, ...]:
    """What an actor writes who knows somebody's identity already."""
    return (one.words["family"], one.words["second"], one.words["number"])


def spent(town: Town, actor: str, path: str) -> list[Ask]:
    """Handles and tokens that are nobody's, and somebody else's token given by who has no proof."""
    token = town.callers["diallo-software"].token
    return [
        Ask("GET", path, "iss=http://localhost:8600/fhir&launch=" + "x" * 43), Ask("GET", path, "iss=https://evil.example/fhir"),
        form("POST", path, {"token": token}), form("POST", path, {"token": token, "client_id": str(town.labo.id)}),
        form("POST", path, {"token": "x" * 9000}),
    ]  # fmt: skip

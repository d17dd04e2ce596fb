"""What one sends to the desk of operators."""

from __future__ import annotations

from uuid import uuid4

from hygie.tests.crawl.callers import Ask, form
from hygie.tests.crawl.sent.said import Bodies, each, identity, nothing, said_by_heart
from hygie.tests.crawl.town import Town


def _resolve(town: Town, actor: str, path: str) -> list[Ask]:
    """To somebody who is no candidate. (To the candidate is what the operator is for.)"""
    spaces = (town.zoe.id, town.amina.id, uuid4())
    return [form("POST", path, {"espace": str(one), "note": "Vu"}) for one in spaces] + [
        form("POST", path, {"espace": "x"})
    ]


_READ = [
    "desk:home",
    "desk:quarantine",
    "desk:quarantined",
    "desk:emergencies",
    "desk:reports",
    "desk:refusals",
    "desk:indicators",
    "desk:jobs",
    "desk:survey",
    "desk:apart",
    "desk:call",
    "desk:call-journal",
    "desk:together",
]
SENT: dict[str, Bodies] = {
    **dict.fromkeys(_READ, nothing),
    "desk:caller": lambda town, actor, path: [
        form("POST", path, identity(one, number="D-1"), says=said_by_heart(one)) for one in town.neighbours
    ],
    "desk:act": each(
        {"quoi": "masquer", "categorie": "toutes"}, {"quoi": "relier", "connexion": "00000000"}, {"quoi": "ouvrir"}
    ),
    "desk:propose": each({"quoi": "erase"}, {"quoi": "merge", "autre": "x"}),
    "desk:settle": each({"reponse": "oui"}, {"reponse": "separer"}),
    "desk:invite": each({"way": "desk", "address": "A\nB", "signed": "on"}, {"way": "letter", "address": "x"}),
    "desk:mandate": each({"name": "Paul", "level": "see", "lasts": "30", "present": "on"}, {"lasts": "999"}),
    "desk:resolve": _resolve,
    "desk:emergency": each({"finding": "yes", "note": "Vu"}, {}),
    "desk:report": each({"note": "Vu"}, {}),
    "desk:retry": each({}),
    "desk:forget": each({}),
}

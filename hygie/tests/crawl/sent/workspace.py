"""What one sends to the pages of professionals: somebody's identity known, nearly known, and found by another."""

from __future__ import annotations

from django.core import signing

from hygie.tests.crawl.callers import Ask, form, upload
from hygie.tests.crawl.sent.said import Bodies, each, identity, nothing, said_by_heart, spent, swaps
from hygie.tests.crawl.town import Town

_DOCTORS = frozenset({"diallo", "roux"})  # for whom a reason well written opens a record, rightly
_REASON = "Patiente inconsciente, admise aux urgences ce matin"


def _find(town: Town, actor: str, path: str) -> list[Ask]:
    """Knowing all, knowing nearly all, knowing nothing. Whoever breaks the glass with a good reason opens a record."""
    reason = "urgent" if actor in _DOCTORS else _REASON
    asks = []
    for one in town.neighbours:
        for changed in ({}, {"born": "1988-05-05"}, {"family": "Dupont"}, {"matricule": "2" * 15}, {"sex": "male"}):
            asks.append(form("POST", path, identity(one, reason=reason, **changed), says=said_by_heart(one)))
    return [*asks, form("POST", path, {"reason": _REASON}), form("POST", path, {"matricule": "%", "family": "*"})]


def _emergency(town: Town, actor: str, path: str) -> list[Ask]:
    reason = "urgent" if actor in _DOCTORS else _REASON
    return [
        form("POST", path, {"reason": reason}),
        form("POST", path, {"etape": "ouvrir", "trouve": seal(town, "friend")}),
    ]


def seal(town: Town, by: str) -> str:
    """« Found » as signed for somebody: for another professional it must be worth nothing."""
    found = {"patient": str(town.zoe.id), "by": str(getattr(town, by).id), "name": "X", "born": "1979-11-02"}
    return signing.dumps(found, salt="hygie.workspace.found", compress=True)


def _deposit(town: Town, actor: str, path: str) -> list[Ask]:
    """With nothing found, with a seal forged, with another's seal, about another person."""
    said = {"kind": "11488-4", "title": "Lettre", "day": "2026-01-05", "announce": "now"} | swaps(town)
    theirs = {"trouve": seal(town, "friend")}
    return [
        form("POST", path, {"etape": "ouvrir"}), form("POST", path, theirs | {"etape": "ouvrir"}),
        upload(path, said | theirs, "lettre.txt", b"Une lettre"), upload(path, said | {"trouve": "e30:1:x"}, "l.txt", b"Une"),
        upload(path, said | theirs | {"remplace": str(town.zoe.documents["report"])}, "l.txt", b"Une autre"),
    ]  # fmt: skip


def _write(town: Town, actor: str, path: str) -> list[Ask]:
    return [form("POST", path, {"text": "Un mot."} | swaps(town)), form("POST", path, {"text": ""})]


_READ = [
    "workspace:read-from",
    "workspace:home",
    "workspace:patient",
    "workspace:results",
    "workspace:compare",
    "workspace:result",
    "workspace:treatment",
    "workspace:document",
    "workspace:page",
    "workspace:picture",
    "workspace:attachment",
    "workspace:original",
    "workspace:deposits",
    "workspace:deposited",
    "workspace:documents",
    "workspace:search",
    "workspace:invitations",
    "workspace:file",
    "workspace:essential",
    "workspace:time",
]
SENT: dict[str, Bodies] = {
    **dict.fromkeys(_READ, nothing),
    "workspace:arrive": spent,
    "workspace:synthesis": _write,
    "workspace:note": _write,
    "workspace:invite": each({"verifiee": "oui"}, {"verifiee": "oui", "trouve": "x:y:z"}),
    "workspace:invite-again": each({}),
    "workspace:scanned": each({}),
    "workspace:announce": each({}),
    "workspace:all-read": each({}),
    "workspace:close": each({}),
    "workspace:relief": lambda town, actor, path: [form("POST", path, {"aide": str(town.zoe.id)} | swaps(town))],
    "workspace:verify": each({"reponse": "oui"}, {"reponse": "reprendre"}),
    "workspace:reception": each({"code": "123456", "born": "1979-11-02"}, {"code": "x"}),
    "workspace:find": _find,
    "workspace:urgent": _find,
    "workspace:emergency": _emergency,
    "workspace:deposit": _deposit,
    "workspace:kind": each({"kind": "57833-6"}, {"retablir": "oui"}, {"kind": "EXPPAT_3"}),
    "workspace:pin": each({}, {"epingler": "non"}),
    "workspace:gain": each({"apport": "found"}, {"apport": "found", "ferme": "x:y:z"}),
    "workspace:withdraw": each({}, {"retablir": "oui"}),
}

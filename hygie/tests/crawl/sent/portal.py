"""What one sends to the pages of people."""

from __future__ import annotations

from urllib.parse import quote
from uuid import uuid4

from hygie.tests.crawl.callers import Ask, form, upload
from hygie.tests.crawl.sent.said import Bodies, each, nothing, swaps
from hygie.tests.crawl.town import Town

_YES_NO = ({"masquer": "oui"}, {"masquer": "non"})


def _add(town: Town, actor: str, path: str) -> list[Ask]:
    said = {"title": "Un papier", "kind": "DOCPAT05", "day": "2026-01-05"} | swaps(town)
    return [
        form("POST", path, said), upload(path, said, "papier.txt", b"Un papier de plus"),
        upload(path, {"kind": "??", "day": "hier"}, "../../etc/passwd", b"\x00\xff<svg onload=alert(1)>"),
    ]  # fmt: skip


def _correct(town: Town, actor: str, path: str) -> list[Ask]:
    return [
        form("POST", path, {"title": "Autre", "kind": "DOCPAT05", "day": "2026-01-05"} | swaps(town)),
        form("POST", path, {}),
    ]


def _invite(town: Town, actor: str, path: str) -> list[Ask]:
    return [
        form("POST", path, {"rpps": town.rpps["friend"], "sur": "oui"} | swaps(town)),
        form("POST", path, {"rpps": town.rpps["friend"]}), form("POST", path, {"rpps": "0" * 11, "sur": "oui"}),
        form("POST", path, {"rpps": "'", "until": "never"}),
    ]  # fmt: skip


def _share(town: Town, actor: str, path: str) -> list[Ask]:
    """Other people's documents, put behind a link of one's own."""
    said = {"lasts": "1j", "most": "1", "label": "Crawl"}
    return [form("POST", path, said | {"documents": str(one.documents["report"])}) for one in town.neighbours] + [
        form("POST", path, {"lasts": "jamais"})
    ]


def _block(town: Town, actor: str, path: str) -> list[Ask]:
    return [
        form("POST", path, {"qui": str(one), "genre": kind, "quoi": "tout"} | swaps(town))
        for one, kind in ((town.petit.id, "professional"), (uuid4(), "organisation"), ("personne", "professional"))
    ]


def _report(town: Town, actor: str, path: str) -> list[Ask]:
    return [
        form("POST", path, {"message": "Je ne le connais pas."} | swaps(town)),
        form("POST", path, {"message": ""}),
    ]


def _authorize(town: Town, actor: str, path: str) -> list[Ask]:
    """An application that nobody has let in, one that somebody else has, and where it may send us back."""
    asked = (
        f"response_type=code&client_id={town.app_id}&scope=patient/*.rs&code_challenge_method=S256&code_challenge={'c' * 43}"
        "&aud=http://localhost:8600/fhir&redirect_uri="
    )
    here = asked + quote("https://suivi.example/retour")
    return [
        Ask("GET", path, here), Ask("GET", path, asked + quote("https://evil.example/")), Ask("GET", path, here + "&launch=x"),
        form("POST", path, {"reponse": "non"} | swaps(town), query=here), form("POST", path, {"reponse": "oui"}),
    ]  # fmt: skip


_READ = [
    "portal:welcome",
    "portal:home",
    "portal:documents",
    "portal:document",
    "portal:page",
    "portal:picture",
    "portal:read-from",
    "portal:attachment",
    "portal:original",
    "portal:sheet",
    "portal:results",
    "portal:result",
    "portal:compare",
    "portal:sharing",
    "portal:journal",
    "portal:account",
    "portal:gallery",
    "portal:family",
    "portal:helpers",
    "portal:take",
    "portal:erase",
    "portal:keep",
    "portal:receipt",
    "portal:summary",
    "portal:summary-file",
    "portal:treatments",
    "portal:treatments-sheet",
    "portal:treatment",
    "portal:applications",
    "portal:awaiting",
    "portal:declined",
    "portal:survey",
    "portal:survey-end",
    "portal:survey-paper",
    "portal:accessibility",
    "portal:figures",
    "portal:figures-file",
    "portal:finding",
    "portal:observatory",
    "portal:observatory-file",
    "portal:verifying",
    "portal:links",
    "portal:link",
    "portal:reader",
    "portal:reader-document",
    "portal:reader-page",
    "portal:reader-original",
    "portal:who",
    "portal:card-paper",
    "portal:card-pdf",
    "portal:card-screen",
    "portal:card-offline",
]
SENT: dict[str, Bodies] = {
    **dict.fromkeys(_READ, nothing),
    "portal:add-settle": lambda town, actor, path: [
        form("POST", path, {"document": str(one.documents["report"]), "tout": "retirer"}) for one in town.neighbours
    ],
    "portal:add-many": lambda town, actor, path: [
        upload(path, {}, "papier.txt", b"Un papier"),
        upload(path, {"apport": "x"}, "papier.txt", b"Un papier"),
    ],
    "portal:gathered": each({"quoi": "annuler"}, {"quoi": "reprendre"}),
    "portal:brought": each({"quoi": "annuler"}, {"quoi": "reprendre"}),
    "portal:bring": lambda town, actor, path: [upload(path, {}, "espace.zip", b"PK\3\4 rien"), form("POST", path, {})],
    "portal:survey-begin": each({}),
    "portal:treatments-none": each({}),
    "portal:end-application": each({}),
    "portal:another-code": each({}),
    "portal:give-up": each({}),
    "portal:give-back": each({}),
    "portal:link-end": each({}),
    "portal:remove": each({}),
    "portal:unblock": each({}),
    "portal:space": each({}),
    "portal:put-back": each({}),
    "portal:unpin": each({}),
    "portal:survey-resume": each({"code": "ABCD-EFGH-JKLM"}, {"code": "' OR 1=1"}),
    "portal:survey-page": each({"sex": "woman", "age": "18-24"}, {"sex": "vendre"}),
    "portal:summary-none": each({}, {"effacer": "x"}),
    "portal:treatment-add": each({"name": "Doliprane 1000 mg", "how": "1 le soir"}, {"code": "3400930000000"}),
    "portal:treatment-say": each(
        {"dit": "oui"}, {"dit": "comment", "comment": "2 le soir"}, {"dit": "effacer"}, {"dit": "vendre"}
    ),
    "portal:authorize": _authorize,
    "portal:invitation": each({"code": "000000000000", "born": "04051988"}, {"code": "' OR 1=1", "born": "hier"}),
    "portal:accept": each({"equipe": "oui"}),
    "portal:decline": each({"raison": "autre"}, {"raison": "vendre"}),
    "portal:open": each({"accord": "oui"}, {}),
    "portal:add": _add,
    "portal:hide": each(*_YES_NO),
    "portal:secret": each({"secret": "oui"}, {"secret": "non"}),
    "portal:accept-help": each({"code": "ABCDEFGHJK", "oui": "oui"}, {"code": "%"}),
    "portal:moment": lambda town, actor, path: [form("POST", path, {"aide": str(town.zoe.id)} | swaps(town))],
    "portal:confide": each(
        {"name": "Ali", "relation": "son", "level": "act", "condition": "two-witnesses"}, {"name": "", "level": "all"}
    ),
    "portal:change-help": each({"niveau": "act"}, {"niveau": "all", "categories": "10"}),
    "portal:archive": each({"archiver": "oui"}, {"archiver": "non"}),
    "portal:withdraw": each({}, {"retablir": "oui"}),
    "portal:correct": _correct,
    "portal:straighten": each({"pages": "1r0"}, {"retablir": "oui"}),
    "portal:verify": each({"reponse": "oui"}, {"reponse": "non"}, {"reponse": "reprendre", "depuis": "document"}),
    "portal:verify-correct": each({"value": "62", "unit": "kg"}, {"name": "Autre chose"}),
    "portal:consent": each({"accord": "non"}, {"accord": "oui"}),
    "portal:emergency": each({"urgence": "oui", "masques": "oui"}, {}),
    "portal:opposition": each({"refuser": "oui"}, {"refuser": "non"}),
    "portal:invite": _invite,
    "portal:link-new": _share,
    "portal:limit": each({"classes": "42"}, {"until": "hier"}),
    "portal:keep-from": lambda town, actor, path: [
        form("POST", path, {"document": str(one.documents["report"])}) for one in town.neighbours
    ],
    "portal:card": each({"sections": "allergies"}, {"sections": "tout"}),
    "portal:link-note": each({"garder": "oui"}, {"garder": "non"}),
    "portal:reader-note": each({"mot": "Un mot."}, {"mot": ""}),
    "portal:by-code": each({"code": "123456789012", "name": "X"}, {"code": "12"}),
    "portal:by-link": each({"name": "X", "passcode": "x"}, {}),
    "portal:arriving": each({"lasts": "jour"}, {"lasts": "toujours"}),
    "portal:block": _block,
    "portal:report": _report,
    "portal:language": each({"langue": "fr"}, {"langue": "../../etc"}),
}

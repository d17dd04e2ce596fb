"""What one sends to the addresses of entering, of leaving, of sessions, of notices and of reading: guesses, mostly."""

from __future__ import annotations

from uuid import uuid4

from hygie.tests.crawl.callers import Ask, form
from hygie.tests.crawl.sent.said import Bodies, each, nothing
from hygie.tests.crawl.town import Town


def _hat(town: Town, actor: str, path: str) -> list[Ask]:
    hats = [one.hat for one in town.callers.values() if one.hat and one.name != actor]
    return [form("POST", path, {"hat": hat}) for hat in dict.fromkeys([*hats, "operator", str(uuid4()), ""])]


_READ = [
    "signin",
    "signin-space",
    "signin-back",
    "portal:ways",
    "portal:prove",
    "portal:sessions",
    "portal:notices",
    "portal:help",
    "portal:empty",
]
_CONFIRMED = ["portal:way-card", "portal:end-sessions", "portal:end-session", "portal:remove-contact", "portal:quit"]
_A_CODE = {"code": "123456"}
SENT: dict[str, Bodies] = {
    **dict.fromkeys(_READ, nothing),
    **dict.fromkeys(_CONFIRMED, each({})),
    **dict.fromkeys(("signin-code", "portal:prove-contact"), each(_A_CODE)),
    "signin-hat": _hat,
    "signin-pair": each({"relier": "oui"}, {"relier": "x"}),
    "signin-go": each({"next": "https://evil.example/"}, {"next": "/accueil/"}),
    "signout": each({}),
    "portal:reading": each(
        {"facile": "oui", "taille": "grande", "suite": "https://evil.example/"},
        {"facile": "x", "taille": "y"},
    ),
    "signin-passkey": each({}, {"answer": "{}"}, {"answer": "[1]"}),
    "signin-phone": each({"phone": "06 39 98 12 34"}, {"phone": "x"}),
    "signin-number": each({"number": "K7PM-4RTX", "code": "3F9K-TW2M"}, {"number": "%", "code": "*"}),
    "portal:way-passkey": each({}, {"answer": "{}"}),
    "portal:way-phone": each({"phone": "x"}, _A_CODE),
    "portal:way-app": each({}, _A_CODE),
    "portal:way": each({"name": "Ma carte"}, {"retirer": "oui"}),
    "portal:choose-notices": each({"genre": "new-structure"}, {"genre": "vendre"}, {}),
    "portal:add-contact": each({"to": "x"}, {"to": "pirate@exemple.fr"}),
    "portal:stop-notice": each({}, {"List-Unsubscribe": "One-Click"}),
}

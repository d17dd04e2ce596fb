"""What one sends to the addresses of entering, of leaving, of sessions, of notices and of reading: guesses, mostly."""

from __future__ import annotations

_A_CODE = ({"code": "123456"},)
_LOOKED_AT = ({"accord": "oui"},)

SENT: dict[str, tuple[dict[str, str], ...]] = {
    **dict.fromkeys(
        ("portal:ways", "portal:prove", "portal:sessions", "portal:notices", "portal:help", "portal:empty"), _LOOKED_AT
    ),
    **dict.fromkeys(
        ("portal:way-card", "portal:end-sessions", "portal:end-session", "portal:remove-contact", "portal:quit"), ({},)
    ),
    **dict.fromkeys(("signin-code", "portal:prove-contact"), _A_CODE),
    "portal:reading": (
        {"facile": "oui", "taille": "grande", "suite": "https://evil.example/"},
        {"facile": "x", "taille": "y"},
    ),
    "signin-passkey": ({}, {"answer": "{}"}, {"answer": "[1]"}),
    "signin-phone": ({"phone": "06 39 98 12 34"}, {"phone": "x"}),
    "signin-number": ({"number": "K7PM-4RTX", "code": "3F9K-TW2M"}, {"number": "%", "code": "*"}),
    "portal:way-passkey": ({}, {"answer": "{}"}),
    "portal:way-phone": ({"phone": "x"}, *_A_CODE),
    "portal:way-app": ({}, *_A_CODE),
    "portal:way": ({"name": "Ma carte"}, {"retirer": "oui"}),
    "portal:choose-notices": ({"genre": "new-structure"}, {"genre": "vendre"}, {}),
    "portal:add-contact": ({"to": "x"}, {"to": "pirate@exemple.fr"}),
    "portal:stop-notice": ({}, {"List-Unsubscribe": "One-Click"}),
}

"""What one sends to the addresses of whoever answers by law for another."""

from __future__ import annotations

_LOOKED_AT = ({"accord": "oui"},)

SENT: dict[str, tuple[dict[str, str], ...]] = {
    **dict.fromkeys(("portal:followed", "portal:represented", "portal:given-one"), _LOOKED_AT),
    "portal:represent": (
        {"accord": "oui", "urgence": "oui", "refuser": "non", "rpps": "10000000000", "sur": "oui"},
        {},
    ),
    "portal:given": ({"label": "Nounou", "summary": "on", "lasts": "1j"}, {"label": "X", "lasts": "toujours"}),
    "portal:end-given": ({},),
    **dict.fromkeys(("portal:mandated", "portal:mandate-receipt"), _LOOKED_AT),
    "portal:mandate": ({"name": "Paul", "level": "see", "lasts": "30"}, {"name": "", "lasts": "toujours"}),
    "portal:end-mandate": ({},),
}

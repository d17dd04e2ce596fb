"""What one sends to the addresses of whoever answers by law for another."""

from __future__ import annotations

from hygie.tests.crawl.sent.said import Bodies, each, nothing

_READ = ["portal:followed", "portal:represented", "portal:given-one", "portal:mandated", "portal:mandate-receipt",
         "portal:masked", "portal:masked-papers", "portal:masked-paper"]  # fmt: skip

SENT: dict[str, Bodies] = {
    **dict.fromkeys(_READ, nothing),
    "portal:represent": each(
        {"accord": "oui", "urgence": "oui", "refuser": "non", "rpps": "10000000000", "sur": "oui"}, {}
    ),
    "portal:report-visit": each({"message": "Je ne connais pas ce médecin."}, {}),
    "portal:given": each({"label": "Nounou", "summary": "on", "lasts": "1j"}, {"label": "X", "lasts": "toujours"}),
    "portal:end-given": each({}),
    "portal:mandate": each({"name": "Paul", "level": "see", "lasts": "30"}, {"name": "", "lasts": "toujours"}),
    "portal:end-mandate": each({}),
}

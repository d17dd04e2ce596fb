"""One card, or none: what came since this professional's last visit, and the change that stands out.

A card informs; it never advises. `summary` has at most 140 characters (CDS Hooks 2.0, « Card attributes »).
"""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from django.utils import timezone

from hygie.record.queries import Chapter, Summary
from hygie.record.trends import in_a_sentence

MOST: Final = 140
_SHOWN: Final = 6


def cards(found: Summary, *, home: str) -> list[dict[str, Any]]:
    """`home`: where the page of this installation is, without a slash at the end."""
    telling = _since(found) if found.news.since is not None else _first(found)
    if telling is None:
        return []
    title, lines = telling
    return [{
        "uuid": str(uuid4()),
        "summary": _short(title),
        "detail": "\n".join(f"- {_plain(line)}" for line in lines),
        "indicator": "info",
        "source": {"label": "Hygie, l’espace de santé de la personne", "url": home},
        "links": [{"label": "Ouvrir la page utile", "url": f"{home}/pro/arrivee/", "type": "smart"}],
    }]  # fmt: skip


def _since(found: Summary) -> tuple[str, list[str]] | None:
    """After a first visit: what came since, the important change first; nothing came, no card."""
    news = found.news
    came = len(news.shown)
    if not came or news.since is None:
        return None
    visit = timezone.localtime(news.since)
    when = f"{visit:%H h %M}" if visit.date() == found.on else f"le {visit:%d/%m/%Y}"
    title = f"{came} nouveauté{'s' if came > 1 else ''} depuis {when}"
    moved = [line for line in found.section(Chapter.RESULTS).lines if line.new and (line.marked or "%" in line.trend)]
    if moved:
        first = moved[0]
        title += f" : {in_a_sentence(first.text)} {first.detail}"
        title += f", {first.trend}" if "%" in first.trend else ""
    lines = [
        f"{one.document.metadata.title} ({one.document.day:%d/%m/%Y}){' : ' + one.what if one.what else ''}"
        for one in news.shown[:_SHOWN]
    ]
    rest = came - _SHOWN
    if rest > 0:
        lines.append(f"et {rest} autre{'s' if rest > 1 else ''}")
    folded = len(news.renewals) + len(news.repeats)
    if folded:
        lines.append(
            f"{folded} renouvellement{'s' if folded > 1 else ''} ou doublon{'s' if folded > 1 else ''} repliés"
        )
    return title, lines


def _first(found: Summary) -> tuple[str, list[str]] | None:
    """At the first visit: what is inside, so that one knows whether to open it. An empty record gives no card."""
    if not found.documents:
        return None
    many = f"{found.documents} document{'s' if found.documents > 1 else ''}"
    title = f"{many} depuis {found.oldest:%Y}" if found.oldest else many
    lines = []
    if found.synthesis is not None:
        lines.append(f"Synthèse de {found.synthesis.author}, {found.synthesis.day:%d/%m/%Y}")
    for chapter, one, several in (
        (Chapter.PROBLEMS, "problème de santé", "problèmes de santé"),
        (Chapter.ALERTS, "alerte ou allergie", "alertes ou allergies"),
        (Chapter.TREATMENTS, "traitement en cours", "traitements en cours"),
        (Chapter.RESULTS, "résultat qui compte", "résultats qui comptent"),
    ):  # fmt: skip
        count = len(found.section(chapter).lines)
        if count:
            lines.append(f"{count} {one if count == 1 else several}")
    return title, lines


def _short(text: str) -> str:
    return text if len(text) <= MOST else text[: MOST - 1].rstrip() + "…"


def _plain(text: str) -> str:
    """Words from documents, inside a text that may be read as Markdown: marks lose their meaning."""
    flat = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+!|<>~" else letter for letter in flat)

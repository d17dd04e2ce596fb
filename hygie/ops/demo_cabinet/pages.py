"""The pages of this program: a waiting room and a chart. Whatever comes from the wire is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hygie.ops.demo_cabinet.asking import Answer
from hygie.ops.demo_cabinet.plain import Block, blocks
from hygie.ops.demo_cabinet.told import Patient, Told

NOTHING = SafeString("")


def page(told: Told, title: str, body: SafeString, *, head: SafeString = NOTHING) -> str:
    return format_html(
        """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {practice}</title>
<link rel="icon" href="/icone.svg">
<link rel="stylesheet" href="/cabinet.css">
{head}</head>
<body>
<a class="skip" href="#contenu">Aller au contenu</a>
<header>
<p class="demo">Logiciel de démonstration, pas un vrai logiciel. Toutes les personnes sont inventées.</p>
<div class="bar"><a href="/">{practice}</a><p>{doctor}</p></div>
</header>
<main id="contenu">
{body}
</main>
<footer><p>Ce programme imite le logiciel d’un cabinet, qui n’est pas Hygie : il a ses propres dossiers, et parle avec
Hygie par des messages signés.</p></footer>
</body>
</html>
""",
        title=title, practice=told.practice, doctor=told.doctor, head=head, body=body,
    )  # fmt: skip


def waiting_room(told: Told) -> str:
    rows = format_html_join(
        "\n",
        '<li><a href="/patients/{}/"><span class="hour">{}</span> <span class="who">{}</span> <span class="why">{}</span>'
        "</a></li>",
        ((one.key, one.hour, one.name, one.reason) for one in told.patients),
    )
    body = format_html('<h1>Salle d’attente</h1>\n<ol class="room">\n{}\n</ol>', rows)
    return page(told, "Salle d’attente", body)


def chart(told: Told, patient: Patient, answer: Answer | None, *, opening: str, again: int | None) -> str:
    """answer: None while Hygie has not answered; `opening` names that call, and `again` the next look without script."""
    head = NOTHING
    if answer is None and again is not None:
        head = format_html(
            '<noscript><meta http-equiv="refresh" content="1; url=?carte={}&amp;tour={}"></noscript>\n', opening, again
        )
    if answer is None:
        head = format_html('{}<script src="/cabinet.js" defer></script>\n', head)
    notes = format_html_join("\n", "<li>{}</li>", ((one,) for one in patient.notes))
    body = format_html(
        """<nav aria-label="Retour"><a href="/">Salle d’attente</a></nav>
<h1>{name}</h1>
<div class="sides">
<section class="chart" aria-labelledby="dossier">
<h2 id="dossier">Dossier du cabinet</h2>
<dl>
<dt>Naissance</dt><dd>{born}</dd>
<dt>Matricule INS</dt><dd>{ins}</dd>
<dt>Motif du jour</dt><dd>{reason}</dd>
<dt>Prochain rendez-vous</dt><dd>{next}</dd>
</dl>
<h3>Notes</h3>
<ul>
{notes}
</ul>
</section>
<section class="hygie" aria-labelledby="hygie" aria-live="polite" data-card="/patients/{key}/carte?carte={opening}">
{card}
</section>
</div>""",
        key=patient.key, name=patient.name, born=patient.born, ins=patient.ins, reason=patient.reason,
        next=patient.next, notes=notes, opening=opening, card=card(patient, answer, waiting=again is not None),
    )  # fmt: skip
    return page(told, patient.name, body, head=head)


def card(patient: Patient, answer: Answer | None, *, waiting: bool = True) -> SafeString:
    """What Hygie said when this chart opened, and the one button."""
    if answer is None:
        said = SafeString("<p>Hygie cherche ce qui est nouveau…</p>") if waiting else _away("")
    elif answer.fault is not None:
        said = _away(answer.fault)
    elif answer.cards:
        said = format_html_join("\n", "{}", ((_one(one),) for one in answer.cards))
    else:
        said = SafeString("<p>Rien de nouveau chez Hygie pour ce dossier.</p>")
    return format_html(
        '<h2 id="hygie">Hygie</h2>\n{}\n'
        '<form method="post" action="/patients/{}/ouvrir"><button>Ouvrir la page utile</button></form>\n{}',
        said,
        patient.key,
        _received(answer),
    )


def not_opened(told: Told, patient: Patient, words: str) -> str:
    body = format_html(
        '<h1>{}</h1>\n<div class="hygie">{}\n<p><a href="/patients/{}/">Revenir au dossier</a></p></div>',
        patient.name, _away(words), patient.key,
    )  # fmt: skip
    return page(told, patient.name, body)


def sentence(told: Told, title: str, words: str) -> str:
    return page(
        told, title, format_html('<h1>{}</h1>\n<p>{}</p>\n<p><a href="/">Salle d’attente</a></p>', title, words)
    )


def _away(words: str) -> SafeString:
    more = format_html("\n<p>Sa réponse : {}</p>", words) if words else NOTHING
    return format_html('<p class="away">Hygie ne répond pas : votre consultation continue.</p>{}', more)


def _one(received: dict[str, Any]) -> SafeString:
    source = received.get("source")
    label = source.get("label", "") if isinstance(source, dict) else ""
    return format_html(
        '<article><h3>{}</h3>\n{}\n<p class="source">{}</p></article>',
        str(received.get("summary", "")), _shown(blocks(str(received.get("detail", "")))), str(label),
    )  # fmt: skip


def _shown(found: Iterable[Block]) -> SafeString:
    parts = []
    for one in found:
        lines = format_html_join("\n", "<li>{}</li>" if one.listed else "{}", ((line,) for line in one.lines))
        parts.append((format_html("<ul>{}</ul>" if one.listed else "<p>{}</p>", lines),))
    return format_html_join("\n", "{}", parts)


def _received(answer: Answer | None) -> SafeString:
    """For whoever connects a software: the answer itself, as it came."""
    if answer is None or answer.fault is not None:
        return NOTHING
    return format_html(
        '<details><summary>Le message reçu, en {} ms</summary><pre tabindex="0">{}</pre></details>',
        answer.took, json.dumps({"cards": answer.cards}, ensure_ascii=False, indent=2),
    )  # fmt: skip

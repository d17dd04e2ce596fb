"""Published figures: findings with their base and their cautions, and the files to find them again. Open to all."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from hygie.base import config
from hygie.base.addresses import reverse
from hygie.base.errors import NotFound
from hygie.base.reading import reading
from hygie.observatory import queries
from hygie.observatory.barometer import html
from hygie.observatory.types import Page, Shown
from hygie.ui import downloads, words

_KINDS: Final = {
    ".csv": "text/csv; charset=utf-8", ".json": "application/json", ".yaml": "application/yaml", ".pdf": "application/pdf",
    ".md": "text/markdown; charset=utf-8",
}  # fmt: skip
_WORDS: Final = {
    "report.pdf": gettext_lazy("Le rapport à imprimer (PDF)"),
    "tables.csv": gettext_lazy("Tous les tableaux, avec intervalles et bases (CSV)"),
    "answers.csv": gettext_lazy("Les réponses, une ligne par personne (CSV)"),
    "weights.csv": gettext_lazy("Le poids de chaque réponse (CSV)"),
    "dictionary.csv": gettext_lazy("Ce que veut dire chaque code (CSV)"),
    "margins.yaml": gettext_lazy("Les marges de la population et leurs sources"),
    "questionnaire.yaml": gettext_lazy("Le questionnaire"),
    "datapackage.json": gettext_lazy("La description de ces fichiers (Frictionless)"),
    "README.md": gettext_lazy("Comment tout refaire en une commande"),
}


@reading
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    found = _shown()
    if found is None:
        return render(request, "survey/figures.html", {"report": None})
    report, spoken = found.report, words.spoken
    findings = [html.finding(one, spoken, elsewhere=_way_to(one)) for one in report.pages]
    if report.changes:
        findings.append(html.changes(report.changes, report.before_name, spoken))
    context = {
        "report": report,
        "findings": [mark_safe(one) for one in findings],  # noqa: S308  # ours, escaped where it is made
        "files": [(name, _WORDS[name]) for name in _WORDS if name in found.files],
    }
    return render(request, "survey/figures.html", context)


@reading
@require_GET
def finding(request: HttpRequest, finding: str) -> HttpResponse:
    """One finding by itself, with what each group of people answered."""
    found = _shown()
    page = next((one for one in found.report.pages if one.id == finding), None) if found else None
    if found is None or page is None:
        raise NotFound(_("Cette page n’existe pas."), code="no-page")
    drawn = html.finding(page, words.spoken, label=found.report.about.label, level=1)
    context = {"sentence": words.spoken(page.sentence), "finding": mark_safe(drawn)}  # noqa: S308  # ours, escaped where it is made
    return render(request, "survey/finding.html", context)


def _way_to(one: Page) -> str:
    """The way from a finding to its groups."""
    return format_html(
        '<p><a href="{}">{}<span class="unseen"> : {}</span></a></p>',
        reverse("portal:finding", kwargs={"finding": one.id}), _("Selon l’âge, la région, la situation"), words.spoken(one.sentence),
    )  # fmt: skip


@reading
@require_GET
def file(request: HttpRequest, name: str) -> HttpResponse:
    """One file of the published wave."""
    found = _shown()
    if found is None or name not in _WORDS or name not in found.files:
        raise NotFound(_("Ce fichier n’existe pas."), code="no-file")
    return downloads.download(found.files[name], name, _KINDS[Path(name).suffix])


def _shown() -> Shown | None:
    return queries.shown(folder=Path(config.get("HYGIE_DATA")) / "barometer", demo=config.mode() in ("demo", "test"))

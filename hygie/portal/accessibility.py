"""The accessibility statement: what the law asks for, with the figures that the checks themselves wrote.

`accessibility.json` is written by `make accessibility` (`tests/test_accessibility_in_a_browser.py`) and by nothing else; a
test compares the page with it, figure by figure. The state is « non conforme » whatever axe finds, because no complete
audit was made: décret n° 2019-768 du 24 juillet 2019, article 5, knows no other word without a valid audit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from hygie.base.reading import reading

FILE: Final = Path(__file__).resolve().parent / "accessibility.json"
TECHNIQUES: Final = "HTML, CSS, SVG, JavaScript"
CRITERIA: Final = 106  # of RGAA 4.1, https://accessibilite.numerique.gouv.fr/

NAMES: Final[dict[str, str | Promise]] = {
    "entering": _("Entrer"),
    "home": _("Accueil"),
    "documents": _("Documents"),
    "document": _("Un document"),
    "adding": _("Ajouter un document"),
    "who-sees-what": _("Qui voit quoi"),
    "journal": _("Journal des accès"),
    "account": _("Mon compte"),
    "emergency-card": _("Ma carte d’urgence"),
    "links": _("Partages"),
    "family": _("Ma famille"),
    "invitation": _("Ouvrir votre espace de santé"),
    "summary": _("Ma santé en résumé"),
    "notices": _("Vos avis"),
    "closing": _("Fermer mon espace"),
    "accessibility": _("Déclaration d’accessibilité"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """One page in one language. passed, failed: rules of axe; to_see: those that only a person can settle."""

    page: str
    language: str
    passed: int
    failed: int
    to_see: int

    @property
    def name(self) -> str | Promise:
        return NAMES[self.page]

    @property
    def spoken(self) -> str:
        return dict(settings.LANGUAGES)[self.language]


@dataclass(frozen=True, slots=True)
class Checks:
    """What the checks found. rules: of axe, run on each page; criteria: of RGAA, that these rules touch."""

    on: date
    axe: str
    browser: str
    rules: int
    criteria: tuple[str, ...]
    pages: tuple[Checked, ...]

    @property
    def tool(self) -> str:
        return f"axe-core {self.axe}"

    @property
    def failed(self) -> int:
        return sum(one.failed for one in self.pages)

    @property
    def to_see(self) -> int:
        return sum(one.to_see for one in self.pages)

    @property
    def touched(self) -> int:
        return len(self.criteria)

    @property
    def untouched(self) -> int:
        return CRITERIA - len(self.criteria)


@lru_cache(maxsize=1)
def checks() -> Checks:
    said = json.loads(FILE.read_text(encoding="utf-8"))
    return Checks(
        on=date.fromisoformat(said["on"]), axe=said["axe"], browser=said["browser"], rules=said["rules"],
        criteria=tuple(said["criteria"]), pages=tuple(Checked(**one) for one in said["pages"]),
    )  # fmt: skip


@require_GET
@reading
def statement(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html", {"checks": checks(), "of": CRITERIA, "techniques": TECHNIQUES})

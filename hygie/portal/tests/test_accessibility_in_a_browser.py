"""The key pages in a real browser, in French and in Arabic: no barrier, no French left, nothing hidden, no line too long,
each link and button understood by its name alone.

`make accessibility` runs this file with RECORD_ACCESSIBILITY=1: it then writes `hygie/portal/accessibility.json`, from which the
accessibility statement takes its figures.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from hygie.access.actions import open_record
from hygie.portal import accessibility
from hygie.portal.key_pages import KEY_PAGES, PARTIAL, ROUTES
from hygie.portal.tests.health import filed, observation, prescription
from hygie.portal.tests.test_in_a_browser import document_of
from hygie.tests.browser import PHONE, examined
from hygie.tests.kin import a_parent, born
from hygie.tests.world import Person, World, a_report, care, deposited

RECORD = bool(os.environ.get("RECORD_ACCESSIBILITY"))
NARROW = (320, 256)  # 1280 by 1024 pixels at 400 %
LANGUAGES = ("fr", *sorted(PARTIAL))
OUTSIDE = ("entering", "invitation", "accessibility")
ALSO = ("accessibility",)  # checked like the key pages, in French
RULES = {"rules": {"target-size": {"enabled": True}}}

# What stays in Latin letters on an Arabic page: names, and formats of files.
LATIN = re.compile(
    r"Hygie|France ?Connect|France Services|Pro Santé Connect|e-CPS|RPPS|SMART Health Links|FHIR|CDA|PDF|JPEG|PNG|TIFF|HEIC"
    r"|\.zip|\.eml|Dr Diallo|Cabinet du Canal|Labo Seine|Amina|Lou|Bilan de mars|M’T dents|Service-public|\w*[Cc]anari\w*"
)

LOOK = """() => {
  const said = [], hidden = [];
  const foreign = (e) => e.closest('script, style, bdi, [lang]:not([lang="ar"])');
  const plain = (text) => text.replace(/\\u2068[^\\u2069]*\\u2069/g, ' ');
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!foreign(walk.currentNode.parentElement)) said.push(plain(walk.currentNode.textContent));
  for (const e of document.querySelectorAll('[aria-label], [alt], [title], [placeholder]'))
    if (!foreign(e)) for (const name of ['aria-label', 'alt', 'title', 'placeholder']) said.push(plain(e.getAttribute(name) || ''));
  const reached = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  for (const e of document.querySelectorAll(reached)) {
    if (!e.checkVisibility()) continue;
    e.focus({focusVisible: true});
    if (document.activeElement !== e) continue;
    const seen = [...e.getClientRects()].some((r) => [0.1, 0.5, 0.9].some((x) => [0.1, 0.5, 0.9].some((y) => {
      const top = document.elementFromPoint(r.left + r.width * x, r.top + r.height * y);
      return top && (top === e || e.contains(top) || top.contains(e));
    })));
    if (!seen) hidden.push(e.outerHTML.slice(0, 160));
  }
  const seen = new Map(), alike = [];
  for (const e of document.querySelectorAll('main :is(a[href], button)')) {
    if (!e.checkVisibility()) continue;
    const named = (e.getAttribute('aria-label') || e.textContent).replace(/\\s+/g, ' ').trim();
    const sent = new URLSearchParams(e.form ? new FormData(e.form) : ''); sent.delete('csrfmiddlewaretoken');
    const does = e.href || [e.formAction, sent, e.name, e.value].join(' ');
    if (!named || (seen.get(e.tagName + named) ?? does) !== does) alike.push(named || e.outerHTML.slice(0, 160));
    seen.set(e.tagName + named, does);
  }
  return {said, hidden, alike, dir: document.documentElement.dir, lang: document.documentElement.lang,
          wide: document.documentElement.scrollWidth};
}"""


@pytest.fixture
def amina(database: None, chromium: object, browse: Any) -> Person:
    """Somebody with something on each page: documents, values, visits, a share, a card, a child, an address for notices."""
    world = World()
    amina = world.amina
    deposited(world.labo_seine, amina, a_report("Analyse de sang"))
    filed(
        world, amina,
        observation("2160-0", "Créatinine", 142, "µmol/L", "2026-03-12", low=50, high=98),
        prescription("LEVOTHYROX 75 microgrammes, comprimé", "1 comprimé le matin", timezone.localdate().isoformat()),
        title="Bilan de mars",
    )  # fmt: skip
    open_record(care(world.dr_diallo, amina))
    lou = world.person("Lou", born=born(9))
    a_parent(world, lou, amina)
    deposited(world.labo_seine, lou, a_report("Vaccin"))
    client = browse(amina.actor)
    assert client.post("/qui-voit-quoi/partages/nouveau/", {"lasts": "1j", "most": "5", "summary": "on", "spoken": "on"}).status_code == 302  # fmt: skip
    card = {"sections": ["allergies", "treatments", "contacts"], "first": "Zoé +33 6 00 00 00 00", "language": "ar"}
    assert client.post("/qui-voit-quoi/carte/", card).status_code == 302
    return amina


def addresses(amina: Person) -> dict[str, str]:
    return {
        "entering": "/connexion/", "home": "/accueil/", "documents": "/documents/",
        "document": f"/documents/{document_of(amina, 'Bilan')}/", "adding": "/documents/ajouter/",
        "who-sees-what": "/qui-voit-quoi/", "journal": "/qui-voit-quoi/journal/?montrer=tout", "account": "/compte/",
        "emergency-card": "/qui-voit-quoi/carte/", "links": "/qui-voit-quoi/partages/", "family": "/famille/",
        "invitation": "/invitation/", "summary": "/ma-sante/resume/", "notices": "/compte/avis/",
        "closing": "/compte/espace/fermer/", "accessibility": "/accessibilite/",
    }  # fmt: skip


def in_language(page: Page, language: str, site: str) -> Page:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    return page


def test_each_key_page_is_free_of_barriers_in_each_of_its_languages(visit, amina, site, chromium):
    pages: list[dict[str, Any]] = []
    engine: dict[str, Any] = {}
    rules: set[str] = set()
    left: dict[str, set[str]] = {}
    for language in LANGUAGES:
        inside = in_language(visit(amina.actor, size=PHONE, bypass_csp=True), language, site)
        outside = in_language(visit(size=PHONE, bypass_csp=True), language, site)
        for name, address in addresses(amina).items():
            if name in ALSO and language in PARTIAL:
                continue
            page = outside if name in OUTSIDE else inside
            assert page.goto(address, wait_until="domcontentloaded").status == 200
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= PHONE[0], (address, wide)
            if language in PARTIAL or RECORD or name in ALSO:
                found = examined(page, options=RULES)
                assert found["violations"] == [], (address, found["violations"])
                engine = found["testEngine"]
                rules |= {one["id"] for kind in ("passes", "incomplete", "inapplicable") for one in found[kind]}
                pages.append({
                    "page": name, "language": language, "passed": len(found["passes"]),
                    "failed": len(found["violations"]), "to_see": len(found["incomplete"]),
                })  # fmt: skip
            page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
            look = page.evaluate(LOOK)
            assert (look["lang"], look["dir"]) == (language, "rtl" if language == "ar" else ""), address
            if language == "ar":
                said = {one.strip() for one in look["said"] if re.search("[A-Za-zÀ-ÿ]{2}", LATIN.sub("", one))}
                left |= {address: said} if said else {}
            assert look["wide"] <= NARROW[0], (address, look["wide"])
            assert look["hidden"] == [], (address, look["hidden"])
            assert look["alike"] == [], (address, "heard out of its sentence, it could be another", look["alike"])
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert not left, json.dumps({at: sorted(said) for at, said in left.items()}, ensure_ascii=False)
    touched = page.evaluate(
        "axe.getRules().filter((one) => one.tags.includes('RGAAv4')).map((one) => [one.ruleId, one.tags])"
    )
    criteria = {
        ".".join(tag.removeprefix("RGAA-").split(".")[:2])
        for rule, tags in touched if rule in rules for tag in tags if tag.startswith("RGAA-")
    }  # fmt: skip
    made = {
        "on": timezone.localdate().isoformat(), "axe": engine["version"],
        "browser": f"Chromium {chromium.version.split('.')[0]}", "rules": len(rules),
        "criteria": sorted(criteria, key=lambda one: [int(part) for part in one.split(".")]), "pages": pages,
    }  # fmt: skip
    if RECORD:
        accessibility.FILE.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        accessibility.checks.cache_clear()
    kept = accessibility.checks()
    assert (kept.axe, kept.rules, list(kept.criteria)) == (made["axe"], made["rules"], made["criteria"])


def test_the_statement_says_what_the_checks_wrote_and_nothing_else(browse):
    kept = accessibility.checks()
    names = [one.name for one in KEY_PAGES]
    assert len(names) == 15
    assert set(names) | set(ALSO) == set(accessibility.NAMES)
    assert [(one.language, one.page) for one in kept.pages] == [
        (language, name) for language in LANGUAGES for name in (*names, *(ALSO if language == "fr" else ()))
    ]
    assert kept.failed == 0
    body = browse().get("/accessibilite/").content.decode()
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", body))  # no-break spaces too
    for said in (
        "État de conformité : non conforme",
        f"axe, applique {kept.rules} règles",
        f"touchent {kept.touched} des 106 critères du RGAA",
        f"Les {kept.untouched} autres critères",
        f"{len(kept.pages)} pages vérifiées",
        "Aucune erreur trouvée.",
        f"{kept.to_see} point",
        f"axe-core {kept.axe}",
        kept.browser,
        "Défenseur des droits",
    ):
        assert said in text, said
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th><td lang=\"(\w+)\">.*?</td>" + r"<td class=\"number\">(\d+)</td>" * 3, body)  # fmt: skip
    assert [(language, int(a), int(b), int(c)) for _, language, a, b, c in rows] == [
        (one.language, one.passed, one.failed, one.to_see) for one in kept.pages
    ]


def test_the_statement_is_one_press_away_from_any_page(browse, world):
    for client, address in (
        (browse(), "/"),
        (browse(world.amina.actor), "/compte/"),
        (browse(world.dr_diallo), "/pro/"),
    ):
        assert '<a href="/accessibilite/">Accessibilité\u00a0: non conforme</a>' in client.get(address).content.decode()


def test_outside_the_key_pages_a_page_is_wholly_in_french_and_says_so_in_arabic(browse, world):
    client = browse(world.amina.actor)
    client.post("/langue/", {"langue": "ar"})
    body = client.get("/ma-sante/resultats/").content.decode()
    assert '<html lang="fr"' in body and "dir=" not in body.split("<body")[0]
    assert re.search(r'<aside class="demo" lang="ar" dir="auto">.*لم تُترجَم هذه الصفحة', body)
    assert ">English</button>" in body and ">Français</button>" in body and ">العربية</button>" not in body
    told = client.post("/compte/espace/fermer/", follow=True)
    assert told.redirect_chain and "حُفظ ذلك." in told.content.decode()


def test_the_key_pages_have_the_words_of_whatever_their_own_code_shows():
    """A view of a key page that answered with a page of another list would be half translated."""
    from hygie.portal import key_pages

    package = accessibility.FILE.parent.parent
    for source in key_pages.SOURCES:
        if source.startswith("hygie/portal/") and source.endswith(".py"):
            for shown in re.findall(
                r'render\([^)]*?"((?:portal|signin)/[\w/]+\.html)"', (package.parent / source).read_text()
            ):
                assert f"hygie/portal/templates/{shown}" in key_pages.SOURCES, (source, shown)
    from hygie.config.urls import ROUTES as known

    assert {one.name for one in known} >= ROUTES

"""The fifteen key pages of a person's side: those that everybody must be able to read. Pure: names and places only.

A language that is not complete (`PARTIAL`) is complete on these: every sentence of their sources is translated (a law of
`lint.messages`), and every other page is wholly in French, which says so (`hygie.portal.tongues`). A page half in one
language and half in another would be read aloud wrongly and understood by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class KeyPage:
    """route: of the page itself. also: what belongs to it. sources: files of its sentences, from the package."""

    name: str
    route: str
    also: tuple[str, ...]
    sources: tuple[str, ...]


def _templates(*names: str) -> tuple[str, ...]:
    return tuple(f"portal/templates/{name if '/' in name else 'portal/' + name}.html" for name in names)


def _modules(*names: str) -> tuple[str, ...]:
    return tuple(f"portal/{name}.py" for name in names)


def _portal(*names: str) -> tuple[str, ...]:
    return tuple(f"portal:{name}" for name in names)


KEY_PAGES: Final = (
    KeyPage(
        "entering", "signin", ("portal:welcome", "signin-passkey", "signin-phone", "signin-code", "signin-number"),
        _templates("welcome", "signin/start", "signin/passkey", "signin/phone", "signin/code", "signin/number")
        + _templates("signin/_lost") + _modules("entering"),
    ),
    KeyPage("home", "portal:home", (), _templates("home", "_cards") + _modules("home", "cards")),
    KeyPage("documents", "portal:documents", (), _templates("documents") + _modules("documents")),
    KeyPage(
        "document", "portal:document", _portal("withdraw"),
        _templates("document", "_said", "withdraw") + _modules("document", "filing"),
    ),
    KeyPage("adding", "portal:add", _portal("correct", "add-settle"), _templates("add", "added", "closed", "_proposals", "correct") + _modules("adding", "add_form")),
    KeyPage("who-sees-what", "portal:sharing", _portal("invite"), _templates("sharing", "invite") + _modules("sharing")),
    KeyPage("journal", "portal:journal", _portal("report"), _templates("journal", "report") + _modules("journal")),
    KeyPage("account", "portal:account", (), _templates("account") + _modules("account")),
    KeyPage(
        "emergency-card", "portal:card", _portal("card-paper"),
        _templates("card", "card_paper", "_emergency_card") + _modules("emergency_card"),
    ),
    KeyPage(
        "links", "portal:links", _portal("link-new", "link"),
        _templates("links", "link_new", "link") + _modules("links"),
    ),
    KeyPage("family", "portal:family", _portal("moment", "accept-help"), _templates("family", "for_another", "_to_come", "help_code", "help_offer") + _modules("family", "words_of_help") + ("prevention/calendar.py",)),
    KeyPage(
        "invitation", "portal:invitation", _portal("another-code", "awaiting", "decline", "declined"),
        _templates("invitation", "invitation_over", "invitation_asked", "awaiting", "decline", "declined")
        + _modules("invitation", "awaiting"),
    ),
    KeyPage(
        "summary", "portal:summary", (),
        _templates("summary", "_health", "_verify", "_treatments") + _modules("summary") + ("ui/templates/ui/_waiting.html",),
    ),
    KeyPage("notices", "portal:notices", _portal("add-contact", "stop-notice", "help", "empty"), _templates("notices", "notice_add", "notice_stop", "help", "empty") + _modules("notices", "helping")),
    KeyPage("closing", "portal:space", (), _templates("space", "_reasons") + _modules("refusing")),
)  # fmt: skip

# Around each of them, in full and in easy words: the frame, what went wrong, and what pure modules say there.
_EASY: Final = (
    "_around", "_back", "_cards", "accueil", "ajouter", "carte", "compte", "document", "documents", "entrer", "famille",
    "fermer", "invitation", "journal", "partager", "qui-voit-quoi", "resume",
)  # fmt: skip
_SHARED: Final = (
    "ui/periods.py",
    *("ui/problems.py", "ui/templatetags/hygie_ui.py", "portal/opening.py", "portal/whom.py", "portal/whose.py"),
    *(f"ui/templates/ui/{name}.html" for name in ("page", "problem", "_errors", "_field", "_pages", "_viewers")),
    *(f"ui/templates/ui/{name}.html" for name in ("_help", "_reading")),
    *_templates("base", "_exit", "_easy_offer", "_shown", "_told", *(f"portal/easy/{name}" for name in _EASY)),
    *_modules("easy", "reading", "quitting"),
    *("access/sentences.py", "access/explanation.py", "people/types.py", "formats/valuesets.py"),
    *("record/chapters.py", "record/trends.py", "formats/preview/__init__.py"),
)
SOURCES: Final = frozenset(
    f"hygie/{one}" for one in (*(place for page in KEY_PAGES for place in page.sources), *_SHARED)
)
ROUTES: Final = frozenset(name for page in KEY_PAGES for name in (page.route, *page.also))

PARTIAL: Final = frozenset({"ar"})  # languages that are complete on the key pages only

"""The style sheet that browsers get is the sum of its parts, and small."""

from __future__ import annotations

import gzip
import re

from hygie.ui import stylesheet
from hygie.ui.icons import ICONS
from hygie.ui.shelves import LOOKS

FONTS = stylesheet.HERE / "static" / "ui" / "fonts"


def test_the_style_sheet_kept_here_is_the_sum_of_its_parts():
    assert stylesheet.TARGET.read_text(encoding="utf-8") == stylesheet.sheet(), "run python -m hygie.ui.stylesheet"


def test_the_style_sheet_asks_for_nothing_but_our_own_fonts():
    asked = set(re.findall(r"url\(\s*[\"']?([^\"')]+)", stylesheet.sheet()))
    assert asked == {f"fonts/{path.name}" for path in FONTS.glob("*.woff2")}
    assert "@import" not in stylesheet.sheet()


def test_styles_and_fonts_stay_within_their_weight():
    assert len(gzip.compress(stylesheet.sheet().encode())) < 12_000
    assert sum(path.stat().st_size for path in FONTS.glob("*.woff2")) < 60_000


def test_every_shelf_has_an_icon_that_exists():
    assert {look.icon for look in LOOKS.values()} <= set(ICONS)

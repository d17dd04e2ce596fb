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


def test_a_class_is_laid_out_in_one_file_and_in_the_one_for_paper():
    """Two components that take one name would each change the pages of the other."""
    at: dict[str, set[str]] = {}
    for path in (stylesheet.HERE / "css").glob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for found in re.finditer(r"^\.([a-z][\w-]*)\s*(?:,[^{]*)?\{", rules, re.MULTILINE):
            at.setdefault(found[1], set()).add(path.name)
    assert len(at) > 60
    assert {name: files for name, files in at.items() if len(files - {"print.css"}) > 1} == {}


def test_no_style_names_the_left_or_the_right():
    """A page read from right to left is the same sheet: sides are those of the reading."""
    sides = r"(?<![\w-])(?:(?:margin|padding|border|scroll-\w+)-(?:left|right)|left|right)(?:-\w+)*\s*:|(?:text-align|float)\s*:\s*(?:left|right)"
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted((stylesheet.HERE / "css").glob("*.css"))
        for line in path.read_text().splitlines()
        if re.search(sides, line)
    ]
    assert found == []

"""One style sheet out of one file per component: `python -m hygie.ui.stylesheet` writes it.

The files of `css/` are the source; `static/ui/hygie.css` is their sum, kept in the repository so that no build runs
when Hygie starts. A test refuses a sum that is not up to date.
"""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE / "static" / "ui" / "hygie.css"
ORDER = (
    *("tokens", "base", "layout"),
    *("panel", "button", "tag", "tile", "list", "table", "form", "notice", "tabs", "disclosure", "empty"),
    *(
        "journal",
        "eye",
        "sparkline",
        "curve",
        "sheet",
        "problem",
        "gallery",
        "dense",
        "useful",
        "gist",
        "bars",
        "trend",
        "codes",
        "qr",
        "reading",
    ),
    "print",
)


def sheet() -> str:
    """The whole style sheet, in cascade order, without the comments. Raises if a file of `css/` is missing from ORDER."""
    found = {path.stem for path in (HERE / "css").glob("*.css")}
    if found != set(ORDER):
        raise ValueError(f"css/ and ORDER differ: {sorted(found ^ set(ORDER))}")
    whole = "\n".join((HERE / "css" / f"{name}.css").read_text(encoding="utf-8") for name in ORDER)
    return re.sub(r"\n? *(?s:/\*.*?\*/)", "", whole).lstrip()


if __name__ == "__main__":
    TARGET.write_text(sheet(), encoding="utf-8")

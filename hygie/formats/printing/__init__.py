"""Every paper that Hygie makes for people comes from here: a template beside this file, and the words it is given.

A paper is a tagged PDF (PDF/UA-1, ISO 14289-1): its language, its title, headings in order, tables with their headers,
what a drawing shows in words, letters embedded. Typst refuses to make one that is not. Words are never markup: they come
in as data. Nothing is read outside this folder, no font of the machine is used, and the same words give the same bytes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import segno

from hygie.base.errors import Unavailable

if TYPE_CHECKING:
    from typst import Fonts

_HERE: Final = Path(__file__).parent
_LETTERS: Final = ("fontpkg_atkinson_hyperlegible", "fontpkg_noto_sans", "fontpkg_almarai")
_KEPT: Final = re.compile(r" (?=[%:;?!»])|(?<=«) |(?<=\d) (?=\d{1,2}\b)")
"""Where French does not break a line: before a mark of two parts, inside quotation marks, within a telephone number."""

_WRITTEN: Final = frozenset(
    {"LATIN", "GREEK", "CYRILLIC", "ARABIC", "DIGIT", "MICRO", "COMMA", "FULL", "COLON", "SEMICOLON", "APOSTROPHE",
     "HYPHEN-MINUS", "EN", "EM", "LEFT", "RIGHT", "LEFT-POINTING", "RIGHT-POINTING", "QUOTATION", "SOLIDUS", "PLUS",
     "MINUS", "EQUALS", "LESS-THAN", "GREATER-THAN", "PERCENT", "AMPERSAND", "NUMBER", "QUESTION", "EXCLAMATION",
     "DEGREE", "NO-BREAK", "NARROW", "COMMERCIAL", "ASTERISK", "LOW", "EURO", "MIDDLE", "BULLET", "HORIZONTAL"}
)  # fmt: skip
"""First words of the Unicode names of what our families draw."""


@cache
def _fonts() -> Fonts:
    from typst import Fonts  # loaded for whoever prints: every process has this module at hand

    return Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(files(name).joinpath("files")) for name in _LETTERS],
    )


def pdf(template: str, *, title: str, language: str = "fr", **said: Any) -> bytes:
    """One PDF. template: a file `template.typ` of this folder. said: what it calls for, as JSON holds it.

    language: of the paper, two letters. French words get the spaces of French typography.
    """
    return _made(template, {"format": "pdf", "pdf_standards": ["ua-1"]}, language, {"title": title, **said})


def png(template: str, *, title: str, language: str = "fr", **said: Any) -> bytes:
    """One image, a pixel for each point of the template's page."""
    return _made(template, {"format": "png", "ppi": 72.0}, language, {"title": title, **said})


def _made(template: str, kind: dict[str, Any], language: str, said: dict[str, Any]) -> bytes:
    import typst

    code = language[:2].lower()
    kept = partial(_KEPT.sub, "\u00a0") if code == "fr" else str
    compiler = typst.Compiler(str(_HERE / f"{template}.typ"), root=str(_HERE), font_paths=_fonts())
    for change in (kept, lambda words: _drawable(kept(words))):
        words = json.dumps(_each({"language": code, **said}, change))
        try:
            made = compiler.compile(sys_inputs={"said": words}, **kind)
        except typst.TypstError:  # most often a letter that no family has: an emoji in a name; its words stay unsaid
            continue
        assert isinstance(made, bytes)
        return made
    raise Unavailable("Ce papier n’a pas pu être préparé.", code="paper")


def square(link: str) -> str:
    """A QR code as an SVG drawing, its quiet zone of four modules included."""
    rows = ["".join("1" if dark else "0" for dark in row) for row in segno.make(link, error="m", micro=False).matrix]
    runs = ((run.start() + 4, down, len(run[0])) for down, row in enumerate(rows, 4) for run in re.finditer("1+", row))
    dark = "".join(f"M{x} {y}h{wide}v1h-{wide}z" for x, y, wide in runs)
    side = len(rows) + 8
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{dark}"/></svg>'


def _drawable(words: str) -> str:
    """The same, with the mark of a missing letter for each that our families do not draw."""
    return "".join(
        one if one in "\n " or unicodedata.name(one, "").split(" ")[0] in _WRITTEN else "\ufffd" for one in words
    )


def _each(said: Any, change: Callable[[str], str]) -> Any:
    if isinstance(said, str):
        return change(said)
    if isinstance(said, dict):
        return {name: _each(one, change) for name, one in said.items()}
    if isinstance(said, list | tuple):
        return [_each(one, change) for one in said]
    return said

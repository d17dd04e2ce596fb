"""How each of the eleven categories of documents looks (`hygie.formats.valuesets.CATEGORIES` gives ids and words)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """icon: a name of `hygie.ui.icons`; hue: a tint of the tile. Decoration only."""

    icon: str
    hue: str


LOOKS: dict[str, Look] = {
    "prescriptions": Look("pill", "apricot"),
    "analyses": Look("flask", "teal"),
    "imaging": Look("scan", "plum"),
    "reports": Look("document", "teal"),
    "prevention": Look("syringe", "sage"),
    "certificates": Look("seal", "honey"),
    "summary": Look("clipboard", "teal"),
    "wishes": Look("heart", "brick"),
    "questionnaires": Look("message", "sage"),
    "administrative": Look("card", "stone"),
    "other": Look("folder", "stone"),
}

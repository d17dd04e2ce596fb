"""Bar codes and DataMatrix codes in a photo, behind the walls. Runs in the sandboxed child only; `preview.codes` asks it."""

from __future__ import annotations

import json
from typing import Any

import zxingcpp
from PIL import Image, ImageFilter

from hygie.formats.preview import drawing

SIDE = 2_000  # pixels: a photo of a box is read at this size first, then larger
LARGE = 4_000
MAX_CODES = 20
MAX_LENGTH = 400  # characters of one code; the longest on a box are under 60


def codes(data: bytes, media_type: str) -> bytes:
    """The codes of the first page, as JSON: a list of [format, symbology identifier, text]. Several boxes may be there."""
    found: dict[tuple[str, str], list[Any]] = {}
    for side in (SIDE, LARGE):
        grey = drawing._photo(data, media_type, 1, (side, side)).convert("L")
        for one in _read(grey):
            found.setdefault((one[0], one[2]), one)
        if found or max(grey.size) < side:
            break
    if not found:  # held in a hand, too near: what a blur spread is drawn together
        found = {
            (one[0], one[2]): one for one in _read(grey.filter(ImageFilter.UnsharpMask(max(grey.size) / 1000, 200, 0)))
        }
    return json.dumps(list(found.values())[:MAX_CODES], ensure_ascii=True).encode()


def warm() -> None:
    """Load, before the walls, what reading loads on first use."""
    _read(Image.new("L", (64, 64), 255))


def _read(grey: Image.Image) -> list[list[Any]]:
    pixels = memoryview(grey.tobytes()).cast("B", shape=[grey.height, grey.width])
    wanted = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.EAN13,
                                      zxingcpp.BarcodeFormat.Code128])  # fmt: skip
    said = zxingcpp.read_barcodes(pixels, formats=wanted, text_mode=zxingcpp.TextMode.Plain)
    return [
        [str(one.format).rpartition(".")[2], one.symbology_identifier, one.text]
        for one in said
        if one.valid and 0 < len(one.text) <= MAX_LENGTH
    ]

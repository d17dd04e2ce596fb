"""Codes made by another library, turned, blurred, dirtied, and read from a photo behind the walls."""

from __future__ import annotations

import io
import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from pystrich.datamatrix import FNC1, DataMatrixData, DataMatrixEncoder
from pystrich.ean13 import EAN13Encoder

from hygie.base.errors import Invalid, Unsupported
from hygie.formats import boxes
from hygie.formats.boxes import Box

CIP = "3400935955838"  # DOLIPRANE 1000 mg, 8 comprimés


def datamatrix(text: str, *, scale: int = 8) -> Image.Image:
    drawn = DataMatrixEncoder(DataMatrixData(FNC1, text, encoding="ascii")).get_imagedata(cellsize=scale)
    return Image.open(io.BytesIO(drawn)).convert("L")


def photo(code: Image.Image, *, angle: float = 0, blur: float = 0, noise: int = 0, size: tuple[int, int] = (1600, 1200),
          kind: str = "JPEG") -> bytes:  # fmt: skip
    """A code on a box, on a table, as a telephone sees it."""
    chance = random.Random(7)
    box = Image.new("L", (code.width + 80, code.height + 80), 246)
    box.paste(code, (40, 40))
    table = Image.new("L", size, 120)
    turned = box.rotate(angle, expand=True, fillcolor=120, resample=Image.Resampling.BICUBIC)
    table.paste(turned, ((size[0] - turned.width) // 2, (size[1] - turned.height) // 2))
    if blur:
        table = table.filter(ImageFilter.GaussianBlur(blur))
    if noise:
        grain = Image.frombytes("L", table.size, chance.randbytes(table.width * table.height))
        table = Image.blend(table, grain, noise / 100)
    out = io.BytesIO()
    table.convert("RGB").save(out, kind, quality=80)
    return out.getvalue()


GS1 = f"010{CIP}1728033110AB12C"


@pytest.mark.parametrize(
    ("angle", "blur", "noise"), [(0, 0, 0), (17, 1.2, 8), (90, 0.8, 0), (-38, 1.5, 5), (180, 1, 10), (17, 4, 0)]
)
def test_a_datamatrix_is_read_turned_blurred_and_dirty(angle: float, blur: float, noise: int) -> None:
    shot = photo(datamatrix(GS1), angle=angle, blur=blur, noise=noise)
    assert boxes.read(shot, "image/jpeg") == (Box(CIP, "AB12C", date(2028, 3, 31)),)


def test_an_older_box_has_a_bar_code() -> None:
    drawn = EAN13Encoder(CIP).get_imagedata(3)
    code = Image.open(io.BytesIO(drawn)).convert("L")
    for angle, blur in ((0, 0), (8, 0.8), (90, 0)):
        assert boxes.read(photo(code, angle=angle, blur=blur), "image/jpeg") == (Box(CIP),)


def test_two_boxes_in_one_photo_are_two() -> None:
    other = "3400937335652"
    sheet = Image.new("L", (900, 420), 255)
    sheet.paste(datamatrix(GS1), (30, 60))
    sheet.paste(datamatrix(f"010{other}10Z9"), (520, 60))
    assert {box.cip13 for box in boxes.read(photo(sheet, kind="PNG"), "image/png")} == {CIP, other}


def test_the_code_of_something_else_is_no_box() -> None:
    assert boxes.read(photo(datamatrix("0103760049895247")), "image/jpeg") == ()
    assert boxes.read(photo(Image.new("L", (300, 300), 255)), "image/jpeg") == ()


def test_what_is_no_image_is_refused_and_a_broken_one_too() -> None:
    with pytest.raises(Unsupported):
        boxes.read(b"%PDF-1.4", "application/pdf")
    with pytest.raises(Invalid):
        boxes.read(b"\xff\xd8\xff" + b"x" * 500, "image/jpeg")


PARSED = [
    (f"010{CIP}21SERIE9\x1d1728120010LOT-1", Box(CIP, "LOT-1", date(2028, 12, 31))),  # day 00: the end of the month
    (f"\x1d010{CIP}10A1\x1d17270229", Box(CIP, "A1", None)),  # no such day
    (f"010{CIP}", Box(CIP)),
    (CIP, Box(CIP)),
    ("3400935955839", None),  # wrong key
    ("0103760049895247", None),
    ("https://example.test/01/03400935955838", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "box"), PARSED, ids=[row[0][:24].replace("\x1d", "~") for row in PARSED])
def test_a_code_says_which_box_which_lot_until_when(text: str, box: Box | None) -> None:
    assert boxes.parse(text) == box


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="0123456789\x1dAB", max_size=60).map(lambda end: f"010{CIP}{end}"))
def test_no_text_makes_the_parser_fail(text: str) -> None:
    box = boxes.parse(text)
    assert box is None or box.cip13.startswith("34009")

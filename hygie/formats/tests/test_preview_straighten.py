"""Photos of sheets of paper: cut to the sheet, made level, or left as they are."""

from __future__ import annotations

import io
import math

import pytest
from PIL import Image, ImageDraw

from hygie.base import errors
from hygie.formats import preview
from hygie.formats.tests.hostile import JPEG, PDF, PNG

CORNERS = [(0.2, 0.12), (0.85, 0.2), (0.8, 0.9), (0.1, 0.78)]
SIZE = 600, 800


def saved(image: Image.Image, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def a_photo(table: tuple[int, int, int] = (96, 70, 48)) -> bytes:
    """A sheet on a table, seen askew: a red stamp near its top left corner, a black one near its bottom right."""
    photo = Image.new("RGB", SIZE, table)
    draw = ImageDraw.Draw(photo)
    at = [(x * SIZE[0], y * SIZE[1]) for x, y in CORNERS]
    draw.polygon(at, fill=(228, 226, 220))

    def stamp(corner: int, colour: tuple[int, int, int]) -> None:
        centre = [sum(p[axis] for p in at) / 4 for axis in (0, 1)]
        x, y = (at[corner][axis] * 0.8 + centre[axis] * 0.2 for axis in (0, 1))
        draw.ellipse((x - 20, y - 20, x + 20, y + 20), fill=colour)

    stamp(0, (200, 20, 20))
    stamp(2, (10, 10, 10))
    return saved(photo)


def opened(sheet: preview.Sheet) -> Image.Image:
    return Image.open(io.BytesIO(sheet.data)).convert("RGB")


def test_a_sheet_on_a_table_is_found_cut_out_and_made_white() -> None:
    sheet = preview.straight_sheet(a_photo(), JPEG, 1)
    found = [(sheet.corners[at] / 10_000, sheet.corners[at + 1] / 10_000) for at in range(0, 8, 2)]
    assert max(math.dist(one, other) for one, other in zip(found, CORNERS, strict=True)) < 0.02
    page = opened(sheet)
    assert page.size == (sheet.width, sheet.height)
    assert 1.2 < sheet.height / sheet.width < 1.5
    red, black = (
        page.getpixel((page.width // 10, page.height // 10)),
        page.getpixel((page.width * 9 // 10, page.height * 9 // 10)),
    )
    assert red[0] > 2 * max(red[1:]) and max(black) < 90  # its stamps stand in its corners, in their colours
    middle = page.getpixel((page.width // 2, page.height // 2))
    assert min(middle) > 245


def test_a_quarter_turn_is_clockwise_whether_straightened_or_not() -> None:
    upright, turned = preview.straight_sheet(a_photo(), JPEG, 1), preview.straight_sheet(a_photo(), JPEG, 1, turn=1)
    assert abs(turned.width / turned.height - upright.height / upright.width) < 0.02
    page = opened(turned)
    red = page.getpixel((page.width * 9 // 10, page.height // 10))
    assert red[0] > 2 * max(red[1:])
    assert preview.plain_sheet(a_photo(), JPEG, 1, turn=1).width == SIZE[1]


def test_corners_given_by_hand_are_those_used_and_impossible_ones_are_refused() -> None:
    given = (1000, 1000, 5000, 1000, 5000, 5000, 1000, 5000)
    sheet = preview.straight_sheet(a_photo(), JPEG, 1, corners=given)
    assert sheet.corners == given
    assert abs(sheet.width / sheet.height - 0.75) < 0.05  # the photo's own shape, which is nearly that of A4
    for wrong in (
        (0, 0, 0, 0, 0, 0, 0, 0),
        (5000, 1000, 1000, 1000, 1000, 5000, 5000, 5000),
        (0, 0, 20_000, 0, 1, 1, 0, 9),
    ):
        with pytest.raises(ValueError, match=str(wrong[4])):
            preview.straight_sheet(a_photo(), JPEG, 1, corners=wrong)


def test_what_is_no_sheet_on_a_table_loses_nothing() -> None:
    skin = Image.radial_gradient("L").resize((600, 800)).convert("RGB")
    for data, kind in ((saved(skin), JPEG), (saved(Image.new("RGB", (600, 800), "white"), "PNG"), PNG)):
        sheet = preview.straight_sheet(data, kind, 1)
        assert (sheet.corners, sheet.width, sheet.height) == ((), 600, 800)


def test_pages_become_one_document_of_a4_in_their_order() -> None:
    sheets = [preview.plain_sheet(a_photo(), JPEG, 1), preview.straight_sheet(a_photo(), JPEG, 1)]
    made = preview.join_sheets(sheets)
    assert made == preview.join_sheets(sheets)
    assert preview.page_count(made, PDF) == 2
    assert 840 < preview.page_words(made, 2).height < 843 or 594 < preview.page_words(made, 2).width < 596
    with pytest.raises(errors.Invalid, match="40 pages"):
        preview.join_sheets(sheets * 21)


def test_the_largest_photo_of_a_telephone_is_taken_too() -> None:
    photo = saved(Image.new("RGB", (8064, 6048), "white"))
    sheet = preview.plain_sheet(photo, JPEG, 1)
    assert (sheet.width, sheet.height) == (2480, 1860)

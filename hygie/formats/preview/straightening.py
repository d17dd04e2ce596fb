"""A photo of a sheet of paper, as the sheet: its corners found, its perspective taken out, its shadows gone.

Runs in the sandboxed child only, like `drawing`. A sheet is looked for as the one pale shape with four straight sides
that stands out of what is around it; where there is none, nothing is cut off, and only the slope of the lines is mended.
"""

from __future__ import annotations

import math
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps, ImageStat

from hygie.formats.preview import drawing, words

Point = tuple[float, float]

FINE = (2480, 3508)  # pixels: A4 at 300 dpi
TEN_THOUSANDTHS = 10_000
_SMALL = 256  # pixels of the longest side: what a sheet is looked for on
_LEAST, _MOST = 0.2, 0.97  # share of the picture that a sheet takes; beyond, there is nothing to cut off
_FILLS = 0.93  # share of the four-sided figure that must be paper: below, it was no sheet
_WITHIN = 0.012  # of the way to the middle: a hair's breadth of paper rather than a rim of table
_CONTRAST = 24  # grey levels between the paper and what is around it
_A4, _NEAR = 297 / 210, 0.09


def straighten(
    data: bytes, media_type: str, number: int, *, width: int, turn: int, corners: tuple[int, ...]
) -> tuple[bytes, int, int, tuple[int, ...]]:
    """Page `number` as a sheet, a JPEG at most `width` pixels wide, its size, and the corners that were used.

    corners: top left, top right, bottom right, bottom left (x and y in ten-thousandths of the picture as it is before
    `turn`); empty: looked for, and empty in the answer when none are found. turn: quarter turns clockwise, at the end.
    """
    picture = _picture(data, media_type, number, width)
    found = (
        tuple((corners[at] / TEN_THOUSANDTHS, corners[at + 1] / TEN_THOUSANDTHS) for at in range(0, 8, 2))
        if corners
        else ()
    )
    found = found or sheet(picture)
    if found:
        picture = _flattened(picture, [(x * picture.width, y * picture.height) for x, y in found])
    else:
        slope = words._skew(words._flat(picture.convert("L")))
        if abs(slope) >= 0.1:
            picture = picture.rotate(slope, resample=Image.Resampling.BICUBIC, fillcolor=_paper(picture))
    if found or _is_paper(picture):
        picture = _lit(picture)
    picture = _turned(picture, turn)
    used = tuple(round(value * TEN_THOUSANDTHS) for point in found for value in point)
    return *_fitted(picture, width), used


def plain(data: bytes, media_type: str, number: int, *, width: int, turn: int) -> tuple[bytes, int, int]:
    """The same page as it was taken, turned only: a JPEG at most `width` pixels wide, and its size."""
    return _fitted(_turned(_picture(data, media_type, number, width), turn), width)


def sheet(picture: Image.Image) -> tuple[Point, ...]:
    """The four corners of the sheet, top left first, clockwise, in fractions of the picture; empty when none stands out."""
    small = picture.convert("RGB")
    small.thumbnail((_SMALL, _SMALL), Image.Resampling.BOX)
    small = small.filter(ImageFilter.GaussianBlur(1.5))
    # Paper is pale and of no colour; a table of light wood is pale only.
    _hue, strength, value = small.convert("HSV").split()
    pale = ImageChops.subtract(value, strength.point(lambda level: level // 2))
    edge = _threshold(pale)
    if edge is None:
        return ()
    mask = pale.point(lambda level: 255 if level > edge else 0)
    mask = mask.filter(ImageFilter.MaxFilter(7)).filter(ImageFilter.MinFilter(7))  # text and stamps are paper too
    mask = mask.filter(ImageFilter.MinFilter(5)).filter(ImageFilter.MaxFilter(5))  # a reflection beside it is not
    shape = _largest(mask)
    share = 0.0 if shape is None else ImageStat.Stat(shape).mean[0] / 255
    if shape is None or not _LEAST <= share <= _MOST:
        return ()
    corners = _four_corners(shape)
    if corners is None or not _holds(shape, corners):
        return ()
    middle = sum(x for x, _y in corners) / 4, sum(y for _x, y in corners) / 4
    inner = [(x + _WITHIN * (middle[0] - x), y + _WITHIN * (middle[1] - y)) for x, y in corners]
    return tuple((min(1.0, max(0.0, x / shape.width)), min(1.0, max(0.0, y / shape.height))) for x, y in inner)


def warm() -> None:
    """Load, before the walls, what the functions above load on first use."""
    photo = Image.new("RGB", (240, 320), (70, 60, 50))
    ImageDraw.Draw(photo).polygon([(40, 30), (200, 44), (210, 290), (30, 280)], fill=(240, 240, 236))
    straighten(drawing._jpeg(photo, quality=80), "image/jpeg", 1, width=64, turn=1, corners=())


def _picture(data: bytes, media_type: str, number: int, width: int) -> Image.Image:
    """The page as it was taken, with what a result of this width needs of it: a sheet rarely fills its photo."""
    side = min(FINE[1], 2 * width + 200)
    if media_type == "application/pdf":
        return drawing._pdf_page(drawing._pdf(data), number, min(FINE[0], side))
    return drawing._photo(data, media_type, number, (side, side)).convert("RGB")


def _fitted(picture: Image.Image, width: int) -> tuple[bytes, int, int]:
    """As a JPEG that fits A4 at 300 dpi, whichever way it lies, and is no wider than asked."""
    box = FINE if picture.width <= picture.height else FINE[::-1]
    picture.thumbnail((min(width, box[0]), box[1]), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return drawing._jpeg(picture, quality=82), picture.width, picture.height


def _turned(picture: Image.Image, turn: int) -> Image.Image:
    ways = (Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)
    return picture.transpose(ways[turn % 4 - 1]) if turn % 4 else picture


# --- finding it ------------------------------------------------------------------------------------------------------


def _threshold(grey: Image.Image) -> int | None:
    """The level that best parts the dark from the pale (Otsu 1979); None when the two are too near to be two things."""
    counts = grey.histogram()
    total, everything = sum(counts), sum(level * count for level, count in enumerate(counts))
    best, at, apart, low, under = 0.0, 0, 0.0, 0, 0
    for level, count in enumerate(counts[:-1]):
        low, under = low + count, under + level * count
        if not low or low == total:
            continue
        gap = (everything - under) / (total - low) - under / low
        between = gap * gap * low * (total - low)
        if between > best:
            best, at, apart = between, level, gap
    return at if apart >= _CONTRAST else None


def _largest(mask: Image.Image) -> Image.Image | None:
    """The one pale shape that covers most of the middle of the picture, alone."""
    across, down = mask.width // 5, mask.height // 5
    best, most = None, 0
    rest = mask.copy()
    for y in range(down, mask.height - down + 1, max(1, down)):
        for x in range(across, mask.width - across + 1, max(1, across)):
            if rest.getpixel((x, y)) != 255:
                continue
            ImageDraw.floodfill(rest, (x, y), 128)
            shape = rest.point(lambda level: 255 if level == 128 else 0)
            rest = rest.point(lambda level: 0 if level == 128 else level)
            size = shape.histogram()[255]
            if size > most:
                best, most = shape, size
    return best


def _four_corners(shape: Image.Image) -> list[Point] | None:
    """Where its four sides meet: each side is the line that best follows the middle of its edge, so that a corner that
    is folded or rounded does not count."""
    rows = [(y, row) for y in range(shape.height) if (row := shape.crop((0, y, shape.width, y + 1)).getbbox())]
    edge = [(float(row[0]), float(y)) for y, row in rows] + [(float(row[2]), float(y)) for y, row in rows]
    columns = [(x, col) for x in range(shape.width) if (col := shape.crop((x, 0, x + 1, shape.height)).getbbox())]
    edge += [(float(x), float(col[1])) for x, col in columns] + [(float(x), float(col[3])) for x, col in columns]
    if len(rows) < 20 or len(columns) < 20:
        return None
    rough = [
        min(edge, key=lambda p: p[0] + p[1]), max(edge, key=lambda p: p[0] - p[1]),
        max(edge, key=lambda p: p[0] + p[1]), min(edge, key=lambda p: p[0] - p[1]),
    ]  # fmt: skip
    lines = []
    for first, last in pairwise([*rough, rough[0]]):
        long = math.dist(first, last)
        if long < 20:
            return None
        ways = ((last[0] - first[0]) / long, (last[1] - first[1]) / long)
        near = [point for point in edge if _beside(point, first, ways, long)]
        lines.append(_line(near) if len(near) >= 8 else (first, ways))
    return [_crossing(lines[at - 1], lines[at]) or rough[at] for at in range(4)]


def _beside(point: Point, first: Point, ways: Point, long: float) -> bool:
    along = (point[0] - first[0]) * ways[0] + (point[1] - first[1]) * ways[1]
    off = (point[0] - first[0]) * ways[1] - (point[1] - first[1]) * ways[0]
    return 0.12 * long < along < 0.88 * long and abs(off) < max(3.0, 0.04 * long)


def _line(points: list[Point]) -> tuple[Point, Point]:
    """A point and a direction: the line nearest to all of these, whichever way it runs."""
    count = len(points)
    x, y = sum(p[0] for p in points) / count, sum(p[1] for p in points) / count
    xx, yy = sum((p[0] - x) ** 2 for p in points), sum((p[1] - y) ** 2 for p in points)
    xy = sum((p[0] - x) * (p[1] - y) for p in points)
    angle = math.atan2(2 * xy, xx - yy) / 2
    return (x, y), (math.cos(angle), math.sin(angle))


def _crossing(one: tuple[Point, Point], other: tuple[Point, Point]) -> Point | None:
    (x, y), (dx, dy) = one
    (u, v), (du, dv) = other
    turned = dx * dv - dy * du
    if abs(turned) < 0.2:
        return None
    along = ((u - x) * dv - (v - y) * du) / turned
    return x + along * dx, y + along * dy


def _holds(shape: Image.Image, corners: list[Point]) -> bool:
    """Whether these four sides hold that shape and little else, and could be those of a sheet seen from above."""
    figure = Image.new("L", shape.size, 0)
    ImageDraw.Draw(figure).polygon(corners, fill=255)
    inside = figure.histogram()[255]
    both, paper = ImageChops.darker(figure, shape).histogram()[255], shape.histogram()[255]
    if not inside or min(both / inside, both / paper) < _FILLS:
        return False
    top, right, bottom, left = (math.dist(a, b) for a, b in pairwise([*corners, corners[0]]))
    return 0.5 < top / bottom < 2 and 0.5 < left / right < 2 and 0.25 < (top + bottom) / (left + right) < 4


# --- making it flat --------------------------------------------------------------------------------------------------


def _flattened(picture: Image.Image, corners: list[Point]) -> Image.Image:
    top, right, bottom, left = (math.dist(a, b) for a, b in pairwise([*corners, corners[0]]))
    across, down = max(top, bottom), max(left, right)
    for shape in (_A4, 1 / _A4):  # seen askew, a sheet looks a little shorter than it is
        if abs(down / across / shape - 1) < _NEAR:
            down = across * shape
    times = min(1.0, max(FINE) / max(across, down))
    size = max(8, round(across * times)), max(8, round(down * times))
    return picture.transform(
        size, Image.Transform.PERSPECTIVE, _from_rectangle(size, corners), Image.Resampling.BICUBIC,
        fillcolor=(255, 255, 255),
    )  # fmt: skip


def _from_rectangle(size: tuple[int, int], corners: list[Point]) -> tuple[float, ...]:
    """The projection that takes a rectangle of this size to these corners: what Pillow asks for.

    Source: P. Heckbert, Fundamentals of texture mapping (1989), the unit square to a quadrilateral.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    sx, sy = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    dx1, dx2, dy1, dy2 = x1 - x2, x3 - x2, y1 - y2, y3 - y2
    under = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / under, (dx1 * sy - sx * dy1) / under
    width, height = size
    return (
        (x1 - x0 + g * x1) / width, (x3 - x0 + h * x3) / height, x0,
        (y1 - y0 + g * y1) / width, (y3 - y0 + h * y3) / height, y0,
        g / width, h / height,
    )  # fmt: skip


def _lit(picture: Image.Image) -> Image.Image:
    """The paper white and its shadows gone, the colours of stamps and ink kept: each channel against the paper's own."""
    made = []
    for channel in picture.split():
        paper = channel.reduce(8).filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(8))
        paper = paper.resize(channel.size, Image.Resampling.BILINEAR)
        made.append(ImageChops.invert(ImageChops.subtract(paper, channel)))
    return ImageOps.autocontrast(Image.merge("RGB", made), cutoff=(0.2, 12), preserve_tone=True)


def _is_paper(picture: Image.Image) -> bool:
    """Whether it is mostly pale and of no colour: a sheet that fills the picture, not somebody's skin."""
    small = picture.copy()
    small.thumbnail((128, 128))
    _hue, strength, value = small.convert("HSV").split()
    pale = ImageChops.darker(
        value.point(lambda v: 255 if v > 140 else 0), strength.point(lambda s: 255 if s < 60 else 0)
    )
    return ImageStat.Stat(pale).mean[0] > 0.6 * 255


def _paper(picture: Image.Image) -> tuple[int, ...]:
    small = picture.copy()
    small.thumbnail((64, 64))
    return tuple(round(value) for value in ImageStat.Stat(small).median)

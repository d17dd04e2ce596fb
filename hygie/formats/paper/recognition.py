"""Characters from pixels, by Tesseract in French: the words of a scanned page and where they stand.

`read` gives words in the places of the levelled page (`seen` turns them back); None when the machine has no Tesseract
with French, so that the caller says which pages stay unread. The program runs fenced (`fenced`), one thread, for a bounded time.
"""

from __future__ import annotations

import csv
import functools
import io
import math
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from PIL import Image

from hygie.formats.preview import ScannedPage, Word

WALL_SECONDS: Final = 120
_TABLE: Final = "6"  # one block of text: the rows of a table stay rows
Box = tuple[float, float, float, float]  # left, top, right, bottom
_WORST: Final = 0.55  # mean confidence under which a page is tried lying on its side


@dataclass(frozen=True, slots=True)
class Failed(Exception):
    """Tesseract was there and gave nothing: crashed, too long, refused."""


@functools.cache
def available() -> bool:
    """Whether this machine has Tesseract and its French data."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    try:
        known = subprocess.run(
            [program, "--list-langs"], capture_output=True, timeout=20, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"fra" in known.stdout.split()


def read(page: ScannedPage, *, times: float = 1.0) -> tuple[Word, ...] | None:
    """The words of the page, top to bottom as Tesseract orders them; None when there is no Tesseract here.

    Places are fractions of the levelled page. times: the size at which it is looked at: another size is another
    reading, whose mistakes are mostly others. Raises Failed.
    """
    if not available():
        return None
    pixels, wide, tall = page.pixels, page.width, page.height
    if times != 1.0:
        sheet = Image.frombytes("L", (wide, tall), pixels)  # our own rows of pixels: no format is decoded here
        sheet = sheet.resize((round(wide * times), round(tall * times)), Image.Resampling.LANCZOS)
        pixels, wide, tall = sheet.tobytes(), sheet.width, sheet.height
    return tuple(
        Word(text, left / wide, top / tall, right / wide, bottom / tall, confidence=confidence)
        for text, left, top, right, bottom, confidence in _run(pixels, wide, tall, _TABLE)
    )


def seen(page: ScannedPage, box: Box) -> Box:
    """A box of the levelled page, in fractions of the page as people see it: skew and quarter turns undone."""
    angle = math.radians(page.angle)
    cos, sin = math.cos(angle), math.sin(angle)
    xs, ys = [], []
    for x, y in ((x, y) for x in (box[0], box[2]) for y in (box[1], box[3])):
        across, down = (x - 0.5) * page.width, (y - 0.5) * page.height
        x = (across * cos - down * sin) / page.width + 0.5
        y = (across * sin + down * cos) / page.height + 0.5
        for _ in range(page.turn):
            x, y = y, 1 - x
        xs.append(min(1.0, max(0.0, x)))
        ys.append(min(1.0, max(0.0, y)))
    return min(xs), min(ys), max(xs), max(ys)


def poor(words: tuple[Word, ...]) -> bool:
    """Whether so little was recognised that the page may lie on its side."""
    long = [word.confidence for word in words if len(word.text) > 2]
    return len(long) < 8 or sum(long) / len(long) < _WORST


def _run(pixels: bytes, width: int, height: int, layout: str) -> list[tuple[str, float, float, float, float, float]]:
    """(text, left, top, right, bottom in pixels, confidence 0 to 1) of each word."""
    program = shutil.which("tesseract")
    if program is None:
        raise Failed
    tessdata = os.environ.get("TESSDATA_PREFIX", "")
    environment = {"OMP_THREAD_LIMIT": "1", "LANG": "C.UTF-8", "HOME": "/"}
    if tessdata:
        environment["TESSDATA_PREFIX"] = tessdata
    else:
        tessdata = "/usr/share"
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "hygie.formats.paper.fenced", program, tessdata, "stdin", "stdout",
             "-l", "fra", "--psm", layout, "--dpi", "300", "-c", "tessedit_do_invert=0", "tsv"],
            input=b"P5\n%d %d\n255\n" % (width, height) + pixels,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            check=False,
            cwd="/",
            env=environment,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed from error
    if done.returncode != 0:
        raise Failed
    words: list[tuple[str, float, float, float, float, float]] = []
    rows = csv.DictReader(io.StringIO(done.stdout.decode("utf-8", "replace")), delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in rows:
        try:
            text, sure = (row["text"] or "").strip(), float(row["conf"])
            left, top, wide, tall = (int(row[name]) for name in ("left", "top", "width", "height"))
        except (KeyError, TypeError, ValueError):
            continue
        if sure >= 0 and text and text.isprintable():
            words.append((text, left, top, left + wide, top + tall, min(1.0, sure / 100)))
    return words

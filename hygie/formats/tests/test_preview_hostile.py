"""Hostile files do nothing: no crash of the service, no connection, bounded time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hygie.base import errors
from hygie.formats import preview
from hygie.formats import sniff as sniffing
from hygie.formats.preview.sandbox import SANDBOX
from hygie.formats.preview.worker import WALL_SECONDS
from hygie.formats.sniff import sniff
from hygie.formats.tests import hostile

TORTURE = os.environ.get("HYGIE_TORTURE") == "1"
MUTATED = 4_000 if TORTURE else 240
SLACK = 30  # seconds that starting and ending may take on a busy machine: bounded is what is proved, not fast
SEED = int(os.environ.get("HYGIE_SEED", "20260101"))
ANSWERS = {"unreadable-file", "encrypted-file", "too-large-to-display", "no-such-page"}

KINDS = {value for name, value in vars(sniffing).items() if name.isupper() and isinstance(value, str)}


def attack(file: hostile.Hostile) -> list[str]:
    """Ask everything of one file; what went wrong for the service, in words."""
    asked: tuple[Callable[[], object], ...] = (
        lambda: preview.page_count(file.data, file.media_type),
        lambda: preview.page(file.data, file.media_type, 1, width=400),
        lambda: preview.text(file.data, file.media_type),
    )
    wrong = []
    for ask in asked:
        started = time.monotonic()
        try:
            ask()
        except errors.Invalid as error:
            if error.code not in ANSWERS:
                wrong.append(f"{file.name}: answered {error.code}")
        except Exception as error:
            wrong.append(f"{file.name}: {type(error).__name__} {error}")
        if time.monotonic() - started > WALL_SECONDS + SLACK:
            wrong.append(f"{file.name}: held the service for {time.monotonic() - started:.0f} s")
    return wrong


def attack_all(files: Iterable[hostile.Hostile]) -> tuple[int, list[str]]:
    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(attack, files))
    return len(outcomes), [line for wrong in outcomes for line in wrong]


def crafted() -> Iterator[hostile.Hostile]:
    """Each idea against its own decoder; when time allows, against every other one too."""
    for file in hostile.crafted():
        yield file
        if TORTURE:
            for other in sorted(preview.MEDIA_TYPES - {file.media_type}):
                yield hostile.Hostile(f"{file.name}, said to be {other}", other, file.data)


def test_hostile_files_written_by_hand_are_shown_or_refused_and_the_service_lives_on() -> None:
    service = SANDBOX.pid()
    count, wrong = attack_all(crafted())
    assert not wrong
    assert count >= (1_000 if TORTURE else 190)
    assert SANDBOX.pid() == service


def test_damaged_files_are_shown_or_refused_and_the_service_lives_on() -> None:
    service = SANDBOX.pid()
    count, wrong = attack_all(hostile.mutated(MUTATED, seed=SEED))
    assert not wrong
    assert count == MUTATED
    assert SANDBOX.pid() == service


def test_recognising_a_hostile_file_ends_in_a_type_or_a_refusal() -> None:
    for file in (*hostile.crafted(), *hostile.mutated(MUTATED, seed=SEED + 1)):
        try:
            kind = sniff(file.data)
        except errors.Unsupported as error:
            kind = f"refused/{error.code}"
        assert kind in {*KINDS, "refused/unknown-file-type"}, file.name


@pytest.mark.parametrize(
    "name",
    [
        "pdf_bombs: 400 MB of nothing",
        "pngs: comment of 400 MB",
        "tiffs: packed pixels that swell",
        "pngs: 79 Mpx of grey",
    ],
)
def test_a_bomb_does_not_make_the_process_that_asked_grow(name: str) -> None:
    bomb = next(file for file in hostile.crafted() if file.name == name)
    before = resident_megabytes()
    attack(bomb)
    assert resident_megabytes() - before < 40


def resident_megabytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def test_a_page_shown_from_a_hostile_file_is_an_image_and_nothing_else() -> None:
    shown = 0
    for file in hostile.crafted():
        if "polyglot" in file.name or "actions" in file.name:
            try:
                image = preview.page(file.data, file.media_type, 1, width=200)
            except errors.Invalid:
                continue
            shown += 1
            assert preview.image_size(image.data) == (image.media_type, image.width, image.height)
            assert b"script" not in image.data
            assert b"alert" not in image.data
    assert shown >= 10


def test_the_heaviest_files_stay_under_the_memory_promised() -> None:
    code = (
        "import resource\n"
        "from hygie.base import errors\n"
        "from hygie.formats import preview\n"
        "from hygie.formats.preview.sandbox import SANDBOX\n"
        "from hygie.formats.tests import hostile\n"
        "for file in hostile.crafted():\n"
        "    if any(word in file.name for word in ('ten billion', '79 Mpx', 'pixels that swell', '14400', 'of nothing')):\n"
        "        try:\n"
        "            preview.page(file.data, file.media_type, 1, width=2400)\n"
        "        except errors.Invalid:\n"
        "            pass\n"
        "SANDBOX.close()\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=200, check=True)
    peak = int(done.stdout)
    assert 100 < peak < 256 + 64  # the libraries take 40 MB before the first byte of a file

"""Scans and photos: read by Tesseract behind a fence, twice, and never certain by mistake."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from hygie.base import errors
from hygie.formats import extraction, preview, sniff
from hygie.formats.entries import Certainty
from hygie.formats.paper import recognition
from hygie.formats.preview import walls
from hygie.ops.bench.papers import accuracy
from hygie.ops.bench.papers.layouts import LAYOUTS
from hygie.ops.bench.papers.scans import scanned

needs_tesseract = pytest.mark.skipif(not recognition.available(), reason="Tesseract with French is not installed")


@needs_tesseract
@pytest.mark.parametrize(("layout", "how"), [("columns", "turned"), ("thousands", "photographed")])
def test_a_scan_is_read_and_nothing_wrong_is_certain(layout: str, how: str) -> None:
    sample = LAYOUTS[layout](71)
    told = accuracy.score(sample, scanned(sample, how, 71))
    assert told.share >= 0.9, told.misses  # one page: the mean of many is what `hygie bench read` gives
    assert told.falsely == 0


@needs_tesseract
def test_a_page_laid_on_its_side_is_turned_before_it_is_read() -> None:
    sample = LAYOUTS["columns"](72)
    page = Image.open(io.BytesIO(scanned(sample, "clean"))).rotate(90, expand=True)
    out = io.BytesIO()
    page.save(out, "PNG")
    found = extraction.extract(out.getvalue())
    known = [entry for entry in found.entries if entry.resource.get("code", {}).get("coding")]
    assert len(known) > len(sample.truths) * 0.8
    left, top, right, bottom = (float(each) for each in known[-1].place.split("[")[1].strip("]").split())
    assert bottom - top > right - left  # on the page as people see it, the row stands upright


@needs_tesseract
def test_a_pdf_without_text_layer_is_a_scan() -> None:
    photo = scanned(LAYOUTS["columns"](73), "clean")
    found = extraction.extract(preview.join_images([photo]))
    assert any(entry.kind == "DiagnosticReport" for entry in found.entries)
    assert "Prélevé" in found.text
    assert all(entry.certainty in (Certainty.SUGGESTED, Certainty.CHECKED) for entry in found.entries)


def test_without_tesseract_the_page_is_listed_and_nothing_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(photo, "PNG")
    monkeypatch.setenv("PATH", str(tmp_path))
    recognition.available.cache_clear()
    try:
        found = extraction.extract(photo.getvalue())
    finally:
        recognition.available.cache_clear()
    assert found.entries == ()
    assert [each.place for each in found.unread] == ["page 1"]
    assert "n’est pas installée" in found.unread[0].reason


def test_a_broken_picture_is_refused() -> None:
    photo = io.BytesIO()
    Image.new("RGB", (900, 900), "white").save(photo, "JPEG")
    with pytest.raises(errors.Invalid):
        extraction.extract(photo.getvalue()[:300])


def test_a_scanned_page_comes_out_level_with_white_paper() -> None:
    sheet = Image.new("L", (1200, 1600), 170)
    for y in range(200, 1400, 60):
        for x in range(150, 1050, 26):
            sheet.paste(40, (x, y, x + 9, y + 26))
    photo = io.BytesIO()
    sheet.rotate(1.5, fillcolor=170).save(photo, "PNG")
    page = preview.scanned_page(photo.getvalue(), sniff.PNG, 1)
    assert abs(page.angle + 1.5) <= 0.2
    assert sorted(page.pixels)[len(page.pixels) // 2] >= 250
    seen = recognition.seen(page, (0.1, 0.5, 0.9, 0.51))
    assert 0.01 < seen[3] - seen[1] < 0.06  # a level row is an askew one on the page as it was


def fenced(script: str) -> str:
    """What a shell can do behind the fence that holds Tesseract."""
    done = subprocess.run(
        [sys.executable, "-I", "-m", "hygie.formats.paper.fenced", "/bin/sh", "", "-c", script],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False, env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return done.stdout.decode()


@pytest.mark.skipif(walls.platform.machine() not in ("x86_64", "aarch64"), reason="the filter knows two processors")
def test_behind_the_fence_no_other_program_can_be_started() -> None:
    assert fenced("echo alive; ( echo forked )") == "alive\n"


def test_behind_the_fence_no_file_is_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    target = tmp_path / "written"
    assert fenced(f"echo alive; echo leaked > {target}; echo after").startswith("alive\n")
    assert not target.exists() or target.read_bytes() == b""


@pytest.mark.skipif(
    not Path("/sys/kernel/security").exists() and not Path("/proc/sys/kernel").exists(), reason="not Linux"
)
def test_behind_the_fence_no_file_of_the_service_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a root key\n")
    probe = (
        "import pathlib, os\nfrom hygie.formats.preview import walls\n"
        "print(walls.fence(memory=1 << 30, cpu_seconds=9, readable=[pathlib.Path('/usr/lib')])[1])\n"
    )
    closed = subprocess.run([sys.executable, "-I", "-c", probe], capture_output=True, timeout=60, check=True).stdout
    if closed.strip() != b"True":
        pytest.skip("this kernel has no Landlock: the other walls are tested above")
    assert "a root key" not in fenced(f'read line < {secret}; echo "$line"')

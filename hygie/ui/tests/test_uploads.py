"""Files on their way in: in memory, each with its limit."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from hygie.ui import uploads


def sent(*files: SimpleUploadedFile):
    return RequestFactory().post("/", {"files": list(files)}).FILES.getlist("files")


def test_a_file_stays_in_memory_and_arrives_whole():
    (one,) = sent(SimpleUploadedFile("a.pdf", b"x" * 3_000_000))
    assert one.read() == b"x" * 3_000_000
    assert not hasattr(one, "temporary_file_path")


def test_a_file_too_heavy_arrives_as_a_name_without_content(monkeypatch):
    monkeypatch.setattr(uploads, "LIMIT", 1000)
    heavy, light = sent(SimpleUploadedFile("heavy.pdf", b"x" * 200_000), SimpleUploadedFile("light.pdf", b"y" * 10))
    assert isinstance(heavy, uploads.TooBig)
    assert heavy.read() == b""
    assert light.read() == b"y" * 10
    assert not isinstance(light, uploads.TooBig)

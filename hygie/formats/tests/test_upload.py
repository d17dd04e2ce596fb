"""What a person adds herself: recognised by its content, opened behind the walls, named safely."""

from __future__ import annotations

from datetime import date

import pytest

from hygie.base import errors
from hygie.formats.pdf import text_pdf
from hygie.formats.tests import hostile
from hygie.formats.upload import MAX_BYTES, inspect, safe_name

TODAY = date(2026, 6, 1)


def test_a_letter_is_opened_counted_and_recognised() -> None:
    letter = text_pdf("Lettre de liaison", ["Date de sortie : 3 mars 2026", "Motif d'hospitalisation : chute."])
    seen = inspect(letter, file_name="../scan1.PDF", on=TODAY)
    assert (seen.media_type, seen.pages, seen.file_name) == ("application/pdf", 1, "scan1.pdf")
    assert (seen.proposal.type_code, seen.proposal.date) == ("11490-0", date(2026, 3, 3))
    assert "Motif d'hospitalisation" in seen.text


def test_every_accepted_kind_is_recognised_by_its_content_whatever_its_name() -> None:
    for name, (media_type, data) in hostile.sound_files().items():
        assert inspect(data, file_name="photo.exe", on=TODAY).media_type == media_type, name
    assert inspect("Bonjour à tous".encode(), on=TODAY).media_type == "text/plain"


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"", errors.Invalid, "empty-file"),
        (b"%PDF-1.7" + bytes(MAX_BYTES), errors.Invalid, "too-large"),
        (b"<html><script>alert(1)</script></html>", errors.Unsupported, "unknown-file-type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", errors.Unsupported, "unknown-file-type"),
        (b"MZ\x90\0\3", errors.Unsupported, "unknown-file-type"),
        (b"GIF89a" + bytes(50), errors.Unsupported, "unknown-file-type"),
        (hostile.overlapping_archive(), errors.Unsupported, "unknown-file-type"),
        (b"%PDF-1.7\nnothing", errors.Invalid, "unreadable-file"),
        (hostile.png(20_000, 20_000, b""), errors.Invalid, "too-large-to-display"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(data: bytes, error: type[errors.HygieError], code: str) -> None:
    with pytest.raises(error) as refusal:
        inspect(data, on=TODAY)
    assert refusal.value.code == code
    assert refusal.value.public.endswith(".")


def test_a_photo_cut_short_on_its_way_is_not_accepted_silently() -> None:
    _, photo = hostile.sound_files()["jpeg"]
    with pytest.raises(errors.Invalid) as refusal:
        inspect(photo[: len(photo) // 2], on=TODAY)
    assert refusal.value.code == "unreadable-file"
    assert "en photo" in refusal.value.public


def test_crafted_files_are_accepted_or_refused_in_words() -> None:
    accepted = 0
    for file in hostile.crafted():
        if any(word in file.name for word in ("actions", "polyglot", "texts", "said to be", "heics")):
            try:
                accepted += inspect(file.data, file_name=file.name, on=TODAY).pages > 0
            except (errors.Invalid, errors.Unsupported) as error:
                assert error.public.endswith(".")  # noqa: PT017 - most are refused, some are harmless
    assert accepted >= 10


@pytest.mark.parametrize(
    ("file_name", "media_type", "safe"),
    [
        ("Radio genou.JPEG", "image/jpeg", "Radio genou.jpg"),
        ("..\\..\\windows\\évil.exe", "application/pdf", "évil.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "application/pdf", "aSet-Cookie b.pdf"),
        ('x";filename*=evil.html', "image/png", "xfilename=evil.png"),
        ("\u202egnp.exe", "image/png", "gnp.png"),
        ("   ", "text/plain", "document.txt"),
        ("...", "text/plain", "document.txt"),
        ("a" * 500, "image/heic", "a" * 100 + ".heic"),
    ],
)
def test_a_file_name_is_made_safe_to_store_and_to_offer(file_name: str, media_type: str, safe: str) -> None:
    assert safe_name(file_name, media_type) == safe

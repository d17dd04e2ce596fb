"""A file to keep: the browser saves it, and never shows or runs it."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header

OPAQUE: Final = "application/octet-stream"
"""What somebody else wrote leaves under this type: no browser guesses another from it (`nosniff`)."""


def download(data: bytes, file_name: str, media_type: str = OPAQUE) -> HttpResponse:
    """media_type: said only of what Hygie made itself."""
    answer = HttpResponse(data, content_type=media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    return answer

"""What a person drops at once: files, a folder in a ZIP, a mail she saved; opened out into files, each once."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from django.utils.translation import gettext as _

from hygie.base.errors import HygieError, Invalid
from hygie.formats import mailfile, zips
from hygie.record.queries import MANIFEST

File = tuple[str, bytes]
_OFFICE = frozenset({"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"})


def opened(given: Iterable[File]) -> tuple[list[File], list[tuple[str, str]]]:
    """Every file to add, and (name, why) of what could not be opened. One level deep: a ZIP in a ZIP stays a file."""
    files: list[File] = []
    faults: list[tuple[str, str]] = []
    for name, data in given:
        try:
            files += _inside(name, data)
        except HygieError as fault:
            faults.append((name, _(fault.public)))
    return files, faults


def _inside(name: str, data: bytes) -> list[File]:
    if data[:4] == b"PK\3\4":
        with zips.Incoming(BytesIO(data)) as archive:
            if MANIFEST in archive.names:
                raise Invalid(
                    _("C’est un espace que vous aviez emporté : rapportez-le depuis « Mon compte »."),
                    code="bring-instead",
                )
            if _OFFICE.intersection(archive.names):
                return [(name, data)]  # a word processor's own file: what is said of it is said elsewhere
            held = [one for one in archive.names if not one.rpartition("/")[2].startswith((".", "__"))]
            return [found for one in held for found in _mail(one.rpartition("/")[2], archive.read(one))]
    return _mail(name, data)


def _mail(name: str, data: bytes) -> list[File]:
    return mailfile.files(data) if mailfile.is_mail(data) else [(name, data)]

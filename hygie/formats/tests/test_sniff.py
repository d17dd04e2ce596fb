"""A file is what its bytes say."""

from __future__ import annotations

import pytest

from hygie.base.errors import Unsupported
from hygie.formats import sniff
from hygie.formats.cda import writer
from hygie.formats.tests import samples

CDA = writer.write(samples.letter())
HPRIM = "\r\n".join(
    (
        *("0000000001", "BENALI", "AMINA", "4 rue des Lilas", "", "75011 Paris", "28/03/1979"),
        *("", "1", "30/07/2026", "LABO", "DIALLO", "Bonjour", "****FIN****", "****FINFICHIER****"),
    )
)
WRAPPED = (
    b'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
    + CDA.partition(b"?>")[2]
    + b"</xsl:stylesheet>"
)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", sniff.PDF),
        (b"\x00\x00junk%PDF-1.4\n", sniff.PDF),
        (b"\xff\xd8\xff\xe0", sniff.JPEG),
        (b"\x89PNG\r\n\x1a\n", sniff.PNG),
        (b"GIF89a", sniff.GIF),
        (b"II*\x00", sniff.TIFF),
        (b"MM\x00*", sniff.TIFF),
        (b"\x00\x00\x00\x18ftypheic", sniff.HEIC),
        (b"\x00\x00\x00\x18ftypmif1", sniff.HEIC),
        (CDA, sniff.CDA),
        (b"\xef\xbb\xbf" + CDA, sniff.CDA),
        (CDA.decode().replace("UTF-8", "UTF-16").encode("utf-16"), sniff.CDA),
        (b"<!-- <html> --><?x?>" + CDA.partition(b"?>")[2], sniff.CDA),
        (WRAPPED, sniff.CDA_SELF_PRESENTABLE),
        (b'{"resourceType": "Bundle"}', sniff.FHIR_JSON),
        (b"MSH|^~\\&|LAB", sniff.HL7_V2),
        (HPRIM.encode("iso-8859-1"), sniff.HPRIM),
        (b"H|^~\\&|1\rP|1\r", sniff.HPRIM),
        ("Bonjour, voici mes résultats".encode(), sniff.TEXT),
        (b"[important] rappeler le cabinet", sniff.TEXT),
        ("Reçu le 3 août : l'été, où ça ?".encode("latin-1"), sniff.TEXT),
        ("Œdème, à surveiller – « cœur » : 12 € l’unité".encode("cp1252"), sniff.TEXT),
        ("Élodie BENALI\r\nTSH 2,1 µUI/mL à 37 °C".encode("cp1252"), sniff.TEXT),
    ],
)
def test_each_kind_is_recognised(data, kind):
    assert sniff.sniff(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"PK\x03\x04",
        b"MZ\x90",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!DOCTYPE html><html/>",
        b"<!-- <ClinicalDocument> --><html/>",
        b"<!-- never closed <ClinicalDocument>",
        b'{"a": 1}',
        b'["a"]',
        b"\x00\x01\x02",
        '{"a": "é"}'.encode("latin-1"),
        "<p>é</p>".encode("latin-1"),
        "café\x00".encode("latin-1"),
        "caf\u008dé".encode("latin-1"),
        bytes(range(0x80, 0xFF)),
        b"text with \x00 inside",
        b"\x00\x00\x00\x18ftypisom",
    ],
)
def test_anything_else_is_refused(data):
    with pytest.raises(Unsupported):
        sniff.sniff(data)


def test_a_name_is_never_an_argument():
    with pytest.raises(TypeError):
        sniff.sniff(b"%PDF-1.7", file_name="photo.jpg")  # type: ignore[call-arg]

"""Both laws of the summary on real documents: what each file of the corpus says leaves as FHIR and CDA, and comes back."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from lxml import etree

from hygie.base.errors import HygieError
from hygie.formats import synopsis
from hygie.formats.cda import summary, writer
from hygie.formats.cda.carried import carried
from hygie.formats.cda.extract import extract
from hygie.formats.entries import KINDS
from hygie.formats.fhir import ips
from hygie.formats.fhir.extract import extract as extract_fhir
from hygie.formats.fhir.validate import RESOURCES, validate
from hygie.formats.tests import samples as cast
from hygie.formats.tests import structure
from hygie.formats.tests import summary_samples as samples

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "cda"
FILES = sorted(CORPUS.glob("*.xml"))


@pytest.mark.skipif(not FILES, reason="the corpus of official examples is not beside the repository")
def test_what_every_official_example_says_comes_back_by_both_ways():
    carried_away = 0
    for path in FILES:
        try:
            said = [one.resource for one in extract(path.read_bytes()).entries]
        except HygieError:
            continue  # refused whole: proved where the reader is proved
        found = samples.summary(*said)
        wanted = [piece.resource for _, held in synopsis.chaptered(found.pieces) for piece in held]
        raw = orjson.dumps(ips.document(found))
        validate(raw, kinds=RESOURCES | KINDS | {"Composition"})
        assert [one.resource for one in extract_fhir(raw).entries] == wanted, path.name
        data = writer.write(summary.document(found, author=cast.DR_DIALLO))
        expected = [kept for one in wanted if (kept := carried(one)) is not None]
        assert [carried(one.resource) for one in extract(data).entries] == expected, path.name
        assert structure.misplaced(etree.fromstring(data)) == structure.missing(data) == [], path.name
        carried_away += len(wanted)
    assert carried_away > 1000

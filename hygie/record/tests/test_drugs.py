"""The public database of medicines in an installation: replaced whole, once, and looked up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from hygie.formats.drugs import Base, Drug, Pack
from hygie.record import actions, queries

AT = datetime(2026, 8, 1, 9, tzinfo=UTC)
BASE = Base(
    drugs=(
        Drug("69000001", "BIDULEX 5 mg, comprimé", "comprimé", "bidulex", ("CHLORHYDRATE DE BIDULINE",)),
        Drug("69000002", "BIDULINE ESSAI 5 mg, comprimé", "comprimé", "biduline essai", ("BIDULINE",), "C99AA01", "7", True),
        Drug("69000003", "CHOSE 1 mg", "gel", "chose", ("CHOSINE",)),
        Drug("69000004", "CHOSE 2 mg", "comprimé", "chose", ("AUTRE",)),
    ),
    packs=(Pack("3400937335652", "3733565", "69000001", "boîte de 30"),),
    lines={},
)  # fmt: skip


@pytest.fixture
def undone() -> Iterator[None]:
    """Reference data is everybody's: what a test loads goes away with it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("undone")
def test_an_import_replaces_everything_and_the_same_files_write_nothing():
    assert queries.drugs_edition().extract
    loaded = actions.replace_drugs(base=BASE, day=date(2026, 7, 31), digest=b"1" * 32, at=AT)
    assert not loaded.again and loaded.ambiguous == 1
    assert actions.replace_drugs(base=BASE, day=date(2026, 7, 31), digest=b"1" * 32, at=AT).again
    edition = queries.drugs_edition()
    assert (edition.day, edition.drugs, edition.packs, edition.extract) == (date(2026, 7, 31), 4, 1, False)
    smaller = Base(BASE.drugs[:1], (), {})
    assert not actions.replace_drugs(base=smaller, day=date(2026, 8, 1), digest=b"2" * 32, at=AT).again
    assert queries.drugs_edition().drugs == 1
    assert queries.catalogue(codes=["69000002"]).identify("Inconnu", ["69000002"]).substances == ()


@pytest.mark.usefixtures("undone")
def test_a_name_or_a_code_leads_to_its_substance():
    actions.replace_drugs(base=BASE, day=date(2026, 7, 31), digest=b"1" * 32, at=AT)
    catalogue = queries.catalogue(called=["BIDULEX 5 mg cp", "Chose 1 mg"], codes=["3400937335652", "69000002"])
    for product in (
        catalogue.identify("Bidulex 5 mg"),
        catalogue.identify("", ["3400937335652"]),
        catalogue.identify("", ["69000002"]),
    ):
        assert product.substances == ("biduline",)
    assert catalogue.identify("", ["3400937335652"]).pack == "boîte de 30"
    assert catalogue.identify("Chose 1 mg").substances == (), "a name of two substances means neither"
    assert catalogue.identify("DOLIPRANE").label == "Paracétamol", "what is shipped stays known"


def test_without_any_import_the_extract_answers():
    assert queries.catalogue(codes=["60234100"]).identify("", ["60234100"]).label == "Paracétamol"


@pytest.mark.usefixtures("undone")
def test_an_import_cut_in_the_middle_leaves_the_former_base():
    actions.replace_drugs(base=BASE, day=date(2026, 7, 31), digest=b"1" * 32, at=AT)
    broken = Base((BASE.drugs[0], BASE.drugs[0]), (), {})  # the same code twice: the database refuses
    with pytest.raises(Exception, match="record_drug"):
        actions.replace_drugs(base=broken, day=date(2026, 8, 1), digest=b"3" * 32, at=AT)
    assert queries.drugs_edition().drugs == 4

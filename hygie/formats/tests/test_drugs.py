"""The public database's own files, and what a name or a code stands for, with or without them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.base.errors import Invalid
from hygie.formats import drugs
from hygie.formats.drugs import bdpm, names

LIST = "60000001\tRAMIPRIL ESSAI 5 mg, comprimé\tcomprimé\torale\tAutorisation active\r\n"
LIST += "60000002\tTRIATEC 5 mg, comprimé\tcomprimé\torale\r\n\r\n"
LIST += "60000003\tDUO ESSAI 5 mg/10 mg, gélule\tgélule\torale\r\n"
LIST += (
    "6000\tTrop court\tcomprimé\torale\r\n60000001\tUne seconde fois\tcomprimé\torale\r\ntrois\tcolonnes\tseulement\r\n"
)
PARTS = "60000001\tcomprimé\t11532\tRAMIPRIL\t5 mg\tun comprimé\tSA\t1\t\r\n"
PARTS += "60000002\tcomprimé\t11532\tRAMIPRIL\t5 mg\tun comprimé\tSA\t1\t\r\n"
PARTS += "60000003\tgélule\t1\tBÉSILATE D'AMLODIPINE\t\t\tSA\t1\t\r\n60000003\tgélule\t2\tAMLODIPINE\t5 mg\tune gélule\tFT\t1\t\r\n"
PARTS += "60000003\tgélule\t3\tCHLORHYDRATE DE BÉNAZÉPRIL\t10 mg\tune gélule\tSA\t2\t\r\n"
PARTS += "69999999\tgélule\t3\tORPHELINE\t10 mg\tune gélule\tSA\t2\t\r\n"
PACKS = "60000001\t3733565\tplaquette de 30 comprimés ½ ’\tPrésentation active\tx\t28/01/2008\t3400937335652\toui\t65%\t3,33\t\n"
PACKS += "60000002\t3733565\tclé fausse\tPrésentation active\tx\t28/01/2008\t3400937335653\toui\t\t\t\n"
PACKS += "69999999\t3925833\torpheline\tPrésentation active\tx\t28/01/2008\t3400939258331\toui\t\t\t\n"
GROUPS = "77\tRAMIPRIL 5 mg - TRIATEC 5 mg, comprimé\t60000002\t0\t1\r\n77\tRAMIPRIL 5 mg - TRIATEC 5 mg, comprimé\t60000001\t1\t2\r\n"
MAJOR = "60000001\tC09AA05\tRAMIPRIL ESSAI 5 mg, comprimé\tlien\r\n60000002\tpas un code\tTRIATEC\tlien\r\n"


def lines(text: str, encoding: str = "cp1252") -> list[bytes]:
    return text.encode(encoding).splitlines(keepends=True)


def whole() -> drugs.Base:
    return bdpm.read({
        bdpm.LIST: lines(LIST), bdpm.PARTS: lines(PARTS), bdpm.PACKS: lines(PACKS, "utf-8"), bdpm.GROUPS: lines(GROUPS),
        bdpm.MAJOR: lines(MAJOR),
    })  # fmt: skip


def test_official_files_are_read_whatever_their_encoding_and_line_ends() -> None:
    base = whole()
    ramipril, triatec, duo = base.drugs
    assert (ramipril.name, ramipril.brand, ramipril.atc) == (
        "RAMIPRIL ESSAI 5 mg, comprimé",
        "ramipril essai",
        "C09AA05",
    )
    assert (triatec.group, triatec.generic, ramipril.generic, duo.generic) == ("77", False, True, None)
    assert duo.substances == ("AMLODIPINE", "CHLORHYDRATE DE BÉNAZÉPRIL"), "the active part, when the base gives it"
    (pack,) = base.packs
    assert (pack.cip13, pack.cis, pack.label) == ("3400937335652", "60000001", "plaquette de 30 comprimés ½ ’")


def test_each_line_left_aside_is_counted_with_its_reason() -> None:
    base = whole()
    found = {(left.file, left.reason): (left.count, left.orphan) for left in base.rejected}
    assert found == {
        (bdpm.LIST, "code CIS invalide"): (1, False),
        (bdpm.LIST, "déjà vu plus haut"): (1, False),
        (bdpm.LIST, "nombre de colonnes inattendu"): (1, False),
        (bdpm.PARTS, "médicament absent de la liste"): (1, True),
        (bdpm.PACKS, "code CIP13 invalide"): (1, False),
        (bdpm.PACKS, "médicament absent de la liste"): (1, True),
        (bdpm.MAJOR, "code ATC invalide"): (1, False),
    }
    assert base.lines == {bdpm.LIST: 6, bdpm.PARTS: 6, bdpm.PACKS: 3, bdpm.GROUPS: 2, bdpm.MAJOR: 2}


def test_a_base_without_its_list_is_no_base() -> None:
    for files in ({}, {bdpm.PARTS: lines(PARTS)}, {bdpm.LIST: []}, {bdpm.LIST: [b"\xff\xfe\x00\n"] * 3}):
        with pytest.raises(Invalid):
            bdpm.read(files)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=80), max_size=6), st.sampled_from(bdpm.FILES))
def test_no_line_stops_the_reading(noise: list[bytes], kind: str) -> None:
    files = {bdpm.LIST: lines(LIST), bdpm.PARTS: lines(PARTS)}
    base = bdpm.read({**files, kind: [*files.get(kind, []), *noise]})
    assert len(base.drugs) >= 3


def test_the_shipped_extract_is_sound_dated_and_says_what_it_is() -> None:
    catalogue = drugs.shipped()
    assert catalogue.edition.extract and catalogue.edition.day.year == 2026
    assert len(catalogue.drugs) >= 60 and len(catalogue.packs) >= 55
    assert all(names.valid_cip13(pack.cip13) and pack.cis in catalogue.drugs for pack in catalogue.packs.values())
    assert all(catalogue.identify("", [cis]).substances for cis in catalogue.drugs)
    base = catalogue.box("3400935955838")
    assert base is not None and (base.label, base.name) == ("Paracétamol", "DOLIPRANE 1000 mg, comprimé")


SAME = [
    ("paracetamol", ["DOLIPRANE 1000 mg, comprimé", "Dafalgan", "PARACÉTAMOL BIOGARAN 1 g", "efferalgan 500"]),
    ("codeine + paracetamol", ["PARACETAMOL/CODEINE TEVA 500 mg/30 mg", "Dafalgan codéine", "KLIPAL 600"]),
    ("losartan", ["COZAAR 50 mg", "LOSARTAN POTASSIUM BIOGARAN 50 mg", "Losartan potassique"]),
    ("metformine", ["CHLORHYDRATE DE METFORMINE", "Glucophage 850", "METFORMINE (CHLORHYDRATE DE) 500 mg"]),
    ("amlodipine + valsartan", ["EXFORGE 5 mg/80 mg", "AMLODIPINE/VALSARTAN KRKA 5 mg/160 mg"]),
    ("salbutamol | poumons", ["VENTOLINE 100", "SALBUTAMOL 100 µg, suspension pour inhalation"]),
    ("ketoprofene | peau", ["KÉTOPROFÈNE 2,5 %, gel", "Ketum"]),
    ("mots:machinol", ["MACHINOL 3 mg", "Machinol 5mg cp"]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "written"), SAME, ids=[row[0] for row in SAME])
def test_names_of_one_substance_have_one_key(key: str, written: list[str]) -> None:
    assert {drugs.shipped().identify(name).key for name in written} == {key}


def test_a_code_goes_before_a_name_and_an_old_box_code_is_understood() -> None:
    catalogue = drugs.shipped()
    assert catalogue.identify("Comprimés blancs", ["60049895"]).label == "Ramipril"
    assert catalogue.identify("", ["3733565"]).label == "Ramipril", "CIP on seven digits"
    assert catalogue.identify("Mystère", ["C09AA05"]).label == "Ramipril", "ATC"
    assert catalogue.identify("Mystère", ["X99ZZ99"]).key == "mots:mystere"
    unknown = catalogue.identify("Mystère 3 mg", ["V99XX99"])
    assert (unknown.key, unknown.label, unknown.substances) == ("atc:V99XX99", "Mystère 3 mg", ())


def test_a_strength_is_what_one_unit_holds_or_nothing() -> None:
    assert names.strength("LEVOTHYROX 75 microgrammes, comprimé") == ("75", "µg")
    assert names.strength("TAMSULOSINE LP 0,4 mg") == ("0.4", "mg")
    assert names.strength("CHOLÉCALCIFÉROL 50 000 UI, ampoule") == ("50000", "UI")
    for name in (
        "EXFORGE 5 mg/160 mg",
        "INSULINE GLARGINE 100 UI/mL",
        "KÉTOPROFÈNE 2,5 %, gel",
        "Kardégic",
        "BECLOSPIN 800 µg/2ml",
    ):
        assert names.strength(name) is None


@given(st.from_regex(r"[2-9]\d{6}", fullmatch=True))
def test_every_old_code_gives_a_valid_new_one(cip7: str) -> None:
    assert names.valid_cip13(str(names.cip13_of(cip7)))


def test_someone_who_types_is_offered_names() -> None:
    assert "Doliprane" in [one.capitalize() for one in drugs.shipped().find("dolip")]
    assert drugs.shipped().find("d") == []

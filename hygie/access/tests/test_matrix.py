"""The matrix of professions and document types: whole, sourced, and honest about being an approximation."""

import re

import pytest

from hygie.access import matrix
from hygie.formats import valuesets
from hygie.people.types import Role

TEXT = matrix.FILE.read_text(encoding="utf-8")


def row(role: Role, type_code: str) -> tuple[bool, bool]:
    found = matrix.ROWS[role, type_code]
    return found.read, found.write


def test_the_file_says_first_that_it_is_not_the_official_matrix() -> None:
    assert TEXT.startswith("# NOT the official matrix")
    assert matrix.VERSION == "approximate-1"


def test_no_row_claims_more_than_its_source() -> None:
    assert {one.approximate for one in matrix.ROWS.values()} == {True}
    assert matrix.OFFICIAL not in {one.source for one in matrix.ROWS.values()}


def test_every_source_is_explained_in_the_header() -> None:
    header = "".join(line for line in TEXT.splitlines(keepends=True) if line.startswith("#"))
    assert all(one.source in header and one.confidence in header for one in matrix.ROWS.values())


def test_every_pair_of_a_role_and_a_filed_type_has_its_row() -> None:
    filed = {one.code: one.class_code for one in valuesets.TYPES.values() if one.class_code in matrix.CLASSES}
    assert matrix.KNOWN_TYPES - {"E1762"} == set(filed)
    assert len(matrix.ROWS) == 7 * len(matrix.KNOWN_TYPES) == 721
    assert all(filed[code] == one.class_code for (_, code), one in matrix.ROWS.items() if code != "E1762")


@pytest.mark.parametrize("role", [Role.PERSON, Role.SOFTWARE, Role.OPERATOR, Role.MACHINE])
def test_a_role_outside_the_matrix_has_nothing(role: Role) -> None:
    assert not matrix.readable(role)
    assert not matrix.writable(role)
    assert matrix.is_approximate(role, "11502-2")


def test_doctors_read_everything_but_the_residence_certificate() -> None:
    assert matrix.KNOWN_TYPES - matrix.readable(Role.DOCTOR) == {"ATTEST-RESID", "E1762"}


def test_nobody_reads_a_residence_certificate_but_social_workers() -> None:
    assert [role for role in matrix.ROLES if "ATTEST-RESID" in matrix.readable(role)] == [Role.SOCIAL]


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        (Role.NURSE, {"75496-0", "68599-0", "83901-9", "68817-6", "89601-9"}),
        (Role.DENTIST, {"80788-3", "75496-0", "83981-1", "83901-9", "68599-0"}),
        (Role.PARAMEDICAL, {"68599-0", "83901-9", "PRESC-BIO", "57833-6", "REMB", "59284-0"}),
        (Role.PHARMACIST, {"89601-9", "CERT_DECL"}),
    ],
)
def test_what_published_summaries_refuse_is_refused(role: Role, refused: set[str]) -> None:
    assert refused.isdisjoint(matrix.readable(role))
    assert refused.isdisjoint(matrix.writable(role))


@pytest.mark.parametrize("code", ["83981-1", "BIL_AUTO", "11502-2", "15507-7", "56445-0", "PROT_ALD"])
def test_nurses_read_what_published_summaries_grant(code: str) -> None:
    assert code in matrix.readable(Role.NURSE)


@pytest.mark.parametrize("class_code", ["31", "42", "43", "45", "52", "60"])
def test_social_workers_read_no_care_document(class_code: str) -> None:
    assert not any(
        one.read for (role, _), one in matrix.ROWS.items() if role is Role.SOCIAL and one.class_code == class_code
    )


def test_some_pairs_by_name() -> None:
    assert row(Role.PHARMACIST, "60593-1") == (True, True)  # a dispensation
    assert row(Role.PHARMACIST, "18748-4") == (True, False)  # an imaging report
    assert row(Role.PARAMEDICAL, "PRESC-KINE") == (True, False)
    assert row(Role.PARAMEDICAL, "11506-3") == (True, True)  # follow-up by paramedics
    assert row(Role.SOCIAL, "80788-3") == (True, True)  # a personalised support project
    assert row(Role.MIDWIFE, "15508-5") == (True, True)  # a delivery report


def test_nobody_writes_in_the_name_of_the_person() -> None:
    hers = {code for code in matrix.KNOWN_TYPES if code.startswith(("DOCPAT", "EXPPAT"))}
    assert len(hers) == 12
    assert all(hers.isdisjoint(matrix.writable(role)) for role in matrix.ROLES)


def test_an_unknown_type_is_nobodys_and_counts_as_approximate() -> None:
    assert all("00000-0" not in matrix.readable(role) | matrix.writable(role) for role in matrix.ROLES)
    assert matrix.is_approximate(Role.DOCTOR, "00000-0")
    assert matrix.is_approximate(Role.DOCTOR, None)


def edited(pattern: str, replacement: str) -> str:
    text, count = re.subn(pattern, replacement, TEXT, count=1, flags=re.MULTILINE)
    assert count == 1
    return text


@pytest.mark.parametrize(
    ("pattern", "replacement", "said"),
    [
        (r"^# version:.*$", "# no version", "no version"),
        (r"^doctor,10,11502-2,.*\n", "", "a pair is missing"),
        (r"^(doctor,10,11502-2,.*\n)", r"\1\1", "twice"),
        (r"^doctor,10,11502-2,yes", "doctor,10,11502-2,oui", "oui"),
        (r"^doctor,10,11502-2,", "surgeon,10,11502-2,", "surgeon"),
        (r"^doctor,10,11502-2,", "person,10,11502-2,", "unknown role"),
        (r"^doctor,10,11502-2,", "doctor,77,11502-2,", "class"),
        (r"^doctor,10,11502-2,", "doctor,11,11502-2,", "two classes"),
        (r"^(doctor,10,11502-2,yes,yes),yes", r"\1,no", "only the official annex"),
        (r"^(doctor,10,11502-2,yes,yes,yes,medium),doctors-press", r"\1,annex", "only the official annex"),
        (r"^(doctor,10,11502-2,yes,yes,yes,medium),doctors-press", r"\1,hearsay", "unknown source"),
        (r"^(doctor,10,11502-2,yes,yes,yes),medium", r"\1,sure", "confidence"),
        (r"^(doctor,10,11502-2,.*)2023-10-29", r"\g<1>soon", "soon"),
        (r"^doctor,90,EXPPAT_3,yes,no", "doctor,90,EXPPAT_3,yes,yes", "only the person"),
        (r"^doctor,10,11502-2,yes,yes.*$", "doctor,10,11502-2", "row"),
    ],
)
def test_a_broken_file_is_refused_and_says_where(pattern: str, replacement: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        matrix.parse(edited(pattern, replacement))

"""SMART scopes: a closed list, what covers what, and what one category lets through."""

from __future__ import annotations

import pytest

from hygie.formats.fhir import scopes
from hygie.formats.fhir.scopes import OBSERVATION_CATEGORY, cover, known, parse

LABORATORY = f"patient/Observation.rs?category={OBSERVATION_CATEGORY}|laboratory"


@pytest.mark.parametrize(
    "wrong",
    [
        "patient/Observation.rs?code=http://loinc.org|3016-3",
        "patient/Observation.rs?category=laboratory",
        f"patient/Observation.rs?category={OBSERVATION_CATEGORY}|hair",
        f"patient/Observation.rs?category={OBSERVATION_CATEGORY}|laboratory&date=2026",
        f"patient/Observation.rs?date=2026&category={OBSERVATION_CATEGORY}|laboratory",
        f"patient/Observation.rs?category={OBSERVATION_CATEGORY}|laboratory|vital-signs",
        f"patient/Observation.rs?category:not={OBSERVATION_CATEGORY}|laboratory",
        "patient/Observation.rs?",
        f"patient/*.rs?category={OBSERVATION_CATEGORY}|laboratory",
        f"patient/MedicationStatement.rs?category={OBSERVATION_CATEGORY}|laboratory",
        f"system/DocumentReference.rs?category={scopes.systems.CLASS}|10",
        f"patient/DocumentReference.rs?category={OBSERVATION_CATEGORY}|laboratory",
        f"patient/Observation.cud?category={OBSERVATION_CATEGORY}|laboratory",
        f"patient/Observation.?category={OBSERVATION_CATEGORY}|laboratory",
        "patient/Observation.sr", "patient/Observation.", "patient/Anything.rs", "patient/Observation.rs ",
    ],
)  # fmt: skip
def test_whatever_is_not_on_the_list_is_no_scope(wrong: str) -> None:
    assert not known(wrong) and not cover([wrong, "patient/*.rs", "system/*.crus"], [wrong])


@pytest.mark.parametrize("held", [LABORATORY, "patient/Observation.rs", "patient/*.rs"])
def test_a_part_may_be_asked_by_whoever_holds_it_or_its_whole(held: str) -> None:
    assert cover([held], [LABORATORY])


@pytest.mark.parametrize(
    "held",
    [
        [LABORATORY, f"patient/Observation.rs?category={OBSERVATION_CATEGORY}|vital-signs"],
        ["user/*.rs"], ["patient/Condition.rs"], ["patient/Observation.r"],
    ],
)  # fmt: skip
def test_the_whole_may_not_be_asked_by_whoever_holds_parts(held: list[str]) -> None:
    assert not cover(held, ["patient/Observation.rs"])


def test_a_category_is_a_system_and_a_code() -> None:
    scope = parse(LABORATORY)
    assert scope is not None

    def filed(system: str | None, code: str) -> dict[str, object]:
        return {"category": [{"coding": [{"system": system, "code": code}]}]}

    assert scope.sees(filed(OBSERVATION_CATEGORY, "laboratory"))
    assert not scope.sees(filed(OBSERVATION_CATEGORY, "vital-signs"))
    assert not scope.sees(filed("urn:another", "laboratory")) and not scope.sees(filed(None, "laboratory"))
    assert not scope.sees({}) and not scope.sees({"category": ["laboratory"]})

"""Three fields change, and hiding a document never destroys its level."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.base.errors import Invalid, Unsupported
from hygie.formats.fhir import building, patch, systems, validate
from hygie.formats.fhir.patch import Change
from hygie.formats.fhir.types import Served
from hygie.formats.tests.fhir_samples import ENTRY, raw, superseding

labels = st.builds(
    lambda level, others: frozenset({level, *others}), st.sampled_from(systems.LEVELS),
    st.sets(st.sampled_from(systems.VISIBILITIES)),
)  # fmt: skip


def shown(visibility: set[str] | frozenset[str] = frozenset({"N"}), *, archived: bool = False) -> dict[str, Any]:
    return building.build(ENTRY, Served("d1", 1, ENTRY.created, "current", frozenset(visibility), archived, 10))


def asked(*operations: dict[str, Any], on: dict[str, Any] | None = None) -> Change:
    return patch.json_patch(raw(list(operations)), on or shown())


def hide(index: int = 0, code: str = "MASQUE_PS") -> dict[str, Any]:
    return {"op": "replace", "path": f"/securityLabel/{index}", "value": {"coding": [{"code": code}]}}


def test_hiding_from_professionals_keeps_the_level():
    assert asked(hide(), on=shown({"R"})) == Change(add=frozenset({"MASQUE_PS"}))


def test_hiding_at_the_place_of_another_visibility_keeps_both():
    assert asked(hide(), on=shown({"INVISIBLE_PATIENT", "V"})) == Change(add=frozenset({"MASQUE_PS"}))


def test_n_at_the_place_of_a_visibility_lifts_it_and_nothing_else():
    both = shown({"MASQUE_PS", "INVISIBLE_PATIENT", "R"})
    assert asked(hide(0, "N"), on=both) == Change(remove=frozenset({"MASQUE_PS"}))
    assert asked(hide(1, "N"), on=both) == Change(remove=frozenset({"INVISIBLE_PATIENT"}))
    assert asked(hide(2, "N"), on=both) == Change()


@given(
    labels,
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from([*systems.LEVELS, *systems.VISIBILITIES])), max_size=6),
)
@settings(deadline=None)
def test_no_patch_ever_lowers_a_level(before: frozenset[str], steps: list[tuple[int, str]]):
    if not steps:
        return
    change = asked(*(hide(index, code) for index, code in steps), on=shown(before))
    after = (before | change.add) - change.remove
    levels = [systems.LEVELS.index(code) for code in after if code in systems.LEVELS]
    assert len(levels) == 1
    assert levels[0] >= max(systems.LEVELS.index(code) for code in before if code in systems.LEVELS)


def test_the_whole_list_of_labels_can_be_set():
    value = [{"coding": [{"code": "INVISIBLE_PATIENT"}]}]
    change = asked({"op": "replace", "path": "/securityLabel", "value": value}, on=shown({"R", "MASQUE_PS"}))
    assert change == Change(add=frozenset({"INVISIBLE_PATIENT"}), remove=frozenset({"MASQUE_PS"}))


def test_archiving_works_by_index_and_by_value():
    assert asked({"op": "replace", "path": "/extension/0/valueBoolean", "value": True}) == Change(archived=True)
    extension = {"url": systems.IS_ARCHIVED, "valueBoolean": False}
    assert asked({"op": "add", "path": "/extension/-", "value": extension}) == Change(archived=False)


def test_withdrawing_has_two_spellings():
    wrong = {"op": "replace", "path": "/status", "value": "entered-in-error"}
    deleted = {"op": "add", "path": "/extension/-", "value": {"url": systems.IS_DELETED, "valueBoolean": True}}
    status = {"op": "replace", "path": "/status", "value": "superseded"}
    assert asked(wrong) == asked(status, deleted) == Change(withdraw=True)


def test_superseded_alone_says_nothing_that_can_be_done():
    with pytest.raises(Unsupported) as caught:
        asked({"op": "replace", "path": "/status", "value": "superseded"})
    assert caught.value.code == "fhir-not-supported"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/description", "value": "x"},
        {"op": "remove", "path": "/subject"},
        {"op": "add", "path": "/custodian", "value": {}},
        {"op": "replace", "path": "", "value": {}},
        {"op": "move", "path": "/status", "from": "/description"},
        {"op": "copy", "path": "/securityLabel/0", "from": "/type"},
        {"op": "add", "path": "/extension/-", "value": {"url": "urn:other", "valueBoolean": True}},
        {"op": "replace", "path": "/extension/7/valueBoolean", "value": True},
        {"op": "replace", "path": "/meta/versionId", "value": "9"},
    ],
)
def test_any_other_field_is_not_allowed(operation: dict[str, Any]):
    with pytest.raises(Unsupported) as caught:
        asked(operation)
    assert caught.value.code == "patch-field"


def test_a_test_that_fails_changes_nothing():
    assert asked({"op": "test", "path": "/status", "value": "current"}, hide()) == Change(add=frozenset({"MASQUE_PS"}))
    with pytest.raises(Unsupported) as caught:
        asked({"op": "test", "path": "/status", "value": "superseded"}, hide())
    assert caught.value.code == "patch-test"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["coding", "code", "url", "valueBoolean"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
operations = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "replace", "remove", "test", "move", "?"]),
     "path": st.sampled_from(["/status", "/securityLabel", "/securityLabel/0", "/securityLabel/-", "/extension",
                              "/extension/0", "/extension/0/valueBoolean", "/extension/-/valueBoolean", "/x", "x", ""])},
    optional={"value": json_values},
)  # fmt: skip


@given(st.lists(operations, max_size=5) | json_values)
@settings(deadline=None)
def test_any_json_is_a_change_or_one_of_our_errors(value: Any):
    try:
        patch.json_patch(raw(value), shown())
    except (Invalid, Unsupported):
        return


def test_a_fhirpath_patch_withdraws():
    parameters = superseding("x", value="entered-in-error")["resource"]
    assert patch.fhirpath_patch(validate.read(raw(parameters)).resource, shown()) == Change(withdraw=True)

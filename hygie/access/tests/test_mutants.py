"""Faults put into the policy are noticed: some at each run, all of them in `make mutants`."""

import os

from hygie.access import policy, relatives
from hygie.access.tests import mutants

SOME = 30


def test_a_fault_put_into_the_policy_is_noticed() -> None:
    before = {module: dict(vars(module)) for module in (policy, relatives)}
    every = mutants.mutants()
    alive = [one for one in every if one.name not in mutants.EQUIVALENT]
    assert len(every) - len(alive) == len(mutants.EQUIVALENT), "the list of equivalents speaks of what is there"
    chosen = alive if os.environ.get("HYGIE_TORTURE") else alive[:: len(alive) // SOME]
    assert len(chosen) >= SOME
    assert not [one.name for one in chosen if mutants.killer(one, mutants.FAST) is None]
    assert {module: dict(vars(module)) for module in (policy, relatives)} == before


def test_a_change_that_changes_no_answer_is_not_taken_for_a_fault() -> None:
    harmless = next(one for one in mutants.mutants() if one.name in mutants.EQUIVALENT)
    assert mutants.killer(harmless, mutants.FAST) is None

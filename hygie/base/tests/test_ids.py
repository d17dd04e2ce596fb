"""Identifiers: made in order of time, and made again from their numbers."""

from __future__ import annotations

import pickle
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hygie.base.ids import of_number, uuid7


def test_what_is_made_later_sorts_later():
    made = []
    for _ in range(3):
        before = uuid7()
        while (after := uuid7()).int >> 80 == before.int >> 80:
            pass
        made.append((before, after))
    assert all(before < after for before, after in made)
    assert {one.version for pair in made for one in pair} == {7}


@given(st.uuids())
def test_a_number_gives_back_the_very_uuid(one: UUID):
    again = of_number(one.int)
    assert (again, hash(again), str(again), again.bytes, again.is_safe) == (
        one,
        hash(one),
        str(one),
        one.bytes,
        one.is_safe,
    )
    assert pickle.loads(pickle.dumps(again)) == one

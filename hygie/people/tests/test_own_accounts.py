"""Accounts of our own: one for each space, and the sign-in by a provider that comes later finds it while nothing else opens it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from hygie.base.errors import NotFound
from hygie.people import actions, queries
from hygie.people.tests import cast
from hygie.people.types import Traits

NOW = cast.NOW


def civil(traits: Traits) -> dict[str, Any]:
    """What FranceConnect says of her."""
    return {
        "sub": uuid4().hex, "family_name": traits.birth_family, "given_name": " ".join(traits.given_names),
        "birthdate": traits.birth_date, "gender": traits.sex, "birthplace": traits.birth_place, "birthcountry": "99100",
    }  # fmt: skip


def test_a_space_has_one_account_of_ours() -> None:
    space, _, _ = cast.amina()
    assert actions.open_account(patient_id=space, at=NOW) == actions.open_account(patient_id=space, at=NOW)


def test_a_provider_that_knows_her_later_is_the_first_way_of_the_same_account_and_stays_one() -> None:
    space, _, traits = cast.amina()
    mine, said = actions.open_account(patient_id=space, at=NOW), civil(traits)
    for _ in range(2):
        signed_in = actions.sign_in_person(issuer="https://fc.test", claims=said, at=NOW)
        assert (signed_in.account_id, signed_in.paired) == (mine, True)
    actions.new_card(mine, name="Ma carte", at=NOW)
    assert actions.sign_in_person(issuer="https://fc.test", claims=said, at=NOW).account_id == mine
    assert [one.kind for one in queries.ways(mine)] == ["provider", "card"]


def test_somebody_of_the_same_names_enters_no_space_that_already_has_a_way() -> None:
    """Two people may share their five traits: the second sign-in is asked for more than a name."""
    space, _, traits = cast.amina()
    mine = actions.open_account(patient_id=space, at=NOW)
    actions.sign_in_person(issuer="https://fc.test", claims=civil(traits), at=NOW)
    namesake = actions.sign_in_person(issuer="https://fc.test", claims=civil(traits), at=NOW)
    assert (namesake.account_id != mine, namesake.paired) == (True, False)


def test_a_provider_that_vouches_for_somebody_else_does_not() -> None:
    space, _, _ = cast.amina()
    mine = actions.open_account(patient_id=space, at=NOW)
    other = actions.sign_in_person(issuer="https://fc.test", claims=civil(cast.amina()[2]), at=NOW)
    assert other.account_id != mine


def test_a_space_that_a_provider_already_opens_gets_no_second_account() -> None:
    space, _, traits = cast.amina()
    signed_in = actions.sign_in_person(issuer="https://fc.test", claims=civil(traits), at=NOW)
    assert actions.open_account(patient_id=space, at=NOW) == signed_in.account_id
    with pytest.raises(NotFound):
        actions.open_account(patient_id=uuid4(), at=NOW)

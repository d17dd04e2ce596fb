"""Who an account is in its session: asked of the database at every request, in one statement."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction

from hygie.base.errors import NotFound, Refused
from hygie.people import actions, queries
from hygie.people.models import Account, Activity
from hygie.people.signing_in import account_of, link
from hygie.people.tests import cast
from hygie.people.types import AuthLevel, Kind

NOW = cast.NOW


def account(**paired: object) -> UUID:
    kind = Kind.PROFESSIONAL if "professional_id" in paired else Kind.PERSON
    return account_of("https://issuer.test", uuid4().hex, kind=kind, at=NOW, **paired).id


def amina() -> tuple[UUID, UUID]:
    """Her account and her space."""
    mine, (space, _, _) = account(), cast.amina()
    assert link(Account.objects.get(id=mine), space)
    return mine, space


def dr_diallo() -> tuple[UUID, UUID]:
    """Her account and her only activity."""
    doctor = cast.dr_diallo(cast.labo_seine())
    return account(professional_id=doctor), Activity.objects.get(professional_id=doctor).id


def present(one: UUID, hat: UUID | str | None = None) -> object:
    return queries.actor_of_account(one, hat, auth=AuthLevel.STRONG)


def refused(one: UUID, hat: UUID | str | None = None) -> str:
    with pytest.raises(Refused) as told:
        present(one, hat)
    return told.value.code


def test_a_person_is_herself_under_her_own_name() -> None:
    mine, space = amina()
    actor = queries.actor_of_account(mine, None, auth=AuthLevel.SINGLE)
    assert (actor.kind, actor.id, actor.patient_id, actor.auth) == (Kind.PERSON, mine, space, AuthLevel.SINGLE)
    assert actor.name.startswith("Amina ")


def test_knowing_who_asks_is_one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, _ = amina()
    doctor, hat = dr_diallo()
    asked: list[object] = []
    real = psycopg.Cursor.execute

    def counted(self: object, query: object, *args: object, **more: object) -> object:
        asked.append(query)
        return real(self, query, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    present(mine)
    present(doctor, hat)
    assert len(asked) == 2


def test_the_wall_is_closed_again_after_it() -> None:
    mine, space = amina()
    with transaction.atomic(), connection.cursor() as sql:
        present(mine)
        sql.execute("SELECT current_setting('hygie.patients', true), current_setting('hygie.reach', true)")
        assert sql.fetchone() == ("", "")
        with pytest.raises(NotFound):
            queries.identity(space)


def test_a_space_merged_a_moment_ago_is_already_the_kept_one() -> None:
    mine, space = amina()
    kept, _, _ = cast.amina()
    merge = actions.merge(kept=kept, merged=space, at=NOW, by=uuid4())
    assert present(mine).patient_id == kept  # type: ignore[attr-defined]
    actions.unmerge(merge_id=merge, at=NOW, by=uuid4())
    assert present(mine).patient_id == space  # type: ignore[attr-defined]


def test_a_closed_account_is_nobody_at_its_next_request() -> None:
    mine, _ = amina()
    present(mine)
    Account.objects.filter(id=mine).update(is_active=False)
    assert refused(mine) == "closed-account"
    assert refused(uuid4()) == "closed-account"


def test_someone_without_a_space_is_told_so() -> None:
    assert refused(account()) == "no-space"


def test_a_professional_works_in_one_living_activity_of_her_own() -> None:
    doctor, hat = dr_diallo()
    _, another = dr_diallo()
    actor = queries.actor_of_account(doctor, str(hat), auth=AuthLevel.STRONG)
    assert (actor.kind, actor.name, actor.profession, actor.organisation) == (
        Kind.PROFESSIONAL, "Dr Diallo", "10", "Labo Seine",
    )  # fmt: skip
    assert {refused(doctor), refused(doctor, "nonsense"), refused(doctor, another)} == {"choose-hat"}
    Activity.objects.filter(id=hat).update(ended=NOW)
    assert refused(doctor, hat) == "choose-hat"


def test_only_an_operator_works_as_one_and_no_longer_than_she_is() -> None:
    doctor, _ = dr_diallo()
    rpps = Account.objects.get(id=doctor).professional.rpps  # type: ignore[union-attr]
    assert refused(doctor, queries.OPERATOR) == "choose-hat"
    actions.set_operator(rpps=rpps, operates=True)
    assert present(doctor, queries.OPERATOR).kind is Kind.OPERATOR  # type: ignore[attr-defined]
    actions.set_operator(rpps=rpps, operates=False)
    assert refused(doctor, queries.OPERATOR) == "choose-hat"


def test_an_account_asked_for_by_its_id_is_the_one_that_the_models_know() -> None:
    mine, _ = amina()
    sworn, _ = dr_diallo()
    for one in (mine, sworn):
        found, known = Account.objects.get(pk=one), Account.objects.filter(pk=one).first()
        names = [field.attname for field in Account._meta.concrete_fields]
        assert not found.get_deferred_fields()
        assert [getattr(found, name) for name in names] == [getattr(known, name) for name in names]
        assert found.get_session_auth_hash() == known.get_session_auth_hash()
    with pytest.raises(Account.DoesNotExist):
        Account.objects.get(pk=uuid4())

"""`hygie family`: recorded with a paper and a case number; the wrong birth date finds nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hygie.access import actions, queries, sentences
from hygie.access.types import Action, Level, Paper, Purpose, RecordState, Request, TieKind
from hygie.base.errors import HygieError, Refused
from hygie.ops import family
from hygie.ops.demo import families
from hygie.ops.demo.registering import Town
from hygie.tests.kin import born
from hygie.tests.world import Person, World


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command on the database of the tests, as Dr Diallo who operates it."""

    @contextmanager
    def ready(folder: object) -> Iterator[None]:
        yield

    monkeypatch.setattr("hygie.ops.folder.DataFolder.ready", ready)
    rpps = world.dr_diallo.rpps

    def asked(act: str, person: str, relative: str, *more: str) -> Any:
        words = [act, "--person", person, "--relative", relative, "--operator", rpps, "--case", "2026-118", *more]
        return CliRunner().invoke(family.family, [*words, "--paper", "Livret de famille"])

    return asked


def written(person: Person) -> str:
    return f"{person.ins.matricule}:{person.traits.birth_date}"


def opens(parent: Person, child: Person) -> bool:
    try:
        actions.open_record(Request(parent.actor, child.id, Purpose.FOR_ANOTHER, Action.LIST, datetime.now(UTC)))
    except HygieError:
        return False
    return True


def test_a_parent_is_recorded_protected_and_ended_under_a_case_number(run: Any, world: World) -> None:
    child, father = world.person("Lina", born=born(8)), world.person("Karim", sex="male")
    wrong = run("parent", f"{child.ins.matricule}:1999-01-01", written(father))
    assert (wrong.exit_code, opens(father, child)) == (12, False)
    assert run("parent", written(child), written(father), "--as", "father").exit_code == 0
    assert opens(father, child)
    assert run("parent", written(child), written(father)).exit_code == 13, "already recorded"
    assert run("protect", written(child), written(father)).exit_code == 0
    assert run("end", written(child), written(father)).exit_code == 0
    assert not opens(father, child)
    again = run("parent", written(child), written(father), "--as", "father")
    assert "protège les lieux et les horaires" in again.output, "whoever records him again is told"
    assert run("end", written(child), written(father)).exit_code == 0
    lines = queries.journal(child.opens(Action.READ_JOURNAL))
    assert sum(line.reason.startswith("2026-118 (") and line.actor_kind == "operator" for line in lines) >= 3
    told = [
        sentences.sentence(line) for line in lines if line.reason == "2026-118 (décision de protection enregistrée)"
    ]
    assert told and all(one.what.endswith("a agi sur présentation d’un papier.") for one in told)
    assert all("Un papier le permet" in one.why and "décision de protection" in one.why for one in told)


def test_a_judgment_comes_with_its_copy(run: Any, world: World, tmp_path: Path) -> None:
    adult, guardian = world.person("Marcel", born="1941-10-05", sex="male"), world.person("Odile")
    assert run("guardian", written(adult), written(guardian)).exit_code == 2
    copy = tmp_path / "jugement.pdf"
    copy.write_bytes(b"%PDF-1.4 jugement")
    told = run("guardian", written(adult), written(guardian), "--copy", str(copy))
    assert told.exit_code == 0, told.output
    assert opens(guardian, adult)


def test_somebody_without_an_account_is_helped_by_a_paper_she_signed_and_a_year_later_by_another(
    run: Any, world: World
) -> None:
    fatou, zoe = world.person("Fatou", born="1947-06-15", state=RecordState.SLEEPING), world.person("Zoé")
    told = run("helper", written(fatou), written(zoe), "--as", "daughter", "--level", "file", "--category", "42")
    assert told.exit_code == 0, told.output
    assert opens(zoe, fatou)
    now = datetime.now(UTC)
    asked = Request(zoe.actor, fatou.id, Purpose.FOR_ANOTHER, Action.LIST, now)
    tie = actions.open_record(asked).tie
    assert tie is not None and (tie.kind, tie.level, tie.classes) == (TieKind.CAREGIVER, Level.FILE, frozenset({"42"}))
    desk = Request(world.operator, fatou.id, Purpose.LEGAL, Action.ON_BEHALF, now, reason="2026-118")
    later = now + timedelta(days=370)
    with pytest.raises(HygieError):
        actions.open_record(replace(asked, at=later))
    actions.confirm_ties(actions.open_record(desk), helper_id=zoe.id, paper=Paper("Lettre signée"), at=later)
    assert actions.open_record(replace(asked, at=later)).tie is not None
    with pytest.raises(Refused):
        actions.confirm_ties(actions.open_record(asked), helper_id=zoe.id, paper=Paper("Lettre"), at=later)
    assert run("confirm", written(fatou), written(world.person("Ali", sex="male"))).exit_code == 12


def test_the_families_of_the_demonstration_have_their_links_once(world: World) -> None:
    lina, nadia, fatou, zoe = (
        world.person(name, born=when)
        for name, when in (("Lina", born(9)), ("Nadia", "1990-09-09"), ("Fatou", "1947-06-15"), ("Zoé", "1982-11-02"))
    )
    named = {"lina-haddad": lina, "nadia-haddad": nadia, "fatou-martin": fatou, "zoe-martin": zoe}
    town = Town(
        people={sub: one.id for sub, one in named.items()}, actors={sub: one.actor for sub, one in named.items()},
        carers={"nguyen": world.dr_diallo.id},
    )  # fmt: skip
    now = datetime.now(UTC)
    for _ in range(2):
        families.bind(town, at=now)
    assert [one.patient_id for one in queries.helped(nadia.actor, at=now)] == [lina.id]
    assert [one.patient_id for one in queries.helped(zoe.actor, at=now)] == [fatou.id]
    assert len(queries.helpers(fatou.opens(Action.SET_ACCESS))) == 1

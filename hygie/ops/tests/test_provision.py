"""`hygie provision`: each line checked, nobody opened twice, and going on where it was cut."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest
from click.testing import CliRunner

from hygie.base.errors import Conflict, Invalid, Refused
from hygie.ops import provision
from hygie.people import queries as people
from hygie.people.tests import cast
from hygie.people.types import Actor, Ins, Kind, Traits
from hygie.tests.world import Person, World, deposited

HEADER = "matricule;oid;nom_naissance;prenoms;date_naissance;sexe;lieu_naissance"
SOON = datetime.now(UTC) + timedelta(weeks=6)


def line(ins: Ins, traits: Traits) -> str:
    who = (traits.birth_family, " ".join(traits.given_names), traits.birth_date, "F", traits.birth_place or "")
    return ";".join((ins.matricule, ins.oid, *who))


def someone() -> tuple[Ins, Traits]:
    return cast.new_ins(), cast.traits()


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return path


def known(ins: Ins, traits: Traits) -> Person:
    [found] = people.match([(ins, traits)])
    assert isinstance(found, UUID)
    return Person(found, traits, ins, Actor(kind=Kind.PERSON, id=found, name="Amina", patient_id=found))


def cut_once(file: Path, monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    """A run by two lines at a time, that loses its database at the first lines beyond `after`."""
    work, seen = provision._work, []

    def cut(header: list[str], number: int, *said: Any) -> provision.Done:
        if number > after and not seen:
            seen.append(number)
            raise Conflict("La base est partie.", code="cut")
        return work(header, number, *said)

    monkeypatch.setattr(provision, "CHUNK", 2)
    monkeypatch.setattr(provision, "_work", cut)
    with pytest.raises(Conflict):
        provision.run(file, opens=None, jobs=1)


def test_what_is_right_is_opened_and_what_is_wrong_is_given_back_with_its_reason(tmp_path: Path) -> None:
    (one, amina), (two, zoe) = someone(), someone()
    file = written(
        tmp_path / "people.csv", line(one, amina), "x;y", line(cast.new_ins(), cast.traits(birth_date="1979-02-30")),
        line(one, cast.traits()), line(two, zoe), line(one, amina),
    )  # fmt: skip
    done, _ = provision.run(file, opens=None, jobs=1)
    assert (done.lines, done.counts) == (6, {"opened": 2, "known": 1, "rejected": 3})
    rejects = provision.rejects_of(file)
    assert rejects.stat().st_mode & 0o077 == 0
    told = [row.split(";")[:2] for row in rejects.read_text().splitlines()[1:]]
    assert told == [
        ["3", "2 colonnes au lieu de 7."], ["4", "La date de naissance n'existe pas."],
        ["5", "Ce matricule est déjà celui d'une personne aux traits différents."],
    ]  # fmt: skip
    again, _ = provision.run(file, opens=None, jobs=1)
    assert again.counts == {"known": 3, "rejected": 3}
    deposited(World().labo_seine, known(one, amina))  # asleep, it receives


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (0, "1 ligne : 1 espace ouvert, 0 déjà là, 0 ligne refusée."),
        (1, "2 lignes : 1 espace ouvert, 0 déjà là, 1 ligne refusée."),
        (2, "3 lignes : 1 espace ouvert, 0 déjà là, 2 lignes refusées."),
    ],
)
def test_what_was_done_is_counted_in_good_french_one_refused_line_included(
    wrong: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provision.DataFolder, "ready", lambda _: nullcontext())
    file = written(tmp_path / "people.csv", line(*someone()), *("x;y",) * wrong)
    done = CliRunner().invoke(provision.provision, [str(file), "--jobs", "1"], catch_exceptions=False)
    assert (done.exit_code, done.stdout.strip()) == (0, told)
    assert ("Les lignes refusées et leur raison" in done.stderr) is bool(wrong)


def test_an_announced_space_receives_nothing_yet(tmp_path: Path) -> None:
    one, amina = someone()
    provision.run(written(tmp_path / "people.csv", line(one, amina)), opens=SOON, jobs=1)
    with pytest.raises(Refused):
        deposited(World().labo_seine, known(one, amina))


def as_parquet(file: Path) -> Path:
    """The same people, days as days and matricules as words."""
    out = file.with_suffix(".parquet")
    with duckdb.connect(":memory:") as tables:
        tables.execute(
            f"""COPY (SELECT * REPLACE (try_cast(date_naissance AS date) AS date_naissance)
                      FROM read_csv('{file}', all_varchar = true, delim = ';')) TO '{out}' (FORMAT parquet)"""
        )
    return out


def test_a_parquet_file_opens_the_same_spaces_and_goes_on_where_it_was_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [someone() for _ in range(5)]
    wrong = line(cast.new_ins(), cast.traits(birth_date=""))
    file = as_parquet(written(tmp_path / "people.csv", *(line(*one) for one in crowd[:3]), wrong, line(*crowd[3])))
    cut_once(file, monkeypatch, after=3)
    done, _ = provision.run(file, opens=None, jobs=1)
    assert done.lines == 5 and done.counts["rejected"] == 1
    assert all(people.match(crowd[:4])) and people.match(crowd[4:]) == [None]
    [rejected] = provision.rejects_of(file).read_text().splitlines()[1:]
    assert rejected.startswith("5;La date de naissance n'existe pas.;") and rejected.endswith(wrong)


def test_a_torn_parquet_file_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    file = as_parquet(written(tmp_path / "people.csv", line(*someone())))
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(Invalid):
        provision.run(file, opens=None, jobs=1)
    assert not provision.rejects_of(file).exists()


def test_cut_in_the_middle_it_goes_on_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = [someone() for _ in range(6)]
    file = written(
        tmp_path / "people.csv", *(line(*one) for one in crowd[:3]), "x;y", *(line(*one) for one in crowd[3:])
    )
    cut_once(file, monkeypatch, after=3)
    done, _ = provision.run(file, opens=None, jobs=1)
    assert done.lines == 7  # those of before included
    assert done.counts["opened"] + done.counts["known"] < 6
    assert people.match(crowd) == [known(*one).id for one in crowd]
    assert provision.rejects_of(file).read_text().splitlines()[1:] == ["5;2 colonnes au lieu de 7.;x;y"]
    assert not provision.mark_of(file).exists()

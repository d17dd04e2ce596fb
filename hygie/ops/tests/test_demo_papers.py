"""The papers of the demonstration, before they are sent: they hold together on whatever day it is loaded."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from hygie.formats import valuesets
from hygie.formats.cda import reader
from hygie.formats.cda.lab_report import Quantity, results
from hygie.formats.cda.metadata import describe
from hygie.ops import demo
from hygie.ops.demo import depositing
from hygie.ops.demo.days import Calendar
from hygie.ops.demo.members import EVERYONE, Member
from hygie.ops.demo.papers import Made, Paper, Results, make
from hygie.people import ins as rules

DAYS = (date(2026, 11, 22), date(2027, 1, 1), date(2028, 2, 29), date(2027, 7, 14))
TODAY = Calendar(DAYS[0])


BY_NAME = {member.sub: member for member in EVERYONE}


@cache
def _told(sub: str, calendar: Calendar) -> tuple[Paper, ...]:
    return tuple(depositing.told(BY_NAME[sub], calendar))


def told(member: Member, calendar: Calendar) -> tuple[Paper, ...]:
    return _told(member.sub, calendar)


def made(member: Member, paper: Paper) -> Made:
    return make(paper, owner=member.sub, person=member.person(TODAY), doctor=member.doctor)


@pytest.mark.parametrize("today", DAYS)
def test_on_any_day_everyone_s_papers_lie_between_her_birth_and_yesterday(today):
    calendar = Calendar(today)
    count = 0
    for member in EVERYONE:
        papers = told(member, calendar)
        count += len(papers)
        assert len({paper.name for paper in papers}) == len(papers)
        for paper in papers:
            assert member.born(calendar) <= paper.at.date() < today, (member.sub, paper.name)
            assert (paper.at + paper.delay).date() < today, (member.sub, paper.name)
            assert valuesets.class_of(paper.type_code), paper.type_code
    assert 600 <= count <= 1100


def test_everyone_is_one_person_with_a_matricule_of_the_demonstration_that_nobody_can_hold():
    held = [member.ins(TODAY) for member in EVERYONE]
    assert len(set(held)) == len(EVERYONE) == len({member.sub for member in EVERYONE})
    for ins in held:
        assert ins.oid == rules.NIR_DEMO
        assert rules.check(ins, mode="demo") == ()
        assert ins.matricule[10:13] == "000"


def test_all_ages_are_there_and_those_whom_the_demonstration_promises():
    ages = sorted(member.age for member in EVERYONE)
    assert ages[0] <= 2
    assert ages[-1] >= 84
    assert 40 <= len(ages) <= 60
    counts = {member.sub: len(told(member, TODAY)) for member in EVERYONE}
    assert counts["paul-girard"] == 0
    renewals = [p for m in EVERYONE if m.sub == "marcel-lefevre" for p in told(m, TODAY) if "renouvellement" in p.title]
    assert len(renewals) == 40
    assert len(renewals[-1].body.lines) == 10  # type: ignore[union-attr]


def test_the_same_day_gives_the_same_bytes():
    member = EVERYONE[0]
    again = depositing.told(member, TODAY)
    assert tuple(again) == told(member, TODAY)
    for paper in again[::9]:
        assert made(member, paper) == made(member, paper)


def test_one_of_each_kind_is_read_by_our_own_reader_with_nothing_to_say():
    seen: set[str] = set()
    for member in EVERYONE:
        for paper in told(member, TODAY):
            kind = f"{paper.type_code} {type(paper.body).__name__} {getattr(paper.body, 'wrapped', '')}"
            if kind in seen:
                continue
            seen.add(kind)
            one = made(member, paper)
            if one.entry.media_type == "application/pdf":
                assert one.content.startswith(b"%PDF")
                continue
            document = reader.read(one.content)
            assert (document.warnings, document.unread) == ((), ()), paper.name
            described = describe(document.header, document.body)
            assert (described.unique_id, described.type_code) == (one.entry.unique_id, paper.type_code)
    assert len(seen) > 25


def test_results_hold_together():
    """Red cells, haemoglobin and volume; LDL and the other lipids; what is said high is above the interval."""
    for member in EVERYONE[:6]:
        for paper in told(member, TODAY):
            if not isinstance(paper.body, Results):
                continue
            found = {
                r.code: r
                for c in paper.body.chapters
                for p in c.panels
                for r in p.results
                if isinstance(r.value, Quantity)
            }
            value = {code: float(r.value.value) for code, r in found.items()}  # type: ignore[union-attr]
            if "718-7" in value:
                assert value["4544-3"] == pytest.approx(value["789-8"] * value["30428-7"] / 10, rel=0.03)
                assert value["28540-3"] == pytest.approx(value["718-7"] / value["4544-3"] * 100, rel=0.03)
                white = sum(value[code] for code in ("751-8", "711-2", "704-7", "731-0", "742-7"))
                assert white == pytest.approx(value["6690-2"], rel=0.02)
            if "13457-7" in value:
                assert value["13457-7"] == pytest.approx(
                    value["2093-3"] - value["2085-9"] - value["2571-8"] / 5, abs=0.03
                )
            for r in found.values():
                high = r.high is not None and r.value.value > r.high  # type: ignore[union-attr]
                low = r.low is not None and r.value.value < r.low  # type: ignore[union-attr]
                assert r.interpretation == ("L" if low else "H" if high else "N")
                assert all(before.at < r.at for before in r.previous)


def test_a_corrected_report_changes_what_it_corrects_and_nothing_else():
    papers = {paper.name: paper for paper in told(EVERYONE[0], TODAY)}
    first, second = papers["thyroide-bilan"].body, papers["thyroide-bilan-2"].body
    assert isinstance(first, Results)
    assert isinstance(second, Results)
    one = {r.code: (r.value, r.previous) for c in first.chapters for p in c.panels for r in p.results}
    other = {r.code: (r.value, r.previous) for c in second.chapters for p in c.panels for r in p.results}
    assert [code for code in one if one[code] != other[code]] == ["3016-3"]


def test_the_laboratory_s_values_survive_writing_and_reading():
    member = EVERYONE[0]
    paper = next(paper for paper in told(member, TODAY) if paper.name == "thyroide-bilan-2")
    assert isinstance(paper.body, Results)
    assert results(reader.read(made(member, paper).content)) == paper.body.chapters


def test_whom_one_may_sign_in_as_has_a_line_each():
    cast = demo.cast()
    assert set(cast) == {"people", "professionals"}
    for group in cast.values():
        assert all(one["sub"] and one["name"] and len(one["about"]) > 3 for one in group)
    assert {one["sub"] for one in cast["professionals"]} == {one["sub"] for one in demo.professionals()}

"""Everyone's papers, made and deposited by the structures' own software, eight at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date, datetime, timedelta

from hygie.formats.cda import compose
from hygie.ops.demo.days import Calendar
from hygie.ops.demo.life import Life
from hygie.ops.demo.members import Member
from hygie.ops.demo.papers import Paper, make
from hygie.ops.demo.places import PLACES
from hygie.ops.demo.software import Server, Software
from hygie.ops.demo.state import State
from hygie.ops.demo.stories import STORIES
from hygie.ops.demo.stories.known import known

THREADS = 8
_AHEAD = 4 * THREADS  # documents under way at once: the rest is not even made yet
MISDIRECTED = "julie-faure"  # one of her results bears another birth date


def everything(
    members: Sequence[Member], now: State, *, url: str, say: Callable[[str], object], before: datetime | None = None
) -> int:
    """Deposit all papers of `members` (`before`: only older acts); those already there are known by their numbers.

    How many were received.
    """
    tools = _tools(now, url)
    work = [
        (member, member.person(now.calendar), papers)
        for member in members
        for papers in _sendings(told(member, now.calendar))
    ]
    work += [_misdirected(member, now.calendar) for member in members if member.sub == MISDIRECTED]
    work = [one for one in work if before is None or one[2][0].at < before]
    work.sort(key=lambda one: one[2][0].at)
    total = sum(len(papers) for *_, papers in work)
    done = shown = 0
    with ThreadPoolExecutor(THREADS, thread_name_prefix="demo") as pool:
        waiting: set[Future[int]] = set()
        try:
            for member, person, papers in work:
                if len(waiting) >= _AHEAD:
                    ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    done += sum(one.result() for one in ended)
                    if done * 4 // total > shown:
                        shown = done * 4 // total
                        say(f"    {done} documents sur {total}")
                waiting.add(pool.submit(_send, tools, member, person, papers))
            done += sum(one.result() for one in waiting)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return done


def refused(members: Sequence[Member], now: State, *, url: str) -> None:
    """The hospital tries to add to the space of someone who opposes it, and is refused: the refusal is in his journal."""
    for member in members:
        if member.sub == "olivier-dubois":
            paper = replace(
                told(member, now.calendar)[-1], name="refused", at=now.calendar.at(2), replaces=None, version=1
            )
            made = make(paper, owner=member.sub, person=member.person(now.calendar), doctor=member.doctor)
            _tools(now, url)[paper.sender].deposit(member.sub, [made])


def told(member: Member, calendar: Calendar) -> list[Paper]:
    """Three years of her papers."""
    life = Life(member, calendar)
    for name in member.stories:
        STORIES[name](life)
    known(life)
    return life.papers()


def _tools(now: State, url: str) -> dict[str, Software]:
    server = Server(url)
    endpoint = server.token_endpoint()
    return {key: Software(server, now.software[key]["id"], now.software[key]["key"], endpoint) for key in PLACES}


def _sendings(papers: Sequence[Paper]) -> Iterator[list[Paper]]:
    """Papers one by one, but for those of one stay by one structure."""
    groups: dict[tuple[str, str], list[Paper]] = {}
    for paper in papers:
        if paper.together:
            groups.setdefault((paper.sender, paper.together), []).append(paper)
        else:
            yield [paper]
    yield from groups.values()


def _send(tools: dict[str, Software], member: Member, person: compose.Person, papers: list[Paper]) -> int:
    made = [make(paper, owner=member.sub, person=person, doctor=member.doctor) for paper in papers]
    outcome = tools[papers[0].sender].deposit(member.sub, made)
    return 0 if outcome == "refused" else len(papers)  # someone may have signed in meanwhile, and closed her space


def _misdirected(member: Member, calendar: Calendar) -> tuple[Member, compose.Person, list[Paper]]:
    """The right matricule with a wrong birth date: it goes into quarantine."""
    paper = next(paper for paper in reversed(told(member, calendar)) if paper.by == "saurin")
    wrong = date.fromisoformat(member.person(calendar).birth_date) + timedelta(days=9)
    person = replace(member.person(calendar), birth_date=wrong.isoformat())
    return member, person, [replace(paper, name="misdirected", title="Sérologie de toxoplasmose")]

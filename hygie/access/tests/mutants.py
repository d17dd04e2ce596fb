"""Faults put into the policy one at a time, to see that the tests notice each: `make mutants`.

    python -m hygie.access.tests.mutants [--fast]     # one line for each mutant that nothing noticed

A mutant is the source of `access.policy` or `access.relatives` with one change: a comparison turned over, a condition
dropped or made always true or false, a constant, a word of an enum, a permission not given, an argument or an item left
out. Killers, in order, the first that notices ends it: the tables of
`test_policy` and `test_policy_walls`; the policy written a second time; the
stored table of the cells (every answer, by name, of 5.8 million). The line that names the version is no killer.
"""

from __future__ import annotations

import ast
import itertools
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from hygie.access import policy, relatives, types
from hygie.access.tests import policy_cells as cells
from hygie.access.tests import second_policy, test_policy, test_policy_walls, test_second_policy
from hygie.people import types as people

MODULES = (relatives, policy)
Path_ = tuple[tuple[str, int | None], ...]  # field and place, from the module down to a node
QUESTIONS = 12_000
ENUMS = {
    name: getattr(module, name)
    for module, names in (
        (types, ("Action", "Purpose", "RecordState", "Visibility", "Obligation", "Level", "TieKind")),
        (people, ("Kind", "Role", "AuthLevel")),
    )
    for name in names
}
OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip

EQUIVALENT = {
    "policy._EVERYTHING: Scope(classes=None, types=None, hidden=True, unannounced=True) => "
    "Scope(classes=None, hidden=True, unannounced=True)": "None is what Scope.types is when it is left out",
    "policy.unfair_type: document.type_code or '' => document.type_code (2)": "no profession reads None, nor the empty type",
    "policy.care_coordination: request.purpose is not Purpose.COORDINATION or actor.kind is not Kind.PROFESSIONAL or "
    "actor.role is not Role.SOCIAL => request.purpose is not Purpose.COORDINATION or actor.role is not Role.SOCIAL": (
        "Actor.role is social for a professional only"
    ),
}
"""Mutants that change no answer, each with the reason: read by hand."""


@dataclass(frozen=True)
class Mutant:
    """One change. name says where and what, without a line number, so that it outlives edits elsewhere."""

    module: ModuleType
    name: str
    path: Path_
    after: ast.AST

    def code(self) -> ast.Module:
        tree = ast.parse(_source(self.module))
        _put(tree, self.path, self.after)
        return tree


def mutants() -> list[Mutant]:
    """All of them, in the order of the sources; two changes that read the same in one function are numbered."""
    found, seen = [], Counter[str]()
    for module in MODULES:
        tree = ast.parse(_source(module))
        for where, path in _places(tree):
            for before, after in _changes(_at(tree, path)):
                name = f"{module.__name__.rpartition('.')[2]}.{where}: {ast.unparse(before)} => {ast.unparse(after)}"
                seen[name] += 1
                found.append(Mutant(module, name + f" ({seen[name]})" * (seen[name] > 1), path, after))
    return found


@cache
def _source(module: ModuleType) -> str:
    return Path(module.__file__ or "").read_text(encoding="utf-8")


def _places(tree: ast.Module) -> Iterator[tuple[str, Path_]]:
    """(the function or constant it is in, how to walk there) of every node that runs; no annotation, no docstring."""

    def walk(node: ast.AST, where: str, path: Path_) -> Iterator[tuple[str, Path_]]:
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "args") and not isinstance(node, ast.Call):
                continue
            for number, child in enumerate(value) if isinstance(value, list) else ((None, value),):
                text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
                if not isinstance(child, ast.AST) or text or isinstance(child, ast.ImportFrom | ast.Import):
                    continue
                here = where
                if isinstance(child, ast.FunctionDef):
                    here = child.name
                elif isinstance(node, ast.Module) and isinstance(child, ast.Assign | ast.AnnAssign):
                    here = ast.unparse(child.targets[0] if isinstance(child, ast.Assign) else child.target)
                step = (*path, (field, number))
                if here not in ("Rule", "_names", "POLICY_VERSION", "EDITION"):  # names of the version, and of types
                    yield here, step
                    yield from walk(child, here, step)

    return walk(tree, "", ())


def _at(tree: ast.AST, path: Path_) -> ast.AST:
    for field, number in path:
        value = getattr(tree, field)
        tree = value if number is None else value[number]
    return tree


def _put(tree: ast.AST, path: Path_, node: ast.AST) -> None:
    (field, number), parent = path[-1], _at(tree, path[:-1])
    if number is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[number] = node


def _changes(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """(the node, what stands in its place) for each way of getting it wrong."""
    for after in _wrong(node):
        yield node, ast.fix_missing_locations(ast.copy_location(after, node))


def _wrong(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, [operator], right):
            yield ast.Compare(left, [OPPOSITES[type(operator)]()], right)
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            for number in range(len(values)):
                rest = values[:number] + values[number + 1 :]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(operator, rest)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.BinOp(left, ast.Sub(), right):
            yield ast.BinOp(left, ast.BitAnd(), right)
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(str(value)) if value:
            yield ast.Constant(value + "x")
        case ast.Return(value) if value is not None and not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.If(_, body, orelse):
            yield ast.If(ast.Constant(True), body, orelse)
            yield ast.If(ast.Constant(False), body, orelse)
        case ast.IfExp(_, body, orelse):
            yield body
            yield orelse
        case ast.Attribute(ast.Name(enum), word) if enum in ENUMS:
            words = list(ENUMS[enum].__members__)
            yield ast.Attribute(ast.Name(enum, ast.Load()), words[(words.index(word) + 1) % len(words)], ast.Load())
        case ast.Tuple(items) | ast.Set(items) if isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            for number in range(len(items)):
                rest = items[:number] + items[number + 1 :]
                yield ast.Set(rest) if isinstance(node, ast.Set) and rest else ast.Tuple(rest, ast.Load())
        case ast.Call(function, arguments, keywords):
            for number in range(len(keywords)):
                yield ast.Call(function, arguments, keywords[:number] + keywords[number + 1 :])
        case _:
            return


@contextmanager
def living(mutant: Mutant) -> Iterator[None]:
    """The mutant stands in place of the policy, then the policy is itself again. A mutant that cannot run raises."""
    saved = {module: dict(vars(module)) for module in MODULES}
    try:
        for module in MODULES:
            code: Any = mutant.code() if module is mutant.module else _source(module)
            exec(compile(code, f"<{module.__name__}>", "exec"), vars(module))
        yield
    finally:
        for module, names in saved.items():
            vars(module).clear()
            vars(module).update(names)


# What notices a mutant: each raises.


def by_the_table() -> None:
    """Every test of `test_policy` and `test_policy_walls`, with each of its parameters."""
    for name, test in [*vars(test_policy).items(), *vars(test_policy_walls).items()]:
        if name.startswith("test_"):
            marks = [one.args for one in getattr(test, "pytestmark", ()) if one.name == "parametrize"]
            for chosen in itertools.product(*(values for _, values in marks)):
                given: dict[str, Any] = {}
                for (names, _), value in zip(marks, chosen, strict=True):
                    given |= {names: value} if isinstance(names, str) else dict(zip(names, value, strict=True))
                test(**given)


@cache
def _questions() -> list[tuple[types.Request, types.Facts, frozenset[int] | None]]:
    """Questions, each with the papers that the second policy says it covers; None: refused."""
    chance, asked = random.Random(test_second_policy.SEED), []
    for _ in range(QUESTIONS):
        request, facts = test_second_policy.question(chance)
        sees = second_policy.answer(request, facts)
        papers = test_second_policy.PAPERS
        asked.append((request, facts, sees and frozenset(place for place, one in enumerate(papers) if sees(one))))
    return asked


def by_the_second_policy() -> None:
    """The same answers to random questions, and the same papers covered."""
    for request, facts, expected in _questions():
        decision = policy.decide(request, facts)
        assert decision.allowed == (expected is not None)
        if expected is not None:
            papers = enumerate(test_second_policy.PAPERS)
            assert frozenset(place for place, one in papers if decision.scope.covers(one)) == expected


def by_the_cells() -> None:
    """Every line of the stored table, slice by slice, the smallest first."""
    stored = {block.partition("]")[0]: block.strip() for block in cells.DIGEST.read_text("utf-8").split("\n[")[1:]}
    for part in sorted(cells.SLICES, key=lambda one: one.size):
        text = cells.table([cells.survey(part)]).split("\n[", 1)[1].strip()
        assert text == stored[part.name]


FAST = (by_the_table, by_the_second_policy)
ALL = (*FAST, by_the_cells)


def killer(mutant: Mutant, killers: tuple[Callable[[], None], ...]) -> str | None:
    """The name of what notices it, or None."""
    name = "it cannot start"
    try:
        with living(mutant):
            for one in killers:
                name = one.__name__
                one()
    except Exception:  # whatever a faulty policy raises is noticed
        return name
    return None


def main() -> int:
    os.nice(15)
    begun, killed, survivors = time.monotonic(), Counter[str](), []
    every = mutants()
    for mutant in every:
        if mutant.name in EQUIVALENT:
            killed["equivalent"] += 1
            continue
        by = killer(mutant, FAST if "--fast" in sys.argv else ALL)
        killed[by or "survived"] += 1
        if by is None:
            survivors.append(mutant.name)
            print(mutant.name, flush=True)
    unknown = EQUIVALENT.keys() - {one.name for one in every}
    print(
        f"{len(every)} mutants in {time.monotonic() - begun:.0f} s: {dict(killed)}; no such mutant: {sorted(unknown)}"
    )
    return 1 if survivors or unknown else 0


if __name__ == "__main__":
    sys.exit(main())

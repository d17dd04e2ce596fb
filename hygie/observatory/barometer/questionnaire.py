"""The questionnaire as data: what is asked, of whom, with which answers.

A column holds one answer of each person, as a code; `column` names are what a fieldwork file has as heads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from hygie.base.errors import Invalid
from hygie.formats.said import Said

HERE: Final = Path(__file__).parent / "data"
REFUSED: Final = "refus"  # what a file says when somebody would rather not answer
Kind = Literal["one", "grid", "several"]


@dataclass(frozen=True, slots=True)
class Column:
    """One answer of each person. when: the columns, and their codes, that make it asked; empty: asked to all."""

    name: str
    question: str
    label: str
    options: Mapping[str, str]
    when: Mapping[str, frozenset[str]]

    def place(self, code: str) -> int:
        return list(self.options).index(code)


@dataclass(frozen=True, slots=True)
class Question:
    """items: for a grid, its lines. agree: the codes added up as in favour; base: who is asked, in words."""

    id: str
    theme: str
    kind: Kind
    text: str
    short: str
    options: Mapping[str, str]
    items: Mapping[str, str] = field(default_factory=dict)
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    base: str = ""
    agree: frozenset[str] = frozenset()
    agree_text: str = ""
    any_text: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        if self.kind == "one":
            return (Column(self.id, self.id, self.short, self.options, self.when),)
        return tuple(Column(f"{self.id}_{i}", self.id, text, self.options, self.when) for i, text in self.items.items())


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """version: raised by whoever changes what an answer means."""

    id: str
    version: int
    title: str
    themes: Mapping[str, str]
    questions: tuple[Question, ...]

    @property
    def name(self) -> str:
        return f"{self.id}-{self.version}"

    def columns(self) -> Iterator[Column]:
        for question in self.questions:
            yield from question.columns

    def question(self, name: str) -> Question:
        """Invalid when there is none."""
        for one in self.questions:
            if one.id == name:
                return one
        raise Invalid(f"Le questionnaire n’a pas de question « {name} ».", code="no-question", at=name)

    def profile(self) -> tuple[Question, ...]:
        """What quotas and weights stand on: the first page."""
        return tuple(one for one in self.questions if one.theme == "profile")

    def asked(self, question: Question, answers: Mapping[str, str]) -> bool:
        """Whether somebody who answered so far is asked this. answers: column -> code."""
        return all(answers.get(column) in codes for column, codes in question.when.items())


@lru_cache(maxsize=4)
def standard() -> Questionnaire:
    """The questionnaire that comes with Hygie."""
    return read(HERE / "questionnaire.yaml")


def read(path: Path) -> Questionnaire:
    """The questionnaire of a YAML file, checked. Invalid, with the question, when it does not hold together."""
    return parse(yaml.safe_load(path.read_text(encoding="utf-8")))


def parse(said: Any) -> Questionnaire:
    """As `read`, from what the file says."""
    try:
        scales = said.get("scales", {})
        questions = tuple(_question(one, scales) for one in said["questions"])
        found = Questionnaire(str(said["id"]), int(said["version"]), said["title"], said["themes"], questions)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Invalid(f"Le questionnaire ne se lit pas : {error}.", code="questionnaire-unreadable") from error
    _check(found)
    return found


def _question(said: Any, scales: Any) -> Question:
    scale = scales[said["scale"]] if "scale" in said else {}
    return Question(
        id=said["id"],
        theme=said["theme"],
        kind=said["kind"],
        text=said["text"],
        short=said["short"],
        options=dict(said.get("options") or scale["options"]),
        items=dict(said.get("items", {})),
        when={column: frozenset(codes) for column, codes in said.get("when", {}).items()},
        base=Said(said.get("base", ""), english=said.get("base_english", "")),
        agree=frozenset(said.get("agree") or scale.get("agree", ())),
        agree_text=said.get("agree_text", ""),
        any_text=said.get("any", ""),
    )


def _check(questionnaire: Questionnaire) -> None:
    """Names are unique, codes are words, and a route leads only to what was asked before."""
    before: dict[str, Column] = {}
    for one in questionnaire.questions:
        wrong = ""
        if one.kind not in ("one", "grid", "several") or one.theme not in questionnaire.themes:
            wrong = "genre ou thème inconnu"
        elif (one.kind == "one") == bool(one.items):
            wrong = "une grille a des lignes, une question simple n’en a pas"
        elif len(one.options) < 2 or not all(isinstance(code, str) and code for code in one.options):
            wrong = "il faut au moins deux réponses, chacune avec son code"
        elif REFUSED in one.options or not one.agree <= set(one.options):
            wrong = "code réservé ou inconnu"
        elif bool(one.when) != bool(one.base):
            wrong = "une question posée à certains dit à qui, en mots"
        elif any(name not in before or not codes <= set(before[name].options) for name, codes in one.when.items()):
            wrong = "elle dépend d’une réponse qui n’existe pas avant elle"
        elif any(column.name in before for column in one.columns):
            wrong = "son nom est déjà pris"
        if wrong:
            raise Invalid(f"Question « {one.id} » : {wrong}.", code="questionnaire-wrong", at=one.id)
        before |= {column.name: column for column in one.columns}

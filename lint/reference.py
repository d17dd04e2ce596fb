"""The reference pages, written from the code they describe: `python -m lint.reference [--check]`.

`--check` writes nothing and ends with 1 when a page of docs/reference is not what the code says.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path

import click

from hygie.access import matrix, policy, sentences, types
from hygie.base import config
from hygie.formats import valuesets
from hygie.formats.fhir import criteria, openapi, search
from hygie.formats.fhir.capability import MEANINGS
from hygie.interop.fhir_api import errors as fhir_errors
from hygie.ops import cli, exits
from hygie.people import keys
from hygie.people.types import AuthLevel, Kind, Role

PAGES = Path(__file__).resolve().parent.parent / "docs" / "reference"
Lines = Iterator[str]


def settings() -> Lines:
    yield "# Settings"
    yield ""
    yield "Hygie reads environment variables and nothing else. `hygie config` shows this table with the values in force."
    yield ""
    yield from _table(
        ("Variable", "Meaning", "Default"),
        (
            (f"`{one.name}`", one.meaning + (" (secret: masked when shown)" if one.secret else ""), _code(one.default))
            for one in config.SETTINGS.values()
        ),
    )


def command_line() -> Lines:
    yield "# The `hygie` command"
    yield ""
    yield "It speaks French. Every command explains itself with `--help`; a mistake is one sentence on standard error."
    yield ""
    yield "## How it ends"
    yield ""
    codes = [(str(code), f"`{kind.__name__}`", _first(kind.__doc__)) for kind, code in exits.EXITS.items()]
    yield from _table(("Exit code", "Error", "Meaning"), [("0", "", "Done."), ("2", "", "Wrong use."), *codes])
    yield ""
    yield from _command(cli.hygie, "hygie")


def _command(command: click.Command, name: str) -> Lines:
    context = click.Context(command, info_name=name)
    if isinstance(command, click.Group):
        for one in command.list_commands(context):
            found = command.get_command(context, one)
            assert found is not None
            yield from _command(found, f"{name} {one}")
        return
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    options = [one for one in command.params if isinstance(one, click.Option)]
    yield f"## `{' '.join([name, *(one.make_metavar(context) for one in arguments)])}`"
    yield ""
    yield inspect.cleandoc(command.help or "")
    yield ""
    if options:
        yield from _table(
            ("Option", "Meaning"),
            (
                (f"`{', '.join(one.opts)}`", (one.help or "") + (" (required)" if one.required else ""))
                for one in options
            ),
        )
        yield ""


def fhir_api() -> Lines:
    from hygie.interop.fhir_api import deposit

    yield "# FHIR API"
    yield ""
    yield "FHIR R4, JSON, below `/fhir`: ITI-65, 66, 67, 68 and 105 of IHE MHD, as the French PDSm profiles them."
    yield "The server describes itself at `/fhir/metadata` and `/fhir/openapi.json`, with no token. Its texts are in French."
    yield ""
    yield f"Limits: {deposit.MAX_BODY >> 20} MB a message, {deposit.MAX_DOCUMENT >> 20} MB a document, {criteria.MAX_COUNT} results a page,"
    yield f"{criteria.MAX_PARAMETERS} parameters a search."
    yield ""
    yield "Resources are JSON only. MHD (4.2.4) and PDSm (3.1.1) list XML beside it: a client that speaks FHIR in XML alone is told"
    yield "415 for what it sends and 406 for what it asks, XML Patch included. Documents that are XML (CDA) travel as they are."
    yield ""
    yield "## Operations"
    yield ""
    rows = []
    for path, operations in openapi.document(base="/fhir")["paths"].items():
        for method, operation in operations.items():
            good = ", ".join(status for status in operation["responses"] if status.startswith("2"))
            rows.append((f"`{method.upper()} /fhir{path.rstrip('/')}`", operation["summary"], good))
    yield from _table(("Request", "What it does", "Success"), rows)
    for resource, known in (
        ("DocumentReference", search.DOCUMENT_PARAMETERS),
        ("List", search.LIST_PARAMETERS),
    ):
        yield ""
        yield f"## Searching `{resource}`"
        yield ""
        yield "A closed list: an unknown parameter is refused, never ignored."
        yield ""
        yield from _table(
            ("Parameter", "Kind", "Meaning"),
            ((f"`{name}`", kind, MEANINGS[name]) for name, kind in known.items()),
        )
    yield ""
    yield f"And {', '.join(f'`{name}`' for name in sorted(criteria.CONTROLS))}."
    yield ""
    yield "## Tokens"
    yield ""
    yield "`POST /oauth/token`, SMART Backend Services (`private_key_jwt`), five minutes at most."
    yield f"Algorithms: {', '.join(f'`{one}`' for one in keys.ALGORITHMS)}. Scopes: {', '.join(f'`{one}`' for one in keys.SHOWN)}"
    yield "(`c` deposit, `r` read, `u` change three fields, `s` search)."
    yield ""
    yield "## Errors"
    yield ""
    yield "Every error is an `OperationOutcome` in French: `issue.details.text` says what is wrong, `issue.expression` where."
    yield ""
    yield from _table(
        ("Status", "issue.code", "When"),
        [
            (str(status), f"`{code}`", f"`{kind.__name__}`: {_first(kind.__doc__)}")
            for kind, (status, code) in fhir_errors.FHIR.items()
        ],
    )
    yield ""
    yield "Finer answers, by the code of the fault:"
    yield ""
    finer = [
        *((f"`{code}`", answer) for code, answer in fhir_errors._FINER.items()),
        *((f"`{family}…`", answer) for family, answer in fhir_errors._FAMILIES),
    ]
    yield from _table(
        ("Fault", "Status", "issue.code"), ((name, str(status), f"`{code}`") for name, (status, code) in finer)
    )


def access_rules() -> Lines:
    yield "# Access rules"
    yield ""
    yield f"Policy `{policy.POLICY_VERSION}`. `hygie.access.policy.decide` reads the rules in this order; the first that"
    yield "speaks wins, and silence refuses. A forbid never allows; a permit never refuses."
    for title, rules in (("Forbids", policy.FORBIDS), ("Permits", policy.PERMITS)):
        yield ""
        yield f"## {title}"
        yield ""
        yield from _table(
            ("Rule", "What it says"),
            ((f"`{rule.__name__}`", _first(rule.__doc__)) for rule in rules),
        )
    yield ""
    yield "## Answers, and the words for them"
    yield ""
    yield "The person reads the middle column in her journal; whoever was refused reads the last one. Refusals that must"
    yield "look like « nothing here » share one sentence."
    yield ""
    yield from _table(
        ("Answer", "In the person's journal", "To whoever was refused"),
        [
            *((f"`{rule}`", words, "") for rule, words in sentences.ALLOWED.items()),
            *((f"`{rule}`", words, sentences.refusal(rule)) for rule, words in sentences._REFUSED.items()),
        ],
    )
    yield ""
    yield "## Which types a profession reads and writes"
    yield ""
    yield f"From `hygie/access/data/read_matrix.csv`, version `{matrix.VERSION}`: an approximation of the official matrix,"
    yield "row by row with its source, and shown as such on screen. Number of types read / deposited, by class:"
    yield ""
    yield from _matrix()


def _matrix() -> Lines:
    _version, rows = matrix.parse(matrix.FILE.read_text())
    classes = sorted({row.class_code for row in rows})

    def cell(role: Role, code: str) -> str:
        these = [row for row in rows if row.role is role and row.class_code == code]
        return f"{sum(row.read for row in these)} / {sum(row.write for row in these)} of {len(these)}"

    yield from _table(
        ("Class", *(role.value for role in matrix.ROLES)),
        (
            (f"`{code}` {valuesets.CLASSES.get(code, 'Sans classe')}", *(cell(role, code) for role in matrix.ROLES))
            for code in classes
        ),
    )


def document_types() -> Lines:
    yield "# Documents: categories, classes, types"
    yield ""
    yield "From `hygie/formats/data/document_types.yaml`, which names its sources. An unknown type is filed by its class."
    yield ""
    yield "## The eleven categories"
    yield ""
    yield from _table(
        ("Id", "On screen", "Classes", "Types filed here whatever their class"),
        ((f"`{one.id}`", one.label, _codes(one.classes), _codes(one.types)) for one in valuesets.CATEGORIES),
    )
    yield ""
    yield "## Classes (TRE_A03)"
    yield ""
    yield from _table(
        ("Code", "Label", "As people choose among them"),
        ((f"`{code}`", label, valuesets.CLASS_WORDS[code]) for code, label in valuesets.CLASSES.items()),
    )
    yield ""
    yield "## Types (JDV_J07)"
    yield ""
    yield from _table(
        ("Code", "Plain name", "Class"),
        ((f"`{one.code}`", one.label, _code(one.class_code or "")) for one in valuesets.TYPES.values()),
    )
    yield ""
    yield "## Confidentiality and visibility (JDV_J08)"
    yield ""
    yield from _table(("Code", "Meaning"), ((f"`{code}`", text) for code, text in valuesets.CONFIDENTIALITY.items()))


def journal() -> Lines:
    yield "# The access journal"
    yield ""
    yield "One line for each look, deposit, change or refusal, committed before anything else happens. The lines of a person"
    yield "are numbered without a gap and chained by hashes of their sealed bodies; no role may change or delete one."
    yield "A line holds no title and no clinical content."
    yield ""
    yield "## Fields of a line"
    yield ""
    yield from _table(("Field", "Type", "Meaning"), _fields(types.JournalLine))
    for title, kind in (
        ("Purposes", types.Purpose),
        ("Actions", types.Action),
        ("Channels", types.Channel),
        ("Who acts", Kind),
        ("Roles", Role),
        ("Sign-in levels", AuthLevel),
    ):
        yield ""
        yield f"## {title}"
        yield ""
        known = list(_members(kind))
        if any(meaning for _value, meaning in known):
            yield from _table(("Value", "Meaning"), known)
        else:
            yield (
                ", ".join(
                    f"{value} {one.name.lower()}" if isinstance(one, int) else value
                    for one, (value, _meaning) in zip(kind, known, strict=True)
                )
                + "."
            )


def _fields(kind: type) -> Iterator[tuple[str, str, str]]:
    """The fields of a dataclass, each with the comment that stands beside it."""
    lines = inspect.getsource(kind).splitlines()
    for node in ast.walk(ast.parse(inspect.cleandoc(inspect.getsource(kind)))):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield f"`{node.target.id}`", f"`{ast.unparse(node.annotation)}`", _comment(lines, node.lineno)


def _members(kind: type[Enum]) -> Iterator[tuple[str, str]]:
    lines = inspect.getsource(kind).splitlines()
    for number, line in enumerate(lines, 1):
        if (found := re.match(r"    ([A-Z_]+) = ", line)) is not None:
            yield f"`{kind[found[1]].value}`", _comment(lines, number)


def _comment(lines: list[str], number: int) -> str:
    return lines[number - 1].partition("  # ")[2]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Lines:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in row)} |"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in sorted(codes))


def _first(text: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(inspect.cleandoc(text or "").partition("\n\n")[0].split())


WRITERS: dict[str, Callable[[], Lines]] = {
    "settings.md": settings,
    "command-line.md": command_line,
    "fhir-api.md": fhir_api,
    "access-rules.md": access_rules,
    "document-types.md": document_types,
    "journal.md": journal,
}


def written(name: str) -> str:
    """One page, as the code says it now."""
    text = "\n".join(WRITERS[name]()).rstrip()
    return re.sub(r"\n{3,}", "\n\n", text) + "\n\nWritten from the code by `make docs`.\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when a page is not up to date")
    asked = parser.parse_args(arguments)
    stale = [name for name in WRITERS if not (PAGES / name).is_file() or (PAGES / name).read_text() != written(name)]
    extra = sorted(path.name for path in PAGES.glob("*.md") if path.name not in WRITERS)
    if asked.check:
        for name in [*stale, *extra]:
            sys.stderr.write(f"docs/reference/{name} is not what the code says: run `make docs`\n")
        return 1 if stale or extra else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (PAGES / name).write_text(written(name))
    return 0


def _ready() -> None:
    """Some commands import models when they are read."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hygie.config.settings")
    django.setup()


if __name__ == "__main__":
    _ready()
    sys.exit(main())

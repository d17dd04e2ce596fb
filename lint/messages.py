"""Translation catalogues, with no program but pip's: `python -m lint.messages [--check | --compile]`.

With no option: read every sentence shown to people, bring each `hygie/locale/*/LC_MESSAGES/django.po` up to date
(known translations kept, unused ones dropped) and compile it. `--compile` only compiles. `--check` writes nothing and
ends with 1 when a sentence is missing, a translation is empty, or its placeholders are not those of the sentence.

Sentences come from four places: `{% translate %}` and `{% blocktranslate %}` in templates; gettext calls in Python;
the public words of the six errors, which pages translate when they show them; and the tables of the pure modules,
which know nothing of gettext and are listed below. What only machines and operators' terminals read stays French.
A language may be complete on the key pages only (`hygie.portal.key_pages`): then it holds their sentences, all of them,
and no other.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from hygie.portal import key_pages

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "hygie"
DOMAIN = "django"
HEADER = "# Words of Hygie in another language. Sources are the French sentences; see lint/messages.py.\n"

ERRORS = ("Invalid", "Refused", "NotFound", "Conflict", "Unsupported", "Unavailable")
WORDS = ("say", *ERRORS)  # pure modules translate through the `say` they are given
GETTEXT = ("_", "gettext", "gettext_lazy", "gettext_noop")
PLURAL = ("ngettext", "ngettext_lazy")
# Faces of machines and terminals: their words are not translated, so their errors are not asked for.
FRENCH_ONLY = ("interop/", "formats/fhir/", "ops/")
SHOWN_OPS = ("ops/desk/",)

# Tables of pure modules: module -> names. Every string they hold, but keys, is a sentence or a part of one.
TABLES: dict[str, tuple[str, ...]] = {
    "hygie.access.sentences": (
        *("ROLE_NAMES", "CATEGORIES", "_ANY", "_DID", "_OWN_LIST", "_YOU_DID", "_WANTED", "ALLOWED", "_REFUSED"),
        *("_DOUBT", "_THEN_YOU", "_NOTHING_TO_DO", "_THEN_ALLOWED", "_REFUSALS", "YOU", "RELATIONS"),
        *(
            "_OPENED",
            "_YOU_OPENED",
            "_TO_OPEN",
            "_FORBIDDEN_BEFORE",
            "_OF_ANOTHER",
            "BY_PAPER",
            "_DID_BY_PAPER",
            "_WHY_BY_PAPER",
            "BY_LETTER",
            "_DID_BY_LETTER",
            "_WHY_BY_LETTER",
        ),
    ),
    "hygie.access.explanation": ("EMERGENCY_NAME",),
    "hygie.people.types": ("PROFESSION_NAMES",),
    "hygie.prevention.calendar": ("SENTENCES",),
    "hygie.formats.vaccines": ("DISEASES",),
    "hygie.record.masked": ("QUALITIES",),
    "hygie.record.results": ("FAMILIES", "NO_UNIT", "OTHER_UNIT", "IN_WORDS"),
    "hygie.record.chapters": ("REASONS",),
    "hygie.formats.glossary": ("NOT_REVIEWED", "REVIEWED"),
    "hygie.formats.valuesets": ("TYPES", "CLASSES", "CLASS_WORDS", "CATEGORIES"),
    "hygie.observatory.indicators.words": ("WORDS",),
    "hygie.observatory.releasing": ("LABEL",),
}

Message = str | tuple[str, ...]
Found = tuple[Message, str]  # message, place


def found() -> Iterator[Found]:
    """Every sentence of the sources, in the order of the files; the same one may come more than once."""
    for path in sorted(PACKAGE.rglob("*.html")):
        yield from _in_template(path)
    for path in sorted(PACKAGE.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.relative_to(PACKAGE).parts):
            yield from _in_python(path)
    for module, names in TABLES.items():
        for name in names:
            for text in _strings(getattr(importlib.import_module(module), name)):
                yield text, module.replace(".", "/") + ".py"


def _in_template(path: Path) -> Iterator[Found]:
    from django.utils.translation.template import templatize

    # What is not a sentence comes out as words of filler letters, which tokenise as names once left-aligned.
    source = "\n".join(line.lstrip() for line in templatize(path.read_text()).splitlines())
    keywords = dict.fromkeys(GETTEXT, None) | dict.fromkeys(PLURAL, (1, 2))
    for _line, name, said, _comments in extract_python(
        io.BytesIO(source.encode()), keywords, [], {"encoding": "utf-8"}
    ):
        texts = [text for text in (said if isinstance(said, tuple) else (said,)) if isinstance(text, str) and text]
        if texts:
            yield tuple(texts[:2]) if name in PLURAL else texts[0], _place(path)


def _in_python(path: Path) -> Iterator[Found]:
    place = path.relative_to(PACKAGE).as_posix()
    shown = place.startswith(SHOWN_OPS) or not place.startswith(FRENCH_ONLY)
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if name in PLURAL:
                yield tuple(texts[:2]), _place(path)
            elif texts and texts[0] and (name in GETTEXT or (shown and name in WORDS)):
                yield texts[0], _place(path)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif hasattr(value, "label"):
        yield value.label
    else:
        for one in value:
            yield from _strings(one)


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def template(sentences: Iterable[Found]) -> Catalog:
    """The sentences with no translation, each with the files where it stands."""
    catalog = Catalog(domain=DOMAIN, charset="utf-8", fuzzy=False)
    for message, place in sentences:
        known = catalog.get(message[0] if isinstance(message, tuple) else message)
        if known is not None and isinstance(known.id, tuple) and not isinstance(message, tuple):
            message = known.id
        catalog.add(message, locations=[(place, 1)])
    return catalog


def catalogues() -> list[Path]:
    return sorted((PACKAGE / "locale").glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], domain=DOMAIN)


def asked_of(path: Path, sentences: Iterable[Found]) -> list[Found]:
    """What a language must say: everything, or the sentences of the key pages and no other (`PARTIAL`)."""
    partial = path.parts[-3] in key_pages.PARTIAL
    return [one for one in sentences if not partial or one[1] in key_pages.SOURCES]


def merged(path: Path, sentences: Iterable[Found]) -> tuple[Catalog, bytes]:
    """The catalogue brought up to date, and its file. No guess: a sentence that changed loses its translation."""
    catalog = read(path)
    catalog.update(template(asked_of(path, sentences)), no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    for message in catalog:
        message.locations = sorted({(place, 1) for place, _line in message.locations})
    return catalog, written(catalog)


def written(catalog: Catalog) -> bytes:
    """A catalogue as a file: without line numbers or dates, which would change with every edit of the sources."""
    body = io.BytesIO()
    write_po(body, catalog, width=118, omit_header=True, include_lineno=False, sort_by_file=True)
    head = f"""{HEADER}msgid ""
msgstr ""
"Language: {catalog.locale_identifier}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {catalog.plural_forms}\\n"

"""
    return head.encode() + body.getvalue().strip() + b"\n"


def faults(catalog: Catalog) -> Iterator[str]:
    """What would show French, nothing, or a hole to someone who reads this language."""
    for message in catalog:
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple | list) else (message.string,)
        forms = catalog.num_plurals if len(sources) > 1 else 1
        if len(said) < forms or not all(said):
            yield f"not translated: {sources[0]!r}"
        elif message.fuzzy:
            yield f"not reviewed: {sources[0]!r}"
        else:
            kept, given = _holes(sources), _holes(said)
            # A singular may leave the number out (« Un fichier », "One file").
            if given - kept or kept - given:
                yield f"placeholders differ: {sources[0]!r} -> {said[0]!r}"


def _holes(texts: Iterable[str]) -> set[str]:
    return {hole for text in texts for hole in re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", text)}


def compile_all() -> None:
    for path in catalogues():
        catalog = read(path)
        if catalog.locale is not None and catalog.locale.text_direction == "rtl":
            _isolate(catalog)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


def _isolate(catalog: Catalog) -> None:
    """Whatever fills a hole keeps its own direction: a name in Latin letters does not turn the sentence around it.

    Holes within an attribute are left as they are. Source: Unicode Bidirectional Algorithm (UAX 9), isolates.
    """
    hole = re.compile(r'(?<!=")(%\(\w+\)[sd]|\{\w+\})')
    for message in catalog:
        if message.id and isinstance(message.string, str):
            message.string = hole.sub("\u2068\\1\u2069", message.string)
        elif message.id:
            message.string = tuple(hole.sub("\u2068\\1\u2069", form) for form in message.string)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when something is missing")
    parser.add_argument("--compile", action="store_true", help="only compile the catalogues")
    asked = parser.parse_args(arguments)
    if asked.compile:
        compile_all()
        return 0
    _ready()
    sentences, bad = list(found()), 0
    for path in catalogues():
        catalog, file = merged(path, sentences)
        if not asked.check:
            path.write_bytes(file)
        elif file != path.read_bytes():
            bad += 1
            sys.stderr.write(f"{_place(path)} is not up to date: run `make messages`\n")
        for fault in faults(catalog):
            bad += 1
            sys.stderr.write(f"{_place(path)}: {fault}\n")
    if not asked.check:
        compile_all()
    return 1 if bad else 0


def _ready() -> None:
    """Templates are read with Django's own words for tags: it needs settings, any."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    django.setup()


if __name__ == "__main__":
    sys.exit(main())

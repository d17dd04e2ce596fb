"""What people read: every sentence of a page can be said in English, and is."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

from hygie.access import sentences
from hygie.access.tests.test_sentences import EVERY, line

PACKAGE = Path(__file__).resolve().parent.parent
TEMPLATES = sorted(set(PACKAGE.rglob("*.html")) - {PACKAGE / "ui/templates/ui/gallery.html"})  # a sheet of specimens
FACES = sorted(
    path
    for room in ("portal", "workspace", "ops/desk", "ui")
    for path in (PACKAGE / room).rglob("*.py")
    if "tests" not in path.parts and path.name != "gallery.py"
)
# Written the same in every language.
NAMES = {"Hygie", "·", "INS", "fr", "main", "?", "/", "RPPS"}
BLOCK = re.compile(
    r"{% blocktranslate.*?{% endblocktranslate %}|{% comment.*?{% endcomment %}|{% block density %}.*?{% endblock %}|<kbd>.*?</kbd>",
    re.DOTALL,
)
SAID_TO_PEOPLE = re.compile(r'(?:aria-label|alt|title|placeholder)="([^"{]*)"')
FRENCH = re.compile(r"[À-ÿ’]|\b(le|la|les|un|une|des|vous|votre|vos|est|pas|par|pour|dans)\b")


def unwrapped(template: str) -> list[str]:
    """The letters of a template that no tag translates."""
    text = BLOCK.sub("", template)
    spoken = SAID_TO_PEOPLE.findall(text)
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->|<(script|style).*?</\1>", "", text, flags=re.DOTALL)
    shown = re.sub(r"<[^>]*>| · ", "\n", text).splitlines()
    return [
        words
        for piece in chain(spoken, shown)
        if (words := re.sub(r"&\w+;", "", piece).strip(" .,:()\u00a0"))
        and re.search(r"[A-Za-zÀ-ÿ]", words)
        and words not in NAMES
    ]


def literals(path: Path) -> list[str]:
    """French written in the Python of a face outside a call that translates it, documentation left aside."""
    tree = ast.parse(path.read_text())
    kept: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "say", *ERRORS} or name.endswith(
                "SyntaxError"
            ):
                kept |= {id(one) for argument in node.args for one in ast.walk(argument)}
            if name == "compile":
                kept |= {id(one) for argument in node.args for one in ast.walk(argument)}
        if isinstance(node, ast.Expr):  # a docstring
            kept |= {id(node.value)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in kept
        and FRENCH.search(node.value)
    ]


ERRORS = ("Invalid", "Refused", "NotFound", "Conflict", "Unsupported", "Unavailable")


def test_the_catalogues_are_complete_and_up_to_date():
    done = subprocess.run(
        [sys.executable, "-m", "lint.messages", "--check"], cwd=PACKAGE.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_word_of_a_template_is_translated(path):
    assert not unwrapped(path.read_text())


def test_a_bare_word_in_a_template_is_found():
    assert unwrapped('<p>{% translate "Oui" %} Bonjour</p><img alt="Une page">') == ["Une page", "Bonjour"]


@pytest.mark.parametrize("path", FACES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_sentence_in_the_code_of_a_page_is_translated(path):
    assert not literals(path)


def test_every_journal_line_can_be_said_in_english():
    asked: set[str] = set()

    def say(text: str) -> str:
        asked.add(text)
        return gettext(text)

    with override("en"):
        for combination in EVERY:
            sentence = sentences.sentence(line(*combination), say=say)
            assert not re.search(r"[éèàçù{}’]| (le|la|les|vous|votre|un|une) ", _said(sentence).replace("’s ", " "))
        untold = {text for text in asked if gettext(text) == text and text not in {"certificats"}}
    assert not untold


def _said(sentence) -> str:
    return " ".join((sentence.what, sentence.why, sentence.then))


def test_a_journal_reads_well_in_english():
    with override("en"):
        said = sentences.sentence(line("doctor"), say=gettext)
        assert said.what == "Dr Diallo (doctor, Cabinet des Lilas) read a report."
        assert said.why == "You opened your space to them."
        many = sentences.fold([line("software", "deposit", "deposit", "software-deposit", seq=n) for n in (1, 2, 3)], say=gettext)  # fmt: skip
        assert [item.sentence.what for item in many[0].items] == ["Labo Seine deposited 3 reports."]
        refused = sentences.sentence(line("doctor", rule="blocked-by-patient", allowed=False), say=gettext)
        assert refused.what.startswith("Dr Diallo (doctor, Cabinet des Lilas) tried to read a report")
        assert refused.why == "Refused. You blocked this access."


def test_every_error_of_hygie_that_reaches_a_page_is_in_the_catalogue():
    messages = _messages()
    public = {text for text, place in messages.found() if isinstance(text, str) and place.startswith("hygie/record")}
    assert "Ce document n'est pas ici." in public
    with override("en"):
        same = {text for text in public if gettext(text) == text and re.sub(r"\{\w+\}|[ ,]", "", text)}
        assert same == {"absence", "{n} doses"}  # the same in both, like what is made of values alone


def _messages():
    sys.path.insert(0, str(PACKAGE.parent))
    try:
        return importlib.import_module("lint.messages")
    finally:
        sys.path.remove(str(PACKAGE.parent))

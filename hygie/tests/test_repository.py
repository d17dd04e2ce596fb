"""What no tool checks and everyone relies on: small files, reasons, links that lead somewhere, pages that are true."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from hygie.base import config
from hygie.ops import cli

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = {"uv.lock", "package-lock.json"}  # written by their tools, which name the registry they were given
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")})
LONGEST = 600

REGISTRY = re.compile(
    r"\b(?:files\.pythonhosted|pypi|npmjs|crates|rubygems|golang|gcr|ghcr|quay)\.(?:org|com|io)\b|[\w.-]+\.(?:local|internal|lan)\b:?\d*/(?:simple|npm|pypi)"
)
MACHINE = re.compile(r"""(?:^|[\s"'`(=:])/(?:home|Users|root|work|workspace|mnt)/[\w.-]+""", re.MULTILINE)
# Words that are no business of a reader of this code, by the beginning of their SHA-256.
UNWANTED = {
    *("c857d09db23e6822", "c70eca6b0f88f44d", "7d3194f79e645c42", "60965168ce762e94", "053ea4804ef1bb33"),
    *("487b91042c7cf27a", "de2187af3fb01170", "3ea125d0bff386e6", "57de4cf40144bdf7", "5d72436256ada538"),
    *("c247e9808f5e81b8", "94a168d2da574b00"),
}  # fmt: skip


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    """(name, text) of every file that is text, but the locks."""
    found = []
    for path in tracked():
        if path.name not in LOCKS:
            try:
                found.append((path.relative_to(ROOT).as_posix(), path.read_text()))
            except UnicodeDecodeError:
                continue
    return found


def test_no_file_is_longer_than_one_can_read():
    assert not [
        f"{path.relative_to(ROOT)}: {count}"
        for path in tracked()
        if path.suffix == ".py" and (count := len(path.read_text().splitlines())) > LONGEST
    ]


def test_every_dependency_says_why_it_is_there():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    project = tomllib.loads("\n".join(lines))
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    assert len(named) > 30
    assert not [one for one in named if not any(f'"{one}"' in line and re.search(r",\s+# \S", line) for line in lines)]


def test_nothing_names_a_machine_or_a_registry():
    here = Path(__file__).name
    assert not [
        f"{name}: {hit.group()}"
        for name, text in texts()
        if Path(name).name != here
        for pattern in (REGISTRY, MACHINE)
        if (hit := pattern.search(text))
    ]


def test_nothing_tells_how_it_was_made():
    assert not [
        f"{name}: {word}"
        for name, text in texts()
        for word in {*re.findall(r"[a-z]+", text.casefold())}
        if hashlib.sha256(word.encode()).hexdigest()[:16] in UNWANTED
    ]


def test_the_reference_is_what_the_code_says():
    done = subprocess.run([sys.executable, "-m", "lint.reference", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_links_of_a_page_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]


def _commands(command: click.Command, name: str) -> set[str]:
    if not isinstance(command, click.Group):
        return {name}
    context = click.Context(command, info_name=name)
    return {name}.union(
        *(
            _commands(found, f"{name} {one}")
            for one in command.list_commands(context)
            if (found := command.get_command(context, one))
        )
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_speaks_of_settings_commands_and_tests_that_exist(page):
    text = page.read_text()
    assert set(re.findall(r"\bHYGIE_[A-Z_]+\b", text)) <= set(config.SETTINGS) | {"HYGIE_TORTURE"}
    known = _commands(cli.hygie, "hygie")
    said = {" ".join(one.split()) for one in re.findall(r"(?:^|`)(hygie(?: [a-z]+)+)", text, re.MULTILINE)}
    assert not [one for one in said if not any(one == name or one.startswith(f"{name} ") for name in known - {"hygie"})]
    everything = "\n".join(path.read_text() for path in ROOT.glob("hygie/**/test_*.py"))
    assert not [one for one in re.findall(r"`(test_\w+)`", text) if f"def {one}(" not in everything]
    assert not [one for one in re.findall(r"`((?:hygie|docs|lint)/[\w./-]+)`", text) if not (ROOT / one).exists()]

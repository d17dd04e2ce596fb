"""The command explains itself, hides secrets, and ends with one sentence and a code."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from hygie.base import config
from hygie.ops import cli
from hygie.ops.tests.running import hygie


def commands():
    context = click.Context(cli.hygie)
    return [(name, cli.hygie.get_command(context, name)) for name in cli.hygie.list_commands(context)]


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_command_and_every_option_has_its_help(name, command):
    assert command.help, name
    assert command.short_help, name
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name}"
    if isinstance(command, click.Group):
        assert all(inside.help for inside in command.commands.values()), name


def test_the_configuration_shows_each_setting_with_its_meaning_and_masks_secrets(monkeypatch):
    for setting in config.SETTINGS.values():
        monkeypatch.setenv(setting.name, f"value-of-{setting.name}")
    shown = CliRunner().invoke(cli.hygie, ["config"]).output
    for setting in config.SETTINGS.values():
        assert setting.name in shown
        assert setting.meaning in shown
        assert (f"value-of-{setting.name}" in shown) is not setting.secret


def test_whatever_carries_a_password_is_a_secret():
    for setting in config.SETTINGS.values():
        assert setting.secret or "secret" not in setting.meaning.lower(), setting.name
    assert all(config.SETTINGS[name].secret for name in ("HYGIE_DATABASE_URL", "HYGIE_DATABASE_OWNER_URL"))


def test_help_needs_no_database_and_no_django():
    end = hygie("--help")
    assert end.returncode == 0
    for name, _command in commands():
        assert name in end.stdout


def test_an_error_is_one_sentence_on_standard_error_and_its_code(tmp_path):
    (tmp_path / "taken").write_text("")
    end = hygie("check", "--data", tmp_path / "taken")
    assert end.returncode == 15
    assert end.stdout == ""
    assert len(end.stderr.strip().splitlines()) == 1


def test_a_wrong_option_is_told_with_code_two():
    assert hygie("up", "--sideways").returncode == 2

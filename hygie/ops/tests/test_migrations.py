"""The models and their migrations say the same, and migrations are one line."""

from __future__ import annotations

from io import StringIO

from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

OURS = sorted(app.label for app in apps.get_app_configs() if app.name.startswith("hygie."))


def test_no_change_of_a_model_waits_for_its_migration():
    said = StringIO()
    try:
        call_command("makemigrations", *OURS, check=True, dry_run=True, stdout=said)
    except SystemExit:
        raise AssertionError(said.getvalue()) from None


def test_migrations_of_a_room_are_one_line_without_branches():
    loader = MigrationLoader(connections["owner"])
    assert loader.detect_conflicts() == {}
    for label in OURS:
        numbers = sorted(name[:4] for app, name in loader.disk_migrations if app == label)
        assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)], label

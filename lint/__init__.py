"""Checks of the repository that no linter has ready-made."""

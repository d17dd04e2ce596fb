"""Workspace: the pages of a professional. They translate between people and doors, and decide nothing."""

"""Hygie: an open personal health space. See docs/ for the tour; each room says what it holds."""

__version__ = "0.1.0"

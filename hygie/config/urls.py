"""Addresses. Every route declares the action it performs; a route without one fails at import."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

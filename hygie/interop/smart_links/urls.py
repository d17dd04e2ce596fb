"""Addresses of SMART Health Links."""

from __future__ import annotations

from django.urls import URLPattern

from hygie.base.routes import route
from hygie.interop.smart_links import service

app_name = "shl"

urlpatterns: list[URLPattern] = [
    route("shl/<str:token>", service.link, name="link", action="list"),
    route("shl/f/<str:seal>", service.file, name="file", action="read"),
]

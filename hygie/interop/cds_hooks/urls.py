"""Addresses of CDS Hooks."""

from __future__ import annotations

from django.urls import URLPattern

from hygie.base.routes import route
from hygie.interop.cds_hooks import service

app_name = "cds"

urlpatterns: list[URLPattern] = [
    route("cds-services", service.discovery, name="discovery", action="public"),
    route(f"cds-services/{service.SERVICE}", service.patient_view, name="patient-view", action="list"),
]

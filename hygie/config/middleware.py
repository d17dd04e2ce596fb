"""What surrounds every answer: a request id, one log line, and headers that leave a browser no freedom."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from hygie.base import logs

# A caller may name its request, by a uuid only: anything freer could carry an identity into the logs.
_REQUEST_ID = re.compile(r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")
_POWERS = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
_HEADERS = {
    "Permissions-Policy": ", ".join(f"{power}=()" for power in _POWERS),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


def content_security_policy(form_action: str = "") -> str:
    """Nothing but our own files, no inline script or style, no frame.

    `form_action` adds origins that a form's answer may lead to: the sign-in page names its OpenID provider there
    (browsers apply `form-action` to the redirection that follows a form).
    """
    forms = f"'self' {form_action}".rstrip()
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
        f" manifest-src 'self'; form-action {forms};"
        " frame-ancestors 'none'; base-uri 'none'"
    )


def request_id_from(given: str) -> str:
    """The caller's own uuid, or a new one."""
    return given if _REQUEST_ID.fullmatch(given) else uuid4().hex


class Envelope:
    """The outermost middleware. A view may set `response.csp_form_action` (origins, separated by spaces)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        request_id = request_id_from(request.headers.get("X-Request-Id", ""))
        request.request_id = request_id  # type: ignore[attr-defined]
        response = self._get_response(request)
        response["X-Request-Id"] = request_id
        if "Content-Security-Policy" not in response:  # machine answers and original files set a stricter one
            response["Content-Security-Policy"] = content_security_policy(getattr(response, "csp_form_action", ""))
        for name, value in _HEADERS.items():
            response.setdefault(name, value)
        if not request.path_info.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "no-store"
            found = request.resolver_match
            logs.event(
                "request",
                method=request.method,
                route=(found.view_name or "unnamed") if found else "no-route",
                status=response.status_code,
                duration_ms=round((time.perf_counter() - began) * 1000, 1),
                request_id=request_id,
            )
        return response

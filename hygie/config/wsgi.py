"""The WSGI application that the web server runs: Django, with the thin door for deposits in front."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from hygie.base import config, logs

logs.install(config.get("HYGIE_LOG_LEVEL"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hygie.config.settings")
_django = get_wsgi_application()

from hygie.config.front import in_front_of  # noqa: E402  (Django must be ready first)

application = in_front_of(_django)

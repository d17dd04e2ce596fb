"""The WSGI application that the web server runs."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from hygie.base import config, logs

logs.install(config.get("HYGIE_LOG_LEVEL"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hygie.config.settings")
application = get_wsgi_application()

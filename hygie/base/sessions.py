"""Sessions, as Django keeps them, read with one prepared statement: to compose it anew through the models costs twice
what asking it does, and every page asks it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from hygie.base.sql import cursor

_STATEMENT = b"SELECT session_data FROM django_session WHERE session_key = %b AND expire_date > %b"


class SessionStore(db.SessionStore):
    """What Django's own is, `load` apart."""

    def load(self) -> dict[str, Any]:
        found = cursor().execute(_STATEMENT, [self.session_key, timezone.now()], prepare=True, binary=True).fetchone()
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found[0])

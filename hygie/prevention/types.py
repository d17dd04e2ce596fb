"""Values that cross the door of `prevention`."""

from __future__ import annotations

from hygie.prevention.calendar import Due as Due

"""Background work of those who run the house: each night, what is counted of its use (ids never leave their rooms)."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


@app.periodic(cron="29 3 * * *")
@app.task(queue="sweep", name="ops.count", retry=RetryStrategy(max_attempts=3, wait=600))
def count(timestamp: int) -> None:
    """Spaces by state as they are tonight, put for the month that runs; then what the sessions counted, added up."""
    from hygie.access import queries as access
    from hygie.observatory import actions as observatory

    observatory.put(on=datetime.fromtimestamp(timestamp, UTC).date(), indicator="spaces", counts=access.census())
    observatory.fold()

"""The web server: granian in front of Django's WSGI application. `hygie up` starts it as a process of its own."""

from __future__ import annotations

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from hygie.base import config, logs


def run() -> None:
    """Serve until SIGTERM or SIGINT, finishing the answers under way."""
    logs.install(config.get("HYGIE_LOG_LEVEL"))
    Granian(
        "hygie.config.wsgi:application",
        address=config.get("HYGIE_BIND"),
        port=config.number("HYGIE_PORT"),
        interface=Interfaces.WSGI,
        workers=config.number("HYGIE_WORKERS"),
        blocking_threads=config.number("HYGIE_THREADS"),
        backlog=1024,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        log_level=LogLevels.warning,
        log_dictconfig=logs.dictionary(config.get("HYGIE_LOG_LEVEL")),
    ).serve()


if __name__ == "__main__":
    run()

"""The MLLP server: frames in, one answer each, in order. `hygie up` starts it as a process of its own.

    <VT> message <FS><CR>

A connection is served message by message; several connections at once. A frame that stops half-way is dropped with its
connection (its sender got no answer, so it sends again). Too large, too slow, or not framed: an AR when there is
someone to tell, and the line is closed. What is answered AA is durable.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import signal
import ssl
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

from hygie.base import config, logs
from hygie.base.errors import Conflict
from hygie.formats.hl7v2 import er7
from hygie.interop.hl7v2 import reception
from hygie.interop.hl7v2.listeners import Listener, listeners, tls

START, END = b"\x0b", b"\x1c\r"
IDLE = 600.0  # seconds a connection may stay silent between two messages
WITHIN = 60.0  # seconds from the first byte of a message to its last
CONNECTIONS = 64  # at once, on one port
_CHUNK = 64 * 1024

Receive = Callable[[UUID, bytes, str], bytes]


class Server:
    """The listeners of one installation. `receive` answers one message; the default deposits it."""

    def __init__(
        self, ports: Iterable[Listener], *, context: ssl.SSLContext | None = None, receive: Receive | None = None,
        threads: int = 8, idle: float = IDLE, within: float = WITHIN, largest: int = er7.MAX_MESSAGE,
    ) -> None:  # fmt: skip
        self.ports = tuple(ports)
        self.context = context
        self.receive = receive or deposited
        self.idle, self.within, self.largest = idle, within, largest
        self._threads = threads
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="mllp")
        self._servers: list[asyncio.Server] = []
        self._open: dict[Listener, int] = dict.fromkeys(self.ports, 0)
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on every port. Conflict when one is taken: then on none."""
        for one in self.ports:
            try:
                made = await asyncio.start_server(
                    self._serving(one), one.host, one.port, ssl=self.context, limit=_CHUNK,
                    ssl_handshake_timeout=15.0 if self.context else None,
                )  # fmt: skip
            except OSError as fault:
                await self.stop()
                raise Conflict(
                    f"Le port {one.port} ne peut pas être ouvert sur {one.host} ({fault.strerror}).", code="port-in-use"
                ) from None
            self._servers.append(made)
            logs.event("mllp-listening", port=one.port)

    def addresses(self) -> list[tuple[str, int]]:
        """Where it listens, in the order of `ports`."""
        return [server.sockets[0].getsockname()[:2] for server in self._servers]

    async def stop(self) -> None:
        """Finish the messages under way, answer them, close everything."""
        for server in self._servers:
            server.close()
        for task in self._tasks - self._busy:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=20)
        for task in list(self._tasks):
            task.cancel()
        together = threading.Barrier(self._threads)
        for _ in range(self._threads):  # one for each thread: the barrier keeps any from taking two
            self._workers.submit(_let_go, together)
        await asyncio.get_running_loop().run_in_executor(None, self._workers.shutdown)

    def _serving(self, one: Listener) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.get_running_loop().create_task(self._connection(one, reader, writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        return connected

    async def _connection(self, one: Listener, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        me = asyncio.current_task()
        assert me is not None
        self._open[one] += 1
        try:
            if self._open[one] > CONNECTIONS or not _is_its(one, writer):
                logs.event("mllp-refused-connection", level=logging.WARNING, port=one.port)
                return
            line = _Line(reader, self.largest)
            while (data := await self._frame(line)) is not None:
                if data == b"":
                    writer.write(START + reception.too_large() + END)
                    await writer.drain()
                    return
                self._busy.add(me)
                try:
                    answer = await asyncio.get_running_loop().run_in_executor(
                        self._workers, self.receive, one.client_id, data, uuid4().hex
                    )
                    if answer:
                        writer.write(START + answer + END)
                        await writer.drain()
                finally:
                    self._busy.discard(me)
        except (ConnectionError, TimeoutError, asyncio.CancelledError, ssl.SSLError):
            pass  # no answer was given: whoever sent will send again
        except Exception as fault:
            logs.event("mllp-failed", level=logging.ERROR, error=fault, port=one.port)
        finally:
            self._open[one] -= 1
            writer.close()
            with contextlib.suppress(Exception):
                await asyncio.wait_for(writer.wait_closed(), 5)

    async def _frame(self, line: _Line) -> bytes | None:
        """One message without its frame; None at the end of the line or for anything unframed; b"" when too large."""
        if not await asyncio.wait_for(line.begun(), self.idle):
            return None
        return await asyncio.wait_for(line.ended(), self.within)


class _Line:
    """What comes on one connection, cut into frames. What follows a frame is kept for the next one."""

    def __init__(self, reader: asyncio.StreamReader, largest: int) -> None:
        self._reader, self._largest = reader, largest
        self._held = bytearray()

    async def begun(self) -> bool:
        """Whether a frame begins. Some senders put a line end between two messages; anything else is no MLLP."""
        while not (held := self._held.lstrip(b"\r\n ")):
            more = await self._reader.read(_CHUNK)
            if not more:
                return False
            self._held = bytearray(more)
        self._held = held
        return held.startswith(START)

    async def ended(self) -> bytes | None:
        """The message of the frame that begins. None when the line ends before it; b"" when it is too large."""
        seen = 1
        while (at := self._held.find(END, seen)) < 0:
            if len(self._held) > self._largest:
                return b""
            seen = max(1, len(self._held) - 1)
            more = await self._reader.read(_CHUNK)
            if not more:
                return None
            self._held += more
        message = bytes(self._held[1:at])
        del self._held[: at + len(END)]
        return message


def _is_its(one: Listener, writer: asyncio.StreamWriter) -> bool:
    """Whether the certificate shown is the very one that is named for this client, when one is."""
    if one.certificate is None:
        return True
    transport = writer.get_extra_info("ssl_object")
    shown = transport.getpeercert(binary_form=True) if transport else None
    return shown is not None and hashlib.sha256(shown).digest() == one.certificate


def deposited(client_id: UUID, data: bytes, request_id: str) -> bytes:
    """The answer to one message, from a thread that gives its database connection back."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        return reception.receive(client_id, data, now=datetime.now(UTC), request_id=request_id).data
    finally:
        close_old_connections()


def _let_go(together: threading.Barrier) -> None:
    """Give back the database connections of this thread, which ends."""
    from django.db import connections

    with contextlib.suppress(threading.BrokenBarrierError):
        together.wait(15)
    connections.close_all()


def run() -> None:
    """Serve until SIGTERM or SIGINT, finishing the messages under way. Errors: those of `listeners` and of `start`."""
    logs.install(config.get("HYGIE_LOG_LEVEL"))
    ports, context = listeners(), tls()

    async def serve() -> None:
        server = Server(ports, context=context)
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        await server.start()
        await stop.wait()
        await server.stop()

    asyncio.run(serve())

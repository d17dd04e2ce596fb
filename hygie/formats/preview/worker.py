"""The process that forks one walled child per hostile file: `python -I -m hygie.formats.preview.worker`.

It is started once by `sandbox`, loads the decoders, leaves the network, and then only forks, waits and kills: it never
looks at a byte of a file. Descriptor 0 is the control socket; each job is one byte with one socket attached
(SCM_RIGHTS), on which the child reads one message and writes one. It ends when the control socket closes or when its
parent is gone. It holds no secret: its environment is empty and it has opened nothing.

A message is two lengths (4 bytes each, big endian), a JSON header, and bytes.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
from typing import Any

from hygie.formats.preview import walls

CPU_SECONDS = 5
WALL_SECONDS = 10
MEMORY = 256 * walls.MEBIBYTE
LENGTHS = struct.Struct("!II")
THREADED = frozenset({"image/heic", "image/heif"})  # whose decoder insists on one thread


def main() -> None:
    control = socket.socket(fileno=0)
    parent = os.getppid()
    from hygie.formats.preview import barcodes, drawing, straightening, words

    drawing.warm()
    words.warm()
    barcodes.warm()
    straightening.warm()
    network_gone = walls.leave_the_network()
    gc.collect()
    gc.freeze()  # the children share these pages, instead of copying them at their first collection
    control.sendall(b"+" if network_gone else b"-")
    _serve(control, parent)


def _serve(control: socket.socket, parent: int) -> None:
    """Fork a child per job until the other side is gone; kill the children that stay too long."""
    poll, deadlines = select.poll(), dict[int, float]()
    poll.register(control, select.POLLIN)
    while os.getppid() == parent:
        if poll.poll(20 if deadlines else 2000):
            _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not descriptors:
                break
            deadlines[_fork(descriptors[0])] = time.monotonic() + WALL_SECONDS
        for pid, deadline in list(deadlines.items()):
            if os.waitpid(pid, os.WNOHANG)[0]:
                del deadlines[pid]
            elif time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
    for pid in deadlines:
        os.kill(pid, signal.SIGKILL)


def _fork(job: int) -> int:
    """The pid of a child that does the job. A machine with no room for it ends this process, which is then replaced."""
    zygote = os.getpid()
    pid = os.fork()
    if pid:
        os.close(job)
        return pid
    try:
        walls.die_with(zygote)
        os.dup2(job, 0)
        _work(zygote)
    finally:
        os._exit(0)  # whatever happened, the child never returns into the loop above


def _work(zygote: int) -> None:
    header, data = _receive()
    request = json.loads(header)
    threads = request.get("media_type") in THREADED
    filtered = walls.raise_walls(memory=MEMORY, cpu_seconds=CPU_SECONDS, threads=threads)
    try:
        answer, blob = _answer(request, data, filtered, zygote)
    except MemoryError:
        answer, blob = {"error": "too-large-to-display"}, b""
    except Exception as error:  # a decoder may raise anything: it all means "cannot be displayed"
        answer, blob = {"error": getattr(error, "code", None) or "unreadable-file", "why": type(error).__name__}, b""
    _send(_message(answer, blob))


def _answer(request: dict[str, Any], data: bytes, filtered: bool, zygote: int) -> tuple[dict[str, Any], bytes]:
    from hygie.formats.preview import barcodes, drawing, straightening, words

    match request["operation"]:
        case "count":
            return {"pages": drawing.count(data, request["media_type"])}, b""
        case "draw":
            page, width, height = drawing.draw(data, request["media_type"], request["number"], request["width"])
            return {"width": width, "height": height}, page
        case "crop":
            part, width, height = drawing.crop(
                data, request["media_type"], request["number"], request["width"],
                tuple(request[side] for side in ("left", "top", "right", "bottom")),
            )  # fmt: skip
            return {"width": width, "height": height}, part
        case "text":
            return {}, drawing.text(data, request["media_type"]).encode("utf-8", "replace")
        case "words":
            return {}, words.words(data, request["number"])
        case "scan":
            grey, *said = words.scan(data, request["media_type"], request["number"], request["turn"])
            return dict(zip(("width", "height", "angle", "sideways"), said, strict=True)), grey
        case "codes":
            return {}, barcodes.codes(data, request["media_type"])
        case "photo":
            return {}, drawing.photo(data, request["media_type"], request["number"])
        case "straighten":
            page, width, height, corners = straightening.straighten(
                data, request["media_type"], request["number"], width=request["width"], turn=request["turn"],
                corners=tuple(request["corners"]),
            )  # fmt: skip
            return {"width": width, "height": height, "corners": corners}, page
        case "plain":
            page, width, height = straightening.plain(
                data, request["media_type"], request["number"], width=request["width"], turn=request["turn"]
            )
            return {"width": width, "height": height}, page
        case "join":
            sizes, at, photos = request["sizes"], 0, []
            for size in sizes:
                photos.append(data[at : at + size])
                at += size
            return {}, drawing.join(photos)
        case "probe":
            return {"filtered": filtered, "refused": probe(zygote)}, b""
    return {"error": "unreadable-file"}, b""


def probe(zygote: int) -> dict[str, str]:
    """Try, from behind the walls, what hostile code would try. Each attempt with what stopped it; "" if nothing did."""
    executable = sys.executable

    def fork() -> None:
        if os.fork() == 0:
            os._exit(0)

    def raise_a_limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    attempts: dict[str, Any] = {
        "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "read a file": lambda: os.open("/etc/hostname", os.O_RDONLY),
        "read its own memory map": lambda: os.open("/proc/self/maps", os.O_RDONLY),
        "write a file": lambda: os.open("hygie-probe", os.O_WRONLY | os.O_CREAT, 0o600),
        "remove a file": lambda: os.unlink("hygie-probe"),
        "list a folder": lambda: os.listdir("/"),
        "run a program": lambda: os.execv(executable, [executable, "-c", ""]),  # noqa: S606 - that is the question
        "start a process": fork,
        "kill its parent": lambda: os.kill(zygote, signal.SIGTERM),
        "duplicate a descriptor": lambda: os.dup(0),
        "allocate 300 MB": lambda: bytearray(300 * walls.MEBIBYTE),
        "leave its limits": raise_a_limit,
    }
    outcome = {}
    for name, attempt in attempts.items():
        try:
            attempt()
        except MemoryError:
            outcome[name] = "ENOMEM"
        except (OSError, ValueError) as error:
            outcome[name] = errno.errorcode.get(getattr(error, "errno", 0) or 0, type(error).__name__)
        else:
            outcome[name] = ""
    outcome["see its environment"] = (
        "" if set(os.environ) - {"HOME", "LANG", "MALLOC_ARENA_MAX", "LC_CTYPE"} else "empty"
    )
    return outcome


def _receive() -> tuple[bytes, bytes]:
    header_length, data_length = LENGTHS.unpack(_exactly(LENGTHS.size))
    return _exactly(header_length), _exactly(data_length)


def _exactly(length: int) -> bytes:
    parts = []
    while length > 0:
        part = os.read(0, min(length, walls.MEBIBYTE))
        if not part:
            os._exit(0)
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _send(message: bytes) -> None:
    view = memoryview(message)
    while view:
        view = view[os.write(0, view) :]


def _message(header: dict[str, Any], blob: bytes) -> bytes:
    encoded = json.dumps(header).encode()
    return LENGTHS.pack(len(encoded), len(blob)) + encoded + blob


if __name__ == "__main__":
    main()

"""The load: a process of its own that posts prepared messages over kept connections and times each answer.

Bounded in count and time; loopback only. Requests are written by hand so that the client costs little beside what
it measures: `python -m hygie.ops.bench.load PLAN`, where PLAN is a JSON file.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

MARK = b"@@unique-id@@"


def main() -> None:
    plan = json.loads(Path(sys.argv[1]).read_text())
    bodies = [Path(name).read_bytes().split(MARK) for name in plan["bodies"]]
    head = (
        f"POST {plan['path']} HTTP/1.1\r\nHost: 127.0.0.1:{plan['port']}\r\nAuthorization: Bearer {plan['token']}\r\n"
        "Content-Type: application/fhir+json\r\nPrefer: return=minimal\r\nContent-Length: "
    ).encode()
    times: list[float] = []
    bad: list[str] = []
    guard = threading.Lock()
    counter = iter(range(plan["count"]))
    rate = plan.get("rate")
    began = time.perf_counter()

    def work() -> None:
        link = socket.create_connection(("127.0.0.1", plan["port"]))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        mine: list[float] = []
        while True:
            with guard:
                number = next(counter, None)
            if number is None or time.perf_counter() - began > plan["seconds"]:
                break
            due = began
            if rate:  # an open loop: late answers do not slow the clock down, and lateness counts
                due = began + number / rate
                time.sleep(max(0.0, due - time.perf_counter()))
            body = f"urn:uuid:{uuid4()}".encode().join(bodies[number % len(bodies)])
            sent = due if rate else time.perf_counter()
            link.sendall(head + str(len(body)).encode() + b"\r\n\r\n" + body)
            status = _answer(link)
            mine.append(time.perf_counter() - sent)
            if status != 201:
                bad.append(str(status))
        link.close()
        with guard:
            times.extend(mine)

    threads = [threading.Thread(target=work) for _ in range(plan["connections"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    times.sort()
    print(
        json.dumps({
            "sent": len(times), "seconds": took, "per_second": len(times) / took, "bad": len(bad), "statuses": sorted(set(bad)),
            **{f"p{p}_ms": times[min(len(times) - 1, len(times) * p // 100)] * 1000 for p in (50, 95, 99)},
            "client_cpu_us": time.process_time() / max(1, len(times)) * 1e6,
        })
    )  # fmt: skip


def _answer(link: socket.socket) -> int:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = link.recv(65536)
        if not piece:
            return 0
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(rest) < length:
        rest += link.recv(65536)
    return int(head.split(b" ", 2)[1])


if __name__ == "__main__":
    main()

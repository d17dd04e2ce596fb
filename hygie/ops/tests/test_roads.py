"""MLLP and the drop folder under a real `hygie up`: they start, answer, come back when they are killed, and stop."""

from __future__ import annotations

import os
import re
import signal
import socket

import pytest

from hygie.formats.hl7v2 import message
from hygie.formats.tests import messages
from hygie.ops.tests import running
from hygie.ops.tests.running import Up, folder, free_port, hygie, wait_for

START, END = b"\x0b", b"\x1c\r"


@pytest.fixture
def data():
    with folder() as path:
        yield path / "data"


def said(port: int, data: bytes) -> message.Message:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(START + data + END)
        told = b""
        while END not in told:
            more = line.recv(65536)
            assert more
            told += more
    return message.read(told.strip(START + END))


def answers(port: int) -> bool:
    try:
        said(port, messages.results())
    except (OSError, AssertionError):
        return False
    return True


def process_of(data, part: str) -> int:
    return next(pid for pid, command in running._around(data) if part in command)


def test_both_roads_start_answer_come_back_and_stop(data):
    assert hygie("migrate", "--data", data, HYGIE_MODE="test").returncode == 0
    made = hygie(
        "client", "add", "--name", "Labo Seine", "--organisation-finess", "750999991", "--organisation-name", "Labo Seine",
        "--scope", "system/DocumentReference.cu", "--new-key", data.parent / "key", "--data", data, HYGIE_MODE="test",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    client_id = re.search(r"client_id\s+(\S+)", made.stdout)[1]
    port, inbox = free_port(), data.parent / "depot"
    mine = inbox / client_id
    mine.mkdir(parents=True)
    up = Up(data, HYGIE_MLLP=f"{port}={client_id}", HYGIE_INBOX=str(inbox))
    try:
        up.wait_until_ready()
        wait_for(lambda: answers(port))
        told = said(port, messages.results())
        assert [next(told.er7.of("MSA")).get(1), told.er7.first("ERR").get(5)] == ["AA", "902"]
        (mine / "lettre.hpr").write_bytes(messages.letter())
        wait_for((mine / "done" / "lettre.hpr").exists)
        assert "mis de côté" in (mine / "done" / "lettre.hpr.note.txt").read_text()
        os.kill(process_of(data, "hygie.ops.cli mllp"), signal.SIGKILL)
        wait_for(lambda: answers(port))
        again = said(port, messages.results())
        assert again.er7.segments[1:] == told.er7.segments[1:]
        up.send(signal.SIGTERM)
        assert up.wait() == 0
    finally:
        if up.process.poll() is None:
            up.send(signal.SIGTERM)
            up.wait()
    assert running.processes_of(data) == []


def test_a_road_set_wrongly_is_said_before_anything_starts(data):
    told = hygie("up", "--data", data, HYGIE_MLLP="0.0.0.0:2575=" + "0" * 32)
    assert told.returncode == 10 and "HYGIE_MLLP" in told.stderr
    assert not data.exists()
    told = hygie("inbox", "--data", data)
    assert told.returncode == 10 and "HYGIE_INBOX" in told.stderr

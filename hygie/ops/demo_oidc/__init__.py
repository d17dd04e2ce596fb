"""The OpenID provider of the demonstration and of the tests: npm's `oidc-provider`, certified and written by others,
in a process of its own. FranceConnect-shaped under /people, Pro Santé Connect-shaped under /professionals.

    with demo_oidc.start(port=8655, people=[{"sub": ...}], professionals=[...], origins=["http://localhost:8600"]) as idp:
        os.environ |= idp.settings()

How it is installed: `hygie.ops.npm`.
"""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from hygie.base.errors import Unavailable
from hygie.ops import npm
from hygie.ops.postgres import die_with_parent

HERE = Path(__file__).parent
CLIENT_ID = "hygie"


@dataclass(slots=True)
class DemoProvider:
    """A running provider. `stop()`, or leaving the `with`, ends it; so does the death of this process."""

    port: int
    secret: str
    process: subprocess.Popen[bytes]

    def settings(self) -> dict[str, str]:
        """The two environment variables by which Hygie trusts it."""
        home = f"http://localhost:{self.port}"
        return {
            "HYGIE_OIDC_PEOPLE": f"{home}/people|{CLIENT_ID}|{self.secret}",
            "HYGIE_OIDC_PROFESSIONALS": f"{home}/professionals|{CLIENT_ID}|{self.secret}",
        }

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> DemoProvider:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def start(
    *,
    port: int,
    people: Sequence[dict[str, Any]],
    professionals: Sequence[dict[str, Any]],
    origins: Sequence[str],
    folder: Path,
    secret: str | None = None,
) -> DemoProvider:
    """Start it and wait until it answers. Claims are shaped as in `ops.demo.claims`, with `sub`, `acr` if not eidas1,
    and `about`, a few words for the sign-in page of the demonstration, which finds them in `folder`/cast.json.

    `origins`: where Hygie is seen by browsers (`http://localhost:8600`). `folder`: where its configuration and log
    go (0600: the client secret is in it). Unavailable, with what to do, when it cannot be installed or started.
    """
    home, secret = install(), secret or secrets.token_urlsafe(32)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cast.json").write_text(
        json.dumps({"people": [_shown(one) for one in people], "professionals": [_shown(one) for one in professionals]})
    )
    told = folder / f"oidc-{port}.json"
    told.touch(0o600)
    told.write_text(
        json.dumps({
            "port": port, "clientId": CLIENT_ID, "clientSecret": secret, "origins": list(origins),
            "people": list(people), "professionals": list(professionals),
        })
    )  # fmt: skip
    log = folder / f"oidc-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(npm.node()), str(home / "server.mjs"), str(told)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=home,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
    running = DemoProvider(port, secret, process)
    deadline = time.monotonic() + 120  # a small machine that also does something else
    while time.monotonic() < deadline and process.poll() is None:
        if b"\nready\n" in b"\n" + log.read_bytes():
            return running
        time.sleep(0.05)
    running.stop()
    raise Unavailable(
        f"Le fournisseur d'identité de démonstration n'a pas démarré. Son journal : {log}", code="demo-oidc"
    )


def _shown(claims: dict[str, Any]) -> dict[str, str]:
    """Somebody as the sign-in page of the demonstration lists her: `about` is a claim of ours, for that page alone."""
    exercise: dict[str, Any] = next(iter((claims.get("SubjectRefPro") or {}).get("exercices") or []), {})
    doctor = "Dr " if exercise.get("codeCiviliteDexercice") == "DR" else ""
    given = claims.get("preferred_given_name") or str(claims.get("given_name", "")).split(" ")[0]
    place = next((one.get("raisonSocialeSite") for one in exercise.get("activities") or []), "")
    name = f"{doctor}{given} {str(claims.get('family_name', '')).title()}"
    return {"sub": claims["sub"], "name": name, "about": claims.get("about") or place or ""}


def install() -> Path:
    """Where the provider is installed, after installing it if needed (40 small packages, about 2 s, once)."""
    home = npm.installed(HERE, name="demo-oidc", package="oidc-provider")
    npm.beside(home, HERE / "server.mjs")
    return home

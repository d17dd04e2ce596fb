"""`hygie client`: what is printed is enough to get a first token."""

from __future__ import annotations

import json
import re
import secrets
import stat
import time
from pathlib import Path
from uuid import UUID

import jwt
import pytest
from click.testing import CliRunner, Result
from django.test import Client

from hygie.base import config
from hygie.base.errors import Conflict, Invalid, NotFound
from hygie.ops.client import client
from hygie.ops.operators import operator
from hygie.people import actions, queries


def run(*words: object) -> Result:
    return CliRunner().invoke(client, [str(word) for word in (*words, "--data", config.get("HYGIE_DATA"))])


def add(folder: Path, *more: object, finess: str | None = None) -> Result:
    return run(
        "add", "--name", "SIL de Labo Seine", "--organisation-finess", finess or f"{secrets.randbelow(10**9):09d}",
        "--organisation-name", "Labo Seine", "--scope", "system/DocumentReference.c", "--new-key", folder, *more,
    )  # fmt: skip


def test_a_developer_gets_a_token_with_what_was_printed_and_nothing_else(tmp_path: Path) -> None:
    done = add(tmp_path / "cle")
    assert done.exit_code == 0, done.output
    key = tmp_path / "cle" / "client-key.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    [client_id] = re.findall(r"^client_id +(\S+)$", done.output, re.M)
    [address] = re.findall(r"^jetons +(\S+)$", done.output, re.M)
    [kid] = re.findall(r'"kid": "(\w+)"', done.output)
    assertion = jwt.encode(
        {"iss": client_id, "sub": client_id, "aud": address, "exp": int(time.time()) + 240, "jti": secrets.token_hex()},
        key.read_bytes(), "ES256", headers={"kid": kid},
    )  # fmt: skip
    answer = Client().post("/oauth/token", {
        "grant_type": "client_credentials", "scope": "system/DocumentReference.c", "client_assertion": assertion,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    })  # fmt: skip
    assert answer.status_code == 200, answer.content
    assert "PRIVATE" not in done.output + (tmp_path / "cle" / "client-jwks.json").read_text()
    assert client_id in run("list").output
    assert run("revoke", client_id).exit_code == 0
    assert re.search(rf"{client_id}.*\n.*révoqué le", run("list").output)
    assert isinstance(run("revoke", client_id).exception, NotFound)


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    assert add(tmp_path).exit_code == 0
    before = (tmp_path / "client-key.pem").read_bytes()
    assert isinstance(add(tmp_path).exception, Conflict)
    assert (tmp_path / "client-key.pem").read_bytes() == before


def test_a_structure_is_named_once(tmp_path: Path) -> None:
    finess = f"{secrets.randbelow(10**9):09d}"
    words = ("add", "--name", "SIL", "--organisation-finess", finess, "--scope", "system/List.rs", "--new-key")
    assert isinstance(run(*words, tmp_path / "a").exception, Invalid)
    add(tmp_path / "b", finess=finess)
    assert run(*words, tmp_path / "c").exit_code == 0


@pytest.mark.parametrize(
    "written",
    ["not json", "[]", "{}", '{"keys": []}', '{"keys": [1]}', '{"keys": [{"kty": "RSA"}]}',
     '{"keys": [{"kid": "a", "kty": "oct", "k": "c2VjcmV0"}]}', '{"keys": [{"kid": "a", "kty": "EC", "crv": "P-256"}]}',
     '{"keys": [{"kid": "a", "kty": "RSA", "n": "AQAB", "e": "AQAB"}]}'],
)  # fmt: skip
def test_keys_that_cannot_serve_are_refused_with_a_sentence(tmp_path: Path, written: str) -> None:
    (tmp_path / "jwks.json").write_text(written)
    done = run(
        "add", "--name", "SIL", "--organisation-finess", f"{secrets.randbelow(10**9):09d}", "--organisation-name", "Labo",
        "--scope", "system/List.rs", "--jwks", tmp_path / "jwks.json",
    )  # fmt: skip
    assert isinstance(done.exception, Invalid)


def test_a_private_key_sent_by_mistake_is_refused(tmp_path: Path) -> None:
    add(tmp_path)
    keys = json.loads((tmp_path / "client-jwks.json").read_text())
    keys["keys"][0]["d"] = "c2VjcmV0"
    with pytest.raises(Invalid) as refusal:
        actions.register_client(name="x", organisation_id=UUID(int=0), scopes=["system/List.rs"], jwks=keys)
    assert refusal.value.code == "jwks-private"


@pytest.mark.parametrize(
    "scope", ["", "system/List", "system/List.", "system/List.sr", "user/List.r", "system/Patient.rd", "*"]
)
def test_a_right_that_does_not_exist_is_refused(tmp_path: Path, scope: str) -> None:
    assert isinstance(add(tmp_path, "--scope", scope).exception, Invalid)


def test_an_operator_is_named_and_unnamed() -> None:
    rpps = f"1{secrets.randbelow(10**10):010d}"
    where = ("--rpps", rpps, "--data", config.get("HYGIE_DATA"))
    assert isinstance(CliRunner().invoke(operator, ["add", *where]).exception, NotFound)
    actions.register_professional(rpps=rpps, family="Roux", given="Paul")
    for word in ("add", "remove"):
        assert CliRunner().invoke(operator, [word, *where]).exit_code == 0
    assert queries.professional_by_rpps(rpps) is not None


def test_an_application_is_registered_with_where_it_comes_back_to_and_no_key() -> None:
    words = ("add", "--name", "Suivi", "--organisation-finess", f"{secrets.randbelow(10**9):09d}", "--organisation-name",
             "Atelier Suivi", "--scope", "launch/patient", "--scope", "patient/*.rs", "--redirect-uri")  # fmt: skip
    done = run(*words, "http://localhost:3000/retour")
    [client_id] = re.findall(r"^client_id +(\S+)$", done.output, re.M)
    known = queries.application(client_id)
    assert known is not None and known.public
    assert isinstance(run(*words, "http://suivi.example/retour").exception, Invalid)

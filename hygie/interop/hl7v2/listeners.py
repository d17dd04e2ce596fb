"""Which port belongs to whom: HYGIE_MLLP, read once at the start.

    HYGIE_MLLP="2575=<client_id> 10.0.0.5:2576=<client_id>#<sha256 of its certificate>"

MLLP carries no name and no password: whoever reaches a port speaks as the client it is bound to. So a port listens on
the loopback address only (the laboratory's own machine, a VPN's end, a TLS proxy that checks certificates), or it
asks for a client certificate signed by HYGIE_MLLP_TLS's authority, and for that very certificate when one is named.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
from dataclasses import dataclass
from uuid import UUID

from hygie.base import config
from hygie.base.errors import Invalid

_ONE = re.compile(
    r"(?:(?P<host>[\w.:\[\]-]+):)?(?P<port>\d{1,5})=(?P<client>[0-9a-fA-F-]{32,36})(?:#(?P<mark>[0-9a-fA-F:]{64,95}))?"
)


@dataclass(frozen=True, slots=True)
class Listener:
    """One port, and the only client that speaks through it. certificate: SHA-256 of the one it must show, if named."""

    host: str
    port: int
    client_id: UUID
    certificate: bytes | None = None


def listeners(written: str | None = None) -> tuple[Listener, ...]:
    """What HYGIE_MLLP says. Invalid, with what to write, for anything doubtful: a door is never opened by guess."""
    written = config.get("HYGIE_MLLP") if written is None else written
    found = [_listener(one) for one in re.split(r"[\s,]+", written.strip()) if one]
    if len({(one.host, one.port) for one in found}) != len(found):
        raise Invalid("HYGIE_MLLP : deux logiciels ne peuvent pas partager un port.", code="mllp-same-port")
    secured = bool(config.get("HYGIE_MLLP_TLS"))
    for one in found:
        if not secured and not _loopback(one.host):
            raise Invalid(
                f"HYGIE_MLLP : {one.host} se voit du réseau. Gardez 127.0.0.1 derrière un proxy TLS, ou donnez "
                "HYGIE_MLLP_TLS pour exiger un certificat de chaque logiciel.",
                code="mllp-open",
            )
        if one.certificate is not None and not secured:
            raise Invalid("HYGIE_MLLP : un certificat est nommé sans HYGIE_MLLP_TLS.", code="mllp-no-tls")
    return tuple(found)


def tls() -> ssl.SSLContext | None:
    """Mutual TLS: `certificate.pem|key.pem|authority.pem`. None when HYGIE_MLLP_TLS is empty (loopback only)."""
    written = config.get("HYGIE_MLLP_TLS")
    if not written:
        return None
    parts = written.split("|")
    if len(parts) != 3:
        raise Invalid("HYGIE_MLLP_TLS : écrivez certificat.pem|cle.pem|autorite.pem.", code="mllp-tls")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_cert_chain(parts[0], parts[1])
        context.load_verify_locations(parts[2])
    except (OSError, ssl.SSLError):
        raise Invalid("HYGIE_MLLP_TLS : ces fichiers ne se lisent pas.", code="mllp-tls") from None
    return context


def _listener(written: str) -> Listener:
    found = _ONE.fullmatch(written)
    try:
        assert found is not None
        port = int(found["port"])
        client_id = UUID(found["client"])
        assert 0 < port < 65536
    except (AssertionError, ValueError):
        raise Invalid(
            f"HYGIE_MLLP : « {written} » ne se lit pas. Écrivez port=client_id, ou adresse:port=client_id.",
            code="mllp-form",
        ) from None
    mark = found["mark"]
    return Listener(
        (found["host"] or "127.0.0.1").strip("[]"), port, client_id,
        bytes.fromhex(mark.replace(":", "")) if mark else None,
    )  # fmt: skip


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""Sealed documents outside PostgreSQL, in any store that speaks S3 (large installations).

`HYGIE_BLOBS_URL=s3://key:secret@host:port/bucket` names it (`?region=` if it has one); HTTPS everywhere but on
this machine. Empty, sealed documents live in PostgreSQL beside their rows and `store()` is None.

The store only ever holds ciphertext under random names. Guarantees: what `put` accepted is in the store before it
returns (that the store itself flushes is its configuration: docs/how-to/run-it.md), is never overwritten, and every call
ends within DEADLINE seconds. Error: Unavailable, nothing half-written is ever read back as good (it would not open).
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.exceptions import NotFoundError as MissingHere
from obstore.store import S3Store

from hygie.base import config
from hygie.base.errors import Unavailable

DEADLINE = 8  # seconds, tries included; a deposit that waits longer is better sent again
PAUSE = 1.0  # seconds during which a store that answers nobody is not asked again: those who wait are told at once
AT_ONCE = 16

# What obstore raises: its own errors, and the built-in ones that some of them derive from.
_MISSING = (MissingHere, FileNotFoundError)
_FAULTS = (BaseError, OSError)


class BlobStore(Protocol):
    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`; a second put of the same bytes is the same put. Unavailable otherwise."""

    def put_all(self, blobs: Mapping[str, bytes]) -> None:
        """`put` for several, at the same time; on Unavailable some may have been kept."""

    def get(self, key: str) -> bytes:
        """The bytes kept under `key`, or Unavailable."""

    def delete(self, key: str) -> None:
        """Forget `key`; nothing if it is not there."""

    def older_than(self, moment: datetime) -> Iterator[list[str]]:
        """The names of all that was put before `moment`, some at a time, or Unavailable."""


class S3Blobs:
    """A bucket. The client inside is made in the process that uses it, and shared by its threads."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host, bucket = parts.hostname or "", parts.path.strip("/")
        if parts.scheme != "s3" or not host or not bucket or not parts.username or not parts.password:
            raise Unavailable(
                "HYGIE_BLOBS_URL n'est pas une adresse de magasin : écrivez s3://clé:secret@hôte:port/seau.",
                code="blobs-url",
            )
        here = host in ("127.0.0.1", "::1", "localhost")
        name = f"[{host}]" if ":" in host else host
        self._bucket = S3Store(
            bucket,
            endpoint=f"{'http' if here else 'https'}://{name}{f':{parts.port}' if parts.port else ''}",
            access_key_id=unquote(parts.username),
            secret_access_key=unquote(parts.password),
            region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
            virtual_hosted_style_request=False,
            client_options={"allow_http": here, "connect_timeout": "2s", "timeout": f"{DEADLINE // 2}s"},
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=DEADLINE // 2)},
        )
        self._hands = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="blobs")
        self._not_before = self._last_answer = 0.0

    def put(self, key: str, data: bytes) -> None:
        began = self._may_ask()
        try:
            self._bucket.put(key, data, mode="create", use_multipart=False)
            self._last_answer = time.monotonic()
        except AlreadyExistsError:
            # Names are random: only our own first try, whose answer was lost, can have been there before.
            if not hmac.compare_digest(self.get(key), data):
                raise _away("blob-name-taken") from None
        except _FAULTS:
            raise self._gone("blob-not-kept", began) from None

    def put_all(self, blobs: Mapping[str, bytes]) -> None:
        if len(blobs) == 1:
            self.put(*next(iter(blobs.items())))
            return
        for _ in self._hands.map(self.put, blobs.keys(), blobs.values()):
            pass

    def get(self, key: str) -> bytes:
        began = self._may_ask()
        try:
            data = bytes(self._bucket.get(key).bytes())
            self._last_answer = time.monotonic()
            return data
        except _MISSING:
            raise _away("blob-missing") from None
        except _FAULTS:
            raise self._gone("blob-not-read", began) from None

    def delete(self, key: str) -> None:
        try:
            self._bucket.delete(key)
        except _MISSING:
            return
        except _FAULTS:
            raise _away("blob-not-deleted") from None

    def older_than(self, moment: datetime) -> Iterator[list[str]]:
        try:
            for page in self._bucket.list(chunk_size=1000):
                if names := [one["path"] for one in page if one["last_modified"] < moment]:
                    yield names
        except _FAULTS:
            raise _away("blobs-not-listed") from None

    def _may_ask(self) -> float:
        now = time.monotonic()
        if now < self._not_before:
            raise _away("blob-store-away")
        return now

    def _gone(self, code: str, began: float) -> Unavailable:
        # One call may wait for its own reasons (SeaweedFS holds back who races for one name): as long as others are
        # answered meanwhile, the store is there, and nobody else is turned away.
        if self._last_answer < began:
            self._not_before = time.monotonic() + PAUSE
        return _away(code)


def _away(code: str) -> Unavailable:
    return Unavailable("Ce document est momentanément hors d'atteinte. Réessayez plus tard.", code=code, retry_after=5)


@lru_cache(maxsize=4)
def _at(url: str) -> BlobStore:
    return S3Blobs(url)


def store() -> BlobStore | None:
    """The store that HYGIE_BLOBS_URL names; None when sealed documents live in PostgreSQL."""
    url = config.get("HYGIE_BLOBS_URL")
    return _at(url) if url else None

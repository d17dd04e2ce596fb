from __future__ import annotations

import secrets
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils.crypto import salted_hmac

from hygie.base.sql import cursor


def _random_name() -> str:
    return secrets.token_hex(16)


_COLUMNS = (
    "last_login", "id", "username", "kind", "subject_digest", "patient_id", "professional_id", "epoch", "is_active", "created",
)  # fmt: skip
_BY_ID = f"SELECT {', '.join(_COLUMNS)} FROM people_account WHERE id = %b".encode()


class Accounts(models.Manager["Account"]):
    def get_by_natural_key(self, username: str) -> Account:
        return self.get(username=username)

    def get(self, *args: Any, **asked: Any) -> Account:
        """By its id alone, which every page asks of whoever is signed in: one prepared statement. To compose it anew
        through the models costs more than to ask it."""
        account_id = asked.get("pk")
        if args or len(asked) > 1 or not isinstance(account_id, UUID):
            return super().get(*args, **asked)
        row = cursor().execute(_BY_ID, [account_id], prepare=True, binary=True).fetchone()
        if row is None:
            raise Account.DoesNotExist
        return Account.from_db(self.db, _COLUMNS, row)


class Account(AbstractBaseUser):  # type: ignore[django-manager-missing]  # of the untyped library's application
    """Someone who signs in through an OpenID provider. No name, no address, no password is kept.

    `subject_digest`: keyed digest of (issuer, subject). `username` is random and means nothing; the framework wants
    one. `epoch` is in the hash of every session: raising it signs out everywhere.
    """

    password: Any = None  # the column does not exist: there are no local passwords
    id = models.UUIDField(primary_key=True)
    username = models.CharField(max_length=64, unique=True, default=_random_name)
    kind = models.TextField()  # person | professional | operator
    subject_digest = models.BinaryField(max_length=32, unique=True)
    patient_id = models.UUIDField(null=True, db_index=True)
    professional = models.ForeignKey("people.Professional", models.PROTECT, null=True, related_name="+")
    epoch = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Accounts()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(patient_id=None) | models.Q(professional=None), name="people_account_one_side"
            )
        ]

    def check_password(self, raw_password: str | None) -> bool:
        return False

    def has_usable_password(self) -> bool:
        return False

    def set_unusable_password(self) -> None:
        """Nothing to do: no account has one."""

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "hygie.people.session", f"{self.id}|{self.epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()

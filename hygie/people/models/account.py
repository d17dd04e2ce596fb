from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils.crypto import salted_hmac


def _random_name() -> str:
    return secrets.token_hex(16)


class Accounts(models.Manager["Account"]):
    def get_by_natural_key(self, username: str) -> Account:
        return self.get(username=username)


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

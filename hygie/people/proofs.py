"""How surely the ways somebody used tell who she is; numbers, codes and devices in words. Pure."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection

from hygie.base.errors import Invalid
from hygie.people.types import AuthLevel, WayKind

# Crockford's base 32: no letter that looks like a digit. Source: https://www.crockford.com/base32.html
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
CODES_ON_A_CARD = 20


def level(kinds: Collection[WayKind]) -> AuthLevel:
    """What these ways, used in one session, are worth.

    STRONG: a passkey (the device, and what unlocks it: user verification is always asked for), or the paper card
    together with the telephone or the application: two things that one loses apart. A telephone and an application are
    usually one thing. Two possessions are not two kinds of factors: eIDAS would not call the second STRONG substantial.
    """
    held = frozenset(kinds)
    if WayKind.PASSKEY in held or (WayKind.CARD in held and held & {WayKind.PHONE, WayKind.APP}):
        return AuthLevel.STRONG
    return AuthLevel.SINGLE if held else AuthLevel.NONE


def new_number() -> str:
    """Of a card or an application, random: « K7PM-4RTX ». 40 bits; it says nothing of anybody."""
    return _four_by_four(_random(8))


def new_code() -> str:
    """Of a card: 40 random bits, « 3F9K-TW2M »."""
    return _four_by_four(_random(8))


def tidy(said: str) -> str:
    """A number or a code as it is compared: « k7pm 4rtx », « K7PM-4RTX » are one; O is 0, I and L are 1."""
    return re.sub(r"[\s\-–.]", "", said).upper().translate(_ALIKE)[:64]


def digits(said: str) -> str:
    """A code of digits without what people put between them."""
    return re.sub(r"[^0-9]", "", said)[:12]


def telephone(said: str) -> str:
    """A number in its international form: « 06 39 98 12 34 » is « +33639981234 ».

    French mobile numbers without a prefix, or any number that begins with + or 00. Invalid otherwise.
    Source: recommendation ITU-T E.164 (15 digits at most); decision 2018-0881 of the ARCEP (06 and 07: mobiles).
    """
    bare = re.sub(r"[\s.\-()]", "", said)
    if re.fullmatch(r"0[67]\d{8}", bare, re.ASCII):
        return "+33" + bare[1:]
    bare = "+" + bare[2:] if bare.startswith("00") else bare
    bare = re.sub(r"\A\+330", "+33", bare)
    if not re.fullmatch(r"\+[1-9]\d{7,14}", bare, re.ASCII):
        raise Invalid("Écrivez un numéro de téléphone mobile, comme 06 39 98 12 34.", code="phone-form", at="phone")
    return bare


# What a browser says of itself, in the order in which the first that speaks is right.
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Téléphone ou tablette Android"), ("CrOS", "Chromebook"),
    ("Windows", "Ordinateur Windows"), ("Macintosh", "Mac"), ("Linux", "Ordinateur Linux"),
)  # fmt: skip
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def device(user_agent: str) -> str:
    """The device in words, from a closed list: « iPhone, avec Safari ». Nothing of what was sent is repeated."""
    system = next((words for mark, words in _SYSTEMS if mark in user_agent), "Un appareil")
    browser = next((words for mark, words in _BROWSERS if mark in user_agent), "")
    return f"{system}, avec {browser}" if browser else system


def _random(length: int) -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(length))


def _four_by_four(signs: str) -> str:
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))

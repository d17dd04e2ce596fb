"""Hostile files, made here: bombs, loops, lies and mutations of sound files. Same seed, same files.

`crafted` are written by hand, one idea each; `mutated` are sound files damaged at random, without end.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import pillow_heif
from PIL import Image

from hygie.formats.pdf import text_pdf
from hygie.formats.tests import hostile_pdf
from hygie.formats.tests.hostile_pdf import swelling


@dataclass(frozen=True, slots=True)
class Hostile:
    """media_type: what the file claims to be, so which decoder it attacks."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


PDF, PNG, JPEG, TIFF, HEIC, TEXT = (
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/tiff",
    "image/heic",
    "text/plain",
)


def crafted() -> Iterator[Hostile]:
    for media_type, makers in (
        (PDF, hostile_pdf.MAKERS),
        (PNG, (_pngs,)),
        (JPEG, (_jpegs,)),
        (TIFF, (_tiffs,)),
        (HEIC, (_heics,)),
        (TEXT, (_texts,)),
    ):
        for maker in makers:
            for name, data in maker():
                yield Hostile(f"{maker.__name__[1:]}: {name}", media_type, data)
    yield from _polyglots()


def mutated(count: int, *, seed: int) -> Iterator[Hostile]:
    chance = random.Random(seed)
    sound = list(sound_files().items())
    for n in range(count):
        name, (media_type, data) = sound[n % len(sound)]
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            data = chance.choice(_MUTATIONS)(data, chance)
        yield Hostile(f"mutated {name} {seed}/{n}", media_type, data)


@cache
def sound_files() -> dict[str, tuple[str, bytes]]:
    """One small sound file of each kind; the seeds of the mutations."""
    pillow_heif.register_heif_opener()
    photo = Image.radial_gradient("L").resize((96, 64)).convert("RGB")
    fax = Image.radial_gradient("L").convert("1")
    letter = text_pdf("Lettre de liaison", ["Chère consœur,", [["Analyse", "Résultat"], ["TSH", "2,1 mUI/L"]]])
    return {
        "letter": (PDF, letter),
        "plain pdf": (PDF, hostile_pdf.pdf([b"BT /F 12 Tf 20 700 Td (Bonjour) Tj ET"])),
        "form": (PDF, hostile_pdf.form()),
        "pdf of a photo": (PDF, _saved(photo, "PDF")),
        "png": (PNG, _saved(photo, "PNG")),
        "palette png": (PNG, _saved(photo.quantize(16), "PNG")),
        "jpeg": (JPEG, _saved(photo, "JPEG", exif=exif(orientation=6))),
        "progressive jpeg": (JPEG, _saved(photo, "JPEG", progressive=True)),
        "lzw tiff": (TIFF, _saved(photo, "TIFF", compression="tiff_lzw", save_all=True, append_images=[photo])),
        "fax tiff": (TIFF, _saved(fax, "TIFF", compression="group4")),
        "heic": (HEIC, _saved(photo, "HEIF")),
    }


def exif(*, orientation: int = 1) -> bytes:
    """EXIF as a phone writes it: which way is up, and where the photo was taken."""
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = orientation, "PHONE-CANARY"
    place = tags.get_ifd(0x8825)
    place[1], place[2], place[29] = "N", (48.0, 51.0, 29.0), "2026:01:02"
    return tags.tobytes()


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


# --- images ----------------------------------------------------------------------------------------------------------


@cache
def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def png(width: int, height: int, pixels: bytes, *, depth: int = 8, colour: int = 0, extra: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _pngs() -> Iterator[tuple[str, bytes]]:
    little = zlib.compress(bytes(110))
    for width, height in ((100_000, 100_000), (2**31 - 1, 2**31 - 1), (2**31 - 1, 1), (1, 2**31 - 1), (0, 0), (0, 5)):
        yield f"{width} x {height}", png(width, height, little)
    bomb = swelling()
    yield "10 x 10 and 400 MB of pixels", png(10, 10, bomb)
    yield "79 Mpx of 16-bit colour", png(8_888, 8_888, bomb, depth=16, colour=6)
    yield "79 Mpx of grey", png(8_888, 8_888, bomb)
    text = b"Comment\0\0" + bomb
    yield "comment of 400 MB", png(10, 10, little, extra=chunk(b"zTXt", text))
    yield "profile of 400 MB", png(10, 10, little, extra=chunk(b"iCCP", b"a\0\0" + bomb))
    yield "international comment of 400 MB", png(10, 10, little, extra=chunk(b"iTXt", b"a\0\1\0\0\0" + bomb))
    yield "100,000 comments", png(10, 10, little, extra=chunk(b"tEXt", b"a\0b") * 100_000)
    yield "chunk longer than the file", png(10, 10, little)[:33] + b"\x7f\xff\xff\xffIDAT"
    yield "wrong checksum", png(10, 10, little).replace(b"IDAT", b"IDAT\xff", 1)
    yield "palette missing", png(10, 10, little, colour=3)
    yield "unknown colours", png(10, 10, little, depth=3, colour=5)
    frames = chunk(b"acTL", struct.pack("!II", 2**31 - 1, 0))
    yield "two billion frames", png(10, 10, little, extra=frames)
    yield "nothing after the head", png(10, 10, little)[:20]
    yield "exif of noise", png(10, 10, little, extra=chunk(b"eXIf", b"MM\0*" + b"\xff" * 500))


def _jpegs() -> Iterator[tuple[str, bytes]]:
    sound = sound_files()["jpeg"][1]
    frame = sound.index(b"\xff\xc0")
    for width, height in ((65_500, 65_500), (65_535, 1), (0, 64), (96, 0), (8_800, 8_800)):
        yield f"{width} x {height}", sound[: frame + 5] + struct.pack("!HH", height, width) + sound[frame + 9 :]
    for cut in range(4, len(sound), max(1, len(sound) // 12)):
        yield f"cut at {cut}", sound[:cut]
    wave = sound_files()["progressive jpeg"][1]
    scan = wave[wave.rindex(b"\xff\xda") : -2]
    yield "20,000 scans", wave[:-2] + scan * 20_000 + b"\xff\xd9"
    yield "exif that points to itself", sound.replace(b"MM\0*\0\0\0\x08", b"MM\0*\0\0\0\x02")
    yield "profile of noise", sound[:2] + b"\xff\xe2\x02\x02ICC_PROFILE\0\1\1" + bytes(range(256)) * 2 + sound[20:]
    yield "only markers", b"\xff\xd8\xff" + b"\xe0\0\2\xff" * 300_000
    yield "tables of noise", sound.replace(b"\xff\xc4", b"\xff\xc4\xff\xff", 1)
    yield "with a page of HTML in its comment", sound[:2] + b"\xff\xfe\0\x1f<script>alert(1)</script>    " + sound[2:]


def tiff(entries: list[tuple[int, int, int, int]], *, next_directory: int = 0, tail: bytes = b"") -> bytes:
    body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0\x08\0\0\0" + body + struct.pack("<I", next_directory) + tail


def _tiffs() -> Iterator[tuple[str, bytes]]:
    def plain(width: int, height: int, **changes: int) -> list[tuple[int, int, int, int]]:
        tags = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 134, 277: 1, 278: height, 279: 100}
        tags |= {int(key[1:]): value for key, value in changes.items()}
        return [(tag, 4, 1, value) for tag, value in sorted(tags.items())]

    pixels = bytes(200)
    yield "directory after itself", tiff(plain(10, 10), next_directory=8, tail=pixels)
    yield "directory beyond the file", tiff(plain(10, 10), next_directory=2**31, tail=pixels)
    for width, height in ((100_000, 100_000), (2**31, 2**31), (0, 0), (8_888, 8_888), (1, 70_000_000)):
        yield f"{width} x {height}", tiff(plain(width, height), tail=pixels)
    yield "two billion strips", tiff([*plain(10, 10)[:5], (273, 4, 2**31 - 1, 8), (279, 4, 2**31 - 1, 8)], tail=pixels)
    yield "tiles of nothing", tiff(plain(10, 10, t322=0, t323=0, t324=8, t325=8), tail=pixels)
    yield "65,535 bits", tiff(plain(10, 10, t258=65_535), tail=pixels)
    yield "65,535 colours", tiff(plain(10, 10, t277=65_535), tail=pixels)
    for method in (2, 3, 4, 5, 6, 7, 8, 32_773, 34_712, 50_000, 50_001, 65_535):
        yield f"noise under compression {method}", tiff(plain(500, 500, t259=method), tail=bytes(range(200)))
    swollen = swelling()
    yield "packed pixels that swell", tiff(plain(10, 10, t259=8, t279=len(swollen)), tail=swollen)
    chain, at = bytearray(b"II*\0\x08\0\0\0"), 8
    for _ in range(50_000):
        at += 6
        chain += struct.pack("<HI", 0, at)
    yield "50,000 empty directories", bytes(chain)
    yield "directory inside itself", tiff([*plain(10, 10), (330, 4, 1, 8), (34_665, 4, 1, 8)], tail=pixels)
    yield "65,535 entries", b"MM\0*\0\0\0\x08\xff\xff" + bytes(100)


def _heics() -> Iterator[tuple[str, bytes]]:
    sound = sound_files()["heic"][1]
    head = sound[: struct.unpack("!I", sound[:4])[0]]
    yield "head and noise", head + bytes(range(256)) * 100
    yield "head only", head
    yield "deep boxes", head + b"".join(struct.pack("!I4s", 8 * (5_000 - n), b"moov") for n in range(5_000))
    yield "deep meta", head + b"".join(struct.pack("!I4sI", 12 * (9_000 - n), b"meta", 0) for n in range(9_000))
    yield "box of no size", head + struct.pack("!I4s", 0, b"meta") + bytes(500)
    yield "box of two to the 63", head + struct.pack("!I4sQ", 1, b"meta", 2**63)
    place = sound.index(b"ispe") + 8
    for width, height in ((100_000, 100_000), (2**32 - 1, 2**32 - 1), (0, 0), (8_000, 8_000)):
        yield f"{width} x {height}", sound[:place] + struct.pack("!II", width, height) + sound[place + 8 :]
    for cut in range(30, len(sound), max(1, len(sound) // 10)):
        yield f"cut at {cut}", sound[:cut]
    coded = sound.index(b"mdat") + 4
    yield "coded noise", sound[:coded] + bytes((n * 37) % 256 for n in range(len(sound) - coded))
    items = sound.index(b"iloc")
    yield "items everywhere", sound[: items + 4] + b"\xff" * 60 + sound[items + 64 :]


def _texts() -> Iterator[tuple[str, bytes]]:
    yield "NULs", bytes(3_000_000)
    yield "one line of 5 MB", b"a" * 5_000_000
    yield "a million lines", b"\n" * 1_000_000
    yield "noise", bytes(range(256)) * 200
    yield "broken UTF-16", b"\xff\xfe" + b"\x00\xd8" * 5_000
    yield "odd UTF-16", b"\xff\xfea"
    yield "right to left", ("\u202egnp.exe\u202c\u2066" * 500).encode()
    yield "a letter under 10,000 accents", ("e" + "\u0301" * 10_000).encode()
    yield "a million tabs", b"\t" * 300_000
    yield "escape codes", b"\x1b]0;title\x07\x1b[2J" * 1_000
    yield "page breaks", b"\f" * 300_000


def _polyglots() -> Iterator[Hostile]:
    letter = sound_files()["letter"][1]
    page = b"<!DOCTYPE html><script>alert(document.domain)</script>"
    yield Hostile("polyglot: page of HTML, then PDF", PDF, page + letter)
    yield Hostile("polyglot: PDF, then page of HTML", PDF, letter + page)
    yield Hostile("polyglot: GIF and script", PNG, b"GIF89a/*" + bytes(200) + b"*/=1;alert(1)")
    yield Hostile("polyglot: GIF said to be JPEG", JPEG, b"GIF89a" + bytes(20))
    yield Hostile("polyglot: SVG said to be PNG", PNG, b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr("../../../outside.txt", "x")
        members.writestr("large", bytes(20_000_000))
    yield Hostile("polyglot: PDF, then archive", PDF, letter + archive.getvalue())
    yield Hostile("polyglot: PNG, then archive", PNG, sound_files()["png"][1] + archive.getvalue())
    yield Hostile("archive said to be PDF", PDF, archive.getvalue())
    yield Hostile("archive whose entries overlap, said to be PDF", PDF, overlapping_archive())
    yield Hostile("JSON of 100,000 levels, said to be text", TEXT, b"[" * 100_000)
    yield Hostile("XML of a billion laughs, said to be text", TEXT, _laughs())
    yield Hostile("PostScript said to be PDF", PDF, b"%!PS\n{} loop\n%PDF-1.4")
    yield Hostile("PNG said to be HEIC", HEIC, sound_files()["png"][1])
    yield Hostile("PDF said to be TIFF", TIFF, letter)


def overlapping_archive(entries: int = 250, size: int = 1_000_000) -> bytes:
    """A zip whose directory names the same packed bytes again and again."""
    packed = zlib.compress(bytes(size), 9)[2:-4]
    check = zlib.crc32(bytes(size))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, check, len(packed), size, 1, 0) + b"a"
    directory = b"".join(
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, check, len(packed), size, 1, 0, 0, 0, 0, 0, 0)
        + b"a"
        for _ in range(entries)
    )
    body = local + packed
    return body + directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, entries, entries, len(directory), len(body), 0)


def _laughs() -> bytes:
    lines = ["<!DOCTYPE a [<!ENTITY e0 'ha'>"]
    lines += [f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10)]
    return "\n".join([*lines, "]><a>&e9;</a>"]).encode()


# --- mutations -------------------------------------------------------------------------------------------------------


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randint(1, len(data))] or b"x"


def _drop(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.randint(1, 200) :] or b"x"


def _repeat(data: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(data)), chance.randint(1, 500)
    return data[:at] + data[at : at + length] * chance.randint(2, 20) + data[at:]


def _swap(data: bytes, chance: random.Random) -> bytes:
    a, b, length = chance.randrange(len(data)), chance.randrange(len(data)), chance.randint(1, 64)
    changed = bytearray(data)
    changed[a : a + length], changed[b : b + length] = changed[b : b + length], changed[a : a + length]
    return bytes(changed) or b"x"


def _extreme(data: bytes, chance: random.Random) -> bytes:
    """Put an extreme number where one might be read, in binary or in digits."""
    value = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"99999999999", b"-1"))
    digits = [at for at in range(len(data)) if data[at : at + 1].isdigit()]
    at = chance.choice(digits) if digits and value[:1] in b"9-" else chance.randrange(len(data))
    return data[:at] + value + data[at + (1 if value[:1] in b"9-" else len(value)) :]


_MUTATIONS = (_flip, _flip, _cut, _drop, _repeat, _swap, _extreme, _extreme)

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
        (PDF, (_pdf_actions, _pdf_boxes, _pdf_trees, _pdf_tables, _pdf_bombs, _pdf_drawing, _pdf_lies)),
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
        "plain pdf": (PDF, pdf([b"BT /F 12 Tf 20 700 Td (Bonjour) Tj ET"])),
        "form": (PDF, form()),
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


# --- PDF -------------------------------------------------------------------------------------------------------------


def assembled(objects: dict[int, bytes], *, root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of these numbered objects, with a right cross-reference table, whatever they say."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, root, trailer, start)
    return bytes(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), entries, data)


def pdf(
    contents: list[bytes],
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    box: bytes = b"0 0 595 842",
    more: dict[int, bytes] | None = None,
) -> bytes:
    """One page per content stream; `catalog` and `page` are more entries of those dictionaries."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * n) for n in range(len(contents)))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        2: b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(contents), kids),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    for n, content in enumerate(contents):
        resources = b"" if b"/Resources" in page else b"/Resources<</Font<</F 3 0 R>>>>"
        objects[10 + 2 * n] = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents %d 0 R%s%s>>" % (
            box,
            11 + 2 * n,
            resources,
            page,
        )
        objects[11 + 2 * n] = content if content.startswith(b"<<") else stream(content)
    return assembled(objects | (more or {}))


def form() -> bytes:
    """A filled-in form, whose value is only in the field's own appearance."""
    look = b"/Tx BMC q BT /F 20 Tf 0 g 5 10 Td (VALEUR) Tj ET Q EMC"
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 200 40]/Resources<</Font<</F 3 0 R>>>>"
    field_ = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(nom)/V(VALEUR)/F 4/Rect[50 600 250 640]/DA(/F 20 Tf 0 g)/AP<</N 6 0 R>>>>"
    acro = b"/AcroForm<</Fields[5 0 R]/DR<</Font<</F 3 0 R>>>>/DA(/F 20 Tf 0 g)>>"
    return pdf([b"q Q"], catalog=acro, page=b"/Annots[5 0 R]", more={5: field_, 6: stream(look, entries)})


_HELLO = [b"BT /F 12 Tf 20 700 Td (Bonjour) Tj ET"]
_SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\);this.submitForm\\('http://127.0.0.1:9/'\\);while\\(true\\){})>>"


def _pdf_actions() -> Iterator[tuple[str, bytes]]:
    yield "script at opening", pdf(_HELLO, catalog=b"/OpenAction" + _SCRIPT)
    yield "script by name", pdf(_HELLO, catalog=b"/Names<</JavaScript<</Names[(a) 5 0 R]>>>>", more={5: _SCRIPT})
    yield "script on page", pdf(_HELLO, page=b"/AA<</O" + _SCRIPT + b">>")
    yield "launch", pdf(_HELLO, catalog=b"/OpenAction<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)/P(/c calc)>>>>")
    yield "address", pdf(_HELLO, catalog=b"/OpenAction<</S/URI/URI(http://127.0.0.1:9/canary)>>")
    yield "remote", pdf(_HELLO, catalog=b"/OpenAction<</S/GoToR/F(\\\\\\\\127.0.0.1\\\\share)/D[0/Fit]>>")
    yield "submit", pdf(_HELLO, catalog=b"/OpenAction<</S/SubmitForm/F<</FS/URL/F(http://127.0.0.1:9/)>>>>")
    inside = b"/Names<</EmbeddedFiles<</Names[(run.exe) 5 0 R]>>>>"
    attached = {5: b"<</Type/Filespec/F(../../run.exe)/EF<</F 6 0 R>>>>", 6: stream(b"MZ" + bytes(100))}
    yield "embedded program", pdf(_HELLO, catalog=inside, more=attached)
    yield "stream in a file", pdf([b"<</Length 0/F(/etc/passwd)>>stream\n\nendstream"])
    yield "stream at an address", pdf([b"<</Length 0/F<</FS/URL/F(http://127.0.0.1:9/)>>>>stream\n\nendstream"])
    xfa = b"/AcroForm<</Fields[]/XFA 5 0 R>>"
    yield (
        "xfa",
        pdf(_HELLO, catalog=xfa, more={5: stream(b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>")}),
    )
    yield (
        "encrypted, key missing",
        assembled({1: b"<</Type/Catalog/Pages 2 0 R>>"}, trailer=b"/Encrypt<</Filter/Standard/V 5/R 6>>"),
    )


def _pdf_boxes() -> Iterator[tuple[str, bytes]]:
    for box in (
        b"0 0 1000000000 1000000000",
        b"0 0 0 0",
        b"0 0 -5 -5",
        b"0 0 1 200000",
        b"0 0 200000 1",
        b"0 0 0.0001 0.0001",
        b"9e99 9e99 -9e99 9e99",
        b"nan inf nan inf",
        b"0 0 99999999999999999999 2",
        b"",
        b"0 0 14400 14400",
    ):
        yield box.decode() or "none", pdf(_HELLO, box=box)
    yield "huge user unit", pdf(_HELLO, page=b"/UserUnit 1000000000")
    yield "odd rotation", pdf(_HELLO, page=b"/Rotate 45/CropBox[9 9 1 1]")


def _pdf_trees() -> Iterator[tuple[str, bytes]]:
    deep = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    deep |= {n: b"<</Type/Pages/Count 1/Kids[%d 0 R]/Parent %d 0 R>>" % (n + 1, n - 1) for n in range(2, 6000)}
    yield "6,000 levels", assembled(deep)
    yield "kid of itself", assembled({1: deep[1], 2: b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]/Parent 2 0 R>>"})
    yield "a million pages, says it", assembled({1: deep[1], 2: b"<</Type/Pages/Count 1000000/Kids[]>>"})
    same = b"<</Type/Pages/Count 200000/Kids[%s]>>" % (b"3 0 R " * 200_000)
    yield (
        "one page 200,000 times",
        assembled({1: deep[1], 2: same, 3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"}),
    )
    fan = {1: deep[1]} | {n: b"<</Type/Pages/Count 1024/Kids[%s]>>" % (b"%d 0 R " % (n + 1) * 32) for n in range(2, 12)}
    yield "32 to the power of 10", assembled(fan)
    outlines = b"/Outlines<</First 5 0 R/Last 5 0 R/Count 1>>"
    yield (
        "bookmark after itself",
        pdf(_HELLO, catalog=outlines, more={5: b"<</Title(a)/Next 5 0 R/First 5 0 R/Parent 5 0 R>>"}),
    )
    yield "no pages", assembled({1: b"<</Type/Catalog>>"})
    yield "root is a number", assembled({1: b"42"})
    yield "reference to itself", assembled({1: b"1 0 R"})
    yield "names tree loop", pdf(_HELLO, catalog=b"/Names<</Dests 5 0 R>>", more={5: b"<</Kids[5 0 R 5 0 R]>>"})


def _pdf_tables() -> Iterator[tuple[str, bytes]]:
    sound = pdf(_HELLO)
    start = sound.rindex(b"startxref")
    at = sound.index(b"xref\n")
    yield "prev is itself", sound.replace(b"trailer\n<<", b"trailer\n<</Prev %d" % at)
    yield "no table", sound[:at]
    yield "table nowhere", sound[:start] + b"startxref\n99999999999\n%%EOF"
    yield "table before the file", sound[:start] + b"startxref\n-5\n%%EOF"
    yield "a million million objects", sound.replace(b"/Size ", b"/Size 999999999999")
    yield "table of a million rows", sound.replace(b"xref\n0 1\n", b"xref\n0 1000000\n")
    table = zlib.compress(bytes(50_000_000))
    entries = b"/Type/XRef/Size 9999999/W[1 2 1]/Index[0 9999999]/Root 1 0 R/Filter/FlateDecode"
    body = b"%PDF-1.7\n5 0 obj\n" + stream(table, entries) + b"\nendobj\nstartxref\n9\n%%EOF"
    yield "packed table that swells", body
    packed = zlib.compress(b"7 0 8 10 <</A 8 0 R>> <</B 7 0 R>>" + b" " * 60_000_000)
    yield (
        "object stream that swells",
        pdf(_HELLO, more={6: stream(packed, b"/Type/ObjStm/N 2/First 9/Filter/FlateDecode/Extends 6 0 R")}),
    )
    yield "object stream in itself", pdf(_HELLO, more={6: stream(b"6 0 ", b"/Type/ObjStm/N 1/First 4")})


def _pdf_bombs() -> Iterator[tuple[str, bytes]]:
    zeros = _swelling()
    yield "400 MB of nothing", pdf([stream(zeros, b"/Filter/FlateDecode")])
    yield (
        "packed three times",
        pdf([stream(zlib.compress(zlib.compress(zeros)), b"/Filter[/FlateDecode/FlateDecode/FlateDecode]")]),
    )
    yield "a hundred filters", pdf([stream(b"00", b"/Filter[" + b"/ASCIIHexDecode" * 100 + b"]")])
    for name, entries, data in (
        (
            "image of ten billion pixels",
            b"/Width 100000/Height 100000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode",
            zeros,
        ),
        ("image of odd bits", b"/Width 2147483647/Height 2/ColorSpace/DeviceGray/BitsPerComponent 16", b"x"),
        (
            "jbig2 noise",
            b"/Width 9000/Height 9000/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/JBIG2Decode",
            bytes(range(256)),
        ),
        ("jpeg 2000 noise", b"/Width 9000/Height 9000/Filter/JPXDecode", b"\xff\x4f\xff\x51\x00\x2f" + b"\xff" * 200),
        (
            "fax of endless columns",
            b"/Width 60000/Height 60000/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 60000/Rows 60000>>",
            b"\0" * 999,
        ),
        (
            "predictor of endless columns",
            b"/Width 9/Height 9/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 2147483647>>",
            zlib.compress(b"a" * 99),
        ),
        (
            "mask of itself",
            b"/Width 9/Height 9/ColorSpace/DeviceGray/BitsPerComponent 8/SMask 5 0 R/Mask 5 0 R",
            b"a" * 81,
        ),
        (
            "lzw noise",
            b"/Width 9000/Height 9000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/LZWDecode",
            b"\x80\x0b\x60" * 99,
        ),
        (
            "run length",
            b"/Width 30000/Height 30000/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/RunLengthDecode",
            b"\x81a" * 99_999,
        ),
    ):
        page = b"/Resources<</XObject<</I 5 0 R>>>>"
        yield (
            name,
            pdf(
                [b"q 500 0 0 500 0 0 cm /I Do Q"],
                page=page,
                more={5: stream(data, b"/Type/XObject/Subtype/Image" + entries)},
            ),
        )


def _pdf_drawing() -> Iterator[tuple[str, bytes]]:
    itself = {5: stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>")}
    yield "drawing in itself", pdf([b"/X Do"], page=b"/Resources<</XObject<</X 5 0 R>>>>", more=itself)
    chain = {
        5 + n: stream(
            b"/X Do " * 10, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (105 + n)
        )
        for n in (0, 100, 200, 300, 400, 500, 600, 700)
    }
    yield "ten to the power of eight drawings", pdf([b"/X Do"], page=b"/Resources<</XObject<</X 5 0 R>>>>", more=chain)
    yield "a million strokes", pdf([b"0 0 m 500 500 l S\n" * 300_000])
    yield "states never restored", pdf([b"q " * 500_000])
    yield "deep arrays", pdf([b"[" * 200_000])
    yield "deep dictionaries", pdf(_HELLO, catalog=b"/A" + b"<</A" * 20_000)
    yield "text without end", pdf([b"BT /F 12 Tf (" + b"a" * 300_000])
    yield "endless name", pdf([b"/" + b"a" * 300_000 + b" gs"])
    yield "numbers too large", pdf([b"1e308 1e308 m 9" + b"9" * 5000 + b" 0 l S 1e-320 w 99999999999 Tf"])
    tile = {
        5: stream(
            b"0 0 1 1 re f",
            b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep .00001/YStep .00001/Resources<<>>",
        )
    }
    yield (
        "tiles without number",
        pdf([b"/Pattern cs /P scn 0 0 595 842 re f"], page=b"/Resources<</Pattern<</P 5 0 R>>>>", more=tile),
    )
    shade = {5: b"<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1e9 0 1e9]/Function 6 0 R>>"}
    shade[6] = stream(b"{" * 3000 + b"}" * 3000, b"/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]")
    yield "functions in functions", pdf([b"/S sh"], page=b"/Resources<</Shading<</S 5 0 R>>>>", more=shade)
    stitched = {5: b"<</ShadingType 2/Coords[0 0 9 9]/ColorSpace/DeviceRGB/Function 6 0 R>>"}
    stitched[6] = b"<</FunctionType 3/Domain[0 1]/Functions[6 0 R 6 0 R]/Bounds[.5]/Encode[0 1 0 1]>>"
    yield "function of itself", pdf([b"/S sh"], page=b"/Resources<</Shading<</S 5 0 R>>>>", more=stitched)
    letter = {
        5: b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[9]/Resources<</Font<</F 5 0 R>>>>>>"
    }
    letter[6] = stream(b"BT /F 9 Tf (aaaa) Tj ET")
    yield (
        "letter written with itself",
        pdf([b"BT /F 9 Tf (aaaa) Tj ET"], page=b"/Resources<</Font<</F 5 0 R>>>>", more=letter),
    )
    font = {
        5: b"<</Type/Font/Subtype/TrueType/BaseFont/A/FontDescriptor 6 0 R>>",
        6: b"<</Type/FontDescriptor/FontName/A/Flags 4/FontFile2 7 0 R>>",
    }
    font[7] = stream(b"\0\1\0\0\xff\xff" + bytes(range(256)) * 40)
    yield (
        "font of noise",
        pdf([b"BT /F 12 Tf 20 700 Td (Bonjour) Tj ET"], page=b"/Resources<</Font<</F 5 0 R>>>>", more=font),
    )
    space = {5: b"[/Indexed 5 0 R 255 (abc)]"}
    yield (
        "colours of themselves",
        pdf([b"/C cs 1 sc 0 0 99 99 re f"], page=b"/Resources<</ColorSpace<</C 5 0 R>>>>", more=space),
    )
    group = {
        5: stream(
            b"0 0 99 99 re f",
            b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Group<</S/Transparency>>/Resources<</ExtGState<</G 6 0 R>>>>",
        )
    }
    group[6] = b"<</SMask<</S/Luminosity/G 5 0 R>>>>"
    yield "mask behind itself", pdf([b"/G gs 0 0 99 99 re f"], page=b"/Resources<</ExtGState<</G 6 0 R>>>>", more=group)
    annots = b"/Annots[" + b"<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(javascript:alert(1))>>>>" * 20_000 + b"]"
    yield "20,000 links", pdf(_HELLO, page=annots)


def _pdf_lies() -> Iterator[tuple[str, bytes]]:
    sound = pdf(_HELLO)
    for length in (b"99999999999", b"-1", b"0", b"11 0 R", b"(a)"):
        yield f"length {length.decode()}", sound.replace(b"/Length 37", b"/Length " + length)
    yield "only a head", b"%PDF-1.7"
    yield "head and noise", b"%PDF-1.7\n" + bytes(range(256)) * 500
    yield "head and NULs", b"%PDF-1.7\n" + bytes(2_000_000)
    yield "comment without end", b"%PDF-1.7\n%" + b"a" * 2_000_000
    yield "a million objects", b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n<<>>\nendobj\n" % n for n in range(1, 100_000))


# --- images ----------------------------------------------------------------------------------------------------------


@cache
def _swelling() -> bytes:
    """400 kB that unpack to 400 MB: more than the walls allow."""
    return zlib.compress(bytes(400_000_000), 9)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def png(width: int, height: int, pixels: bytes, *, depth: int = 8, colour: int = 0, extra: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _pngs() -> Iterator[tuple[str, bytes]]:
    little = zlib.compress(bytes(110))
    for width, height in ((100_000, 100_000), (2**31 - 1, 2**31 - 1), (2**31 - 1, 1), (1, 2**31 - 1), (0, 0), (0, 5)):
        yield f"{width} x {height}", png(width, height, little)
    bomb = _swelling()
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
    swollen = _swelling()
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

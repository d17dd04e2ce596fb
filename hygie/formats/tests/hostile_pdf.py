"""PDFs that nobody should have made: scripts, boxes without sense, trees that turn in circles, bombs, lies."""

from __future__ import annotations

import zlib
from collections.abc import Iterator


def swelling() -> bytes:
    """400 kB that unpack to 400 MB: more than the walls allow."""
    return zlib.compress(bytes(400_000_000), 9)


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
    zeros = swelling()
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


MAKERS = (_pdf_actions, _pdf_boxes, _pdf_trees, _pdf_tables, _pdf_bombs, _pdf_drawing, _pdf_lies)

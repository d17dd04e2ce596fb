"""What is done to a hostile file behind the walls: count its pages, draw one, read its text, join photos.

Runs in the sandboxed child only; `hygie.formats.preview` is the way to it. Each function takes the bytes and the
media type that the caller recognised, hands them to that type's decoder and no other (a polyglot is read as one thing),
and returns plain values. Whatever a decoder raises means the same to the caller: the file cannot be displayed.
"""

from __future__ import annotations

import codecs
import ctypes
import io
import warnings

import pillow_heif
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageCms, ImageOps

MAX_PIXELS = 80_000_000  # refused above: no camera or scanner of a practice makes larger pages
MAX_DECODED = 176 << 20  # bytes a decoded image may take, under the 256 MB of the process
MAX_DRAWN = 12_000_000  # pixels of a page drawn for the screen
MAX_SIDE = 8_000
MAX_TEXT = 1_000_000  # characters
A4, A4_DPI = (2480, 3508), 300  # pixels, and how many of them to an inch: what is cut out of a photo must still read
FORMATS = {
    "image/jpeg": "JPEG", "image/png": "PNG", "image/tiff": "TIFF", "image/heic": "HEIF", "image/heif": "HEIF",
    "image/gif": "GIF",
}  # fmt: skip

_LINES, _COLUMNS = 64, 92  # of a page of plain text, in Courier 10 on A4
_BYTES_PER_PIXEL = {"1": 1, "L": 1, "P": 1, "LA": 2, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2, "RGB": 4}


class Refusal(Exception):
    """A file that will not be displayed, and the reason that the person can do something about."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def count(data: bytes, media_type: str) -> int:
    """How many pages the file has, at least 1."""
    if media_type == "application/pdf":
        return len(_pdf(data))
    if media_type == "text/plain":
        return -(-len(_lines(decoded(data))) // _LINES) or 1
    return _frames(_image(data, media_type))


def draw(data: bytes, media_type: str, number: int, width: int) -> tuple[bytes, int, int]:
    """Page `number` (from 1) as a PNG or a WebP, `width` pixels wide or less, with its size. Carries nothing but pixels."""
    page = _drawn(data, media_type, number, width)
    return _encoded(page), page.width, page.height


def _drawn(data: bytes, media_type: str, number: int, width: int) -> Image.Image:
    if media_type == "application/pdf":
        return _pdf_page(_pdf(data), number, width)
    if media_type == "text/plain":
        return _pdf_page(_typed(decoded(data), number), 1, width)
    return _photo(data, media_type, number, (width, MAX_SIDE))


def crop(data: bytes, media_type: str, number: int, width: int, box: tuple[int, ...]) -> tuple[bytes, int, int]:
    """A part of a page drawn `width` pixels wide. box: left, top, right, bottom, in ten-thousandths of the page."""
    page = _drawn(data, media_type, number, width)
    left, right = (box[at] * page.width // 10_000 for at in (0, 2))
    top, bottom = (box[at] * page.height // 10_000 for at in (1, 3))
    part = page.crop((left, top, max(left + 1, right), max(top + 1, bottom)))
    return _encoded(part), part.width, part.height


def text(data: bytes, media_type: str) -> str:
    """The text layer, pages separated by form feeds; "" for images. Cut at MAX_TEXT characters."""
    if media_type == "text/plain":
        return decoded(data)[:MAX_TEXT]
    if media_type != "application/pdf":
        return ""
    document, pages, room = _pdf(data), [], MAX_TEXT
    for page in document:
        layer = page.get_textpage()
        pages.append(layer.get_text_range(errors="replace")[:room].replace("\f", "\n") if layer.count_chars() else "")
        layer.close()
        page.close()
        room -= len(pages[-1]) + 1
        if room <= 0:
            break
    return "\f".join(pages).replace("\r\n", "\n").replace("\ufffe", "-")  # U+FFFE: a hyphen at the end of a line


def photo(data: bytes, media_type: str, number: int) -> bytes:
    """Page `number` of an image as a JPEG that fits A4 at 300 dpi: upright, without metadata."""
    size = A4 if _upright(_image(data, media_type)) else A4[::-1]
    return _jpeg(_photo(data, media_type, number, size), quality=85)


def join(photos: list[bytes]) -> bytes:
    """JPEGs made by `photo`, unchanged, as the pages of one PDF. Same photos, same bytes: no date, no random id."""
    first = 3  # object 1 is the catalogue, 2 the list of pages; each page takes three
    kids = b" ".join(b"%d 0 R" % (first + 3 * n) for n in range(len(photos)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(photos), kids)]
    for n, each in enumerate(photos):
        width, height = Image.open(io.BytesIO(each), formats=["JPEG"]).size
        inch = max(max(width, height) / max(A4), min(width, height) / min(A4)) * A4_DPI  # in pixels: all fill A4
        across, down, page = width * 72 / inch, height * 72 / inch, first + 3 * n
        drawn = b"q %.2f 0 0 %.2f 0 0 cm /I Do Q" % (across, down)
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Resources<</XObject<</I %d 0 R>>>>/Contents %d 0 R>>"
            % (across, down, page + 2, page + 1),
            b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
            b"/Filter/DCTDecode/Length %d>>stream\n%s\nendstream" % (width, height, len(each), each),
        ]
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(out))
    return bytes(out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, table) + end)


def decoded(data: bytes) -> str:
    """Plain text, whatever wrote it: UTF-8, UTF-16 with its mark, or else Windows-1252. Never fails."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return _printable(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _printable(data.decode("latin-1"))


def warm() -> None:
    """Load, before the walls, everything the functions above load on first use."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.init()
    for name in ("JPEG", "PNG", "TIFF", "GIF"):
        sample = io.BytesIO()
        frame = Image.new("RGB", (8, 8), "white")
        frame.save(sample, name, **({"compression": "tiff_lzw"} if name == "TIFF" else {}))
        photo(sample.getvalue(), f"image/{name.lower()}", 1)
        draw(sample.getvalue(), f"image/{name.lower()}", 1, 8)
    ImageCms.createProfile("sRGB")
    joined = join([_jpeg(Image.new("RGB", (8, 8), "white"), quality=80)] * 2)
    _encoded(Image.effect_noise((32, 32), 80).convert("RGB")), _encoded(Image.radial_gradient("L").convert("RGB"))
    _encoded(Image.merge("RGB", [Image.effect_noise((64, 64), 80) for _ in "RGB"]))
    count(joined, "application/pdf"), text(joined, "application/pdf"), draw(joined, "application/pdf", 1, 8)
    draw("à".encode(), "text/plain", 1, 100)
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"):
        codecs.lookup(encoding)


# --- PDF -------------------------------------------------------------------------------------------------------------


def _pdf(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Refusal("encrypted-file" if "password" in str(error).lower() else "unreadable-file") from error
    document.init_forms()  # the typed-in values of a form are drawn too; no script engine exists in this build
    if len(document) < 1:
        raise Refusal("unreadable-file")
    return document


def _pdf_page(document: pypdfium2.PdfDocument, number: int, width: int) -> Image.Image:
    if not 1 <= number <= len(document):
        raise Refusal("no-such-page")
    page = document[number - 1]
    across, down = page.get_size()
    if not (0 < across < 1e6 and 0 < down < 1e6):
        raise Refusal("unreadable-file")
    scale = min((width - 0.01) / across, MAX_SIDE / down, (MAX_DRAWN / (across * down)) ** 0.5)
    if across * scale < 1 or down * scale < 1:
        raise Refusal("unreadable-file")
    drawn: Image.Image = page.render(scale=scale, rev_byteorder=True).to_pil()
    return drawn.convert("RGB")


def _typed(content: str, number: int) -> pypdfium2.PdfDocument:
    """Page `number` of a plain text as a PDF page in Courier, so that columns of old reports stay aligned."""
    lines = _lines(content)
    shown = lines[(number - 1) * _LINES : number * _LINES]
    if number < 1 or (number > 1 and not shown):
        raise Refusal("no-such-page")
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(595, 842)
    font = pdfium.FPDFText_LoadStandardFont(document, b"Courier")
    for row, line in enumerate(shown):
        if line.strip():
            words = pdfium.FPDFPageObj_CreateTextObj(document, font, 10.0)
            encoded = ctypes.create_string_buffer((line + "\0").encode("utf-16-le", "replace"))
            pdfium.FPDFText_SetText(words, ctypes.cast(encoded, pdfium.FPDF_WIDESTRING))
            pdfium.FPDFPageObj_Transform(words, 1, 0, 0, 1, 22, 842 - 36 - row * 12)
            pdfium.FPDFPage_InsertObject(page, words)
    page.gen_content()
    return document


# --- images ----------------------------------------------------------------------------------------------------------


def _image(data: bytes, media_type: str) -> Image.Image:
    """Open with the one decoder of its type; refuse what would not fit in memory before a pixel is decoded."""
    try:
        image = Image.open(io.BytesIO(data), formats=[FORMATS[media_type]])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refusal("too-large-to-display") from error
    if image.width * image.height > MAX_PIXELS:
        raise Refusal("too-large-to-display")
    return image


def _photo(data: bytes, media_type: str, number: int, size: tuple[int, int]) -> Image.Image:
    """Page `number` upright, in sRGB on white, no larger than `size`, freed of all that is not pixels."""
    image = _image(data, media_type)
    if not 1 <= number <= _frames(image):
        raise Refusal("no-such-page")
    if number > 1:
        image.seek(number - 1)
    box = size if _upright(image) else size[::-1]
    wanted = (box[0] * 2, box[1] * 2) if box[1] < MAX_SIDE else (box[0] * 2, 1)
    if (
        _decoded(image) > MAX_DECODED
    ):  # a JPEG is read at half its size sooner than not at all; it takes one asking only
        wanted = (min(wanted[0], image.width // 2), min(wanted[1], image.height // 2))
    image.draft("RGB", wanted)
    if _decoded(image) > MAX_DECODED:
        raise Refusal("too-large-to-display")
    profile, orientation = image.info.get("icc_profile"), image.getexif().get(0x0112, 1)
    image.load()
    image = _eight_bits(image)
    image.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    image = _on_white(image)
    if profile and image.mode == "RGB":
        image = _in_srgb(image, profile)
    tag = Image.Exif()
    tag[0x0112] = orientation
    image.info = {"exif": tag.tobytes()}
    image = ImageOps.exif_transpose(image)
    image.info = {}
    return image


def _decoded(image: Image.Image) -> int:
    """Bytes that its pixels will take."""
    return image.width * image.height * _BYTES_PER_PIXEL.get(image.mode, 4)


def _frames(image: Image.Image) -> int:
    """The pages of a scan; of an animation, its first picture alone."""
    return 1 if image.format == "GIF" else int(getattr(image, "n_frames", 1))


def _upright(image: Image.Image) -> bool:
    """Whether the stored rows are the rows people see (and not the columns)."""
    return image.getexif().get(0x0112, 1) not in (5, 6, 7, 8)


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    if image.mode in ("RGB", "L", "RGBA", "LA"):
        return image
    if image.mode == "P" and "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "I", "F") else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode not in ("RGBA", "LA"):
        return image
    image = image.convert("RGBA")
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image.getchannel("A"))
    return sheet


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours as the camera meant them; unchanged when its profile makes no sense."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned or image


def _encoded(image: Image.Image) -> bytes:
    """A page of text as a lossless PNG of few colours (about 15 kB), anything photographic as WebP (a tenth of its PNG)."""
    red, *others = image.split()
    out = io.BytesIO()
    if not any(ImageChops.difference(red, other).getbbox() for other in others):
        red.save(out, "PNG", compress_level=4)
    elif image.getcolors(256):
        image.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", compress_level=4)
    else:
        image.save(out, "WEBP", quality=85, method=1)
    return out.getvalue()


def _jpeg(image: Image.Image, *, quality: int) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


# --- plain text ------------------------------------------------------------------------------------------------------


def _printable(content: str) -> str:
    """Without NULs and control characters other than tab, line feed and form feed."""
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    return content.translate(dict.fromkeys((*range(9), 11, *range(14, 32), 127)))


def _lines(content: str) -> list[str]:
    lines: list[str] = []
    for line in content.replace("\f", "\n").expandtabs(8).split("\n"):
        lines += [line[at : at + _COLUMNS] for at in range(0, len(line), _COLUMNS)] or [""]
    while lines and not lines[-1].strip():
        lines.pop()
    return lines

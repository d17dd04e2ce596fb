"""Pages as images: right side up, the right size, and nothing in them but the page."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from hygie.base import errors
from hygie.formats import preview
from hygie.formats.pdf import text_pdf
from hygie.formats.tests import hostile, hostile_pdf
from hygie.formats.tests.hostile import HEIC, JPEG, PDF, PNG, TEXT, TIFF

GIF = "image/gif"
LETTER = text_pdf("Lettre de liaison", ["Chère consœur,", "Amina a été hospitalisée le 3 mars 2026."])


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def shown(data: bytes, media_type: str, number: int = 1, *, width: int = 400) -> Image.Image:
    return Image.open(io.BytesIO(preview.page(data, media_type, number, width=width).data)).convert("RGB")


def corner_sheet() -> Image.Image:
    """Wider than high, red in its top left corner."""
    sheet = Image.new("RGB", (120, 80), "white")
    sheet.paste((255, 0, 0), (0, 0, 40, 40))
    return sheet


def test_every_kind_of_file_has_a_first_page() -> None:
    for name, (media_type, data) in hostile.sound_files().items():
        assert preview.page_count(data, media_type) == (2 if name == "lzw tiff" else 1), name
        image = preview.page(data, media_type, 1, width=64)
        assert image.width == 64, name
        assert image.media_type in ("image/png", "image/webp"), name


def test_a_pdf_is_drawn_at_the_width_asked() -> None:
    image = preview.page(LETTER, PDF, 1, width=1000)
    assert (image.width, image.height) == (1000, 1415)
    assert image.media_type == "image/png"
    assert len(image.data) < 100_000


@pytest.mark.parametrize(("data", "kind"), [(LETTER, PDF), (PNG, "image/png"), (b"TSH 2,1 mUI/L", TEXT)])
def test_a_crop_is_that_very_part_of_the_page(data: object, kind: str) -> None:
    content = data if isinstance(data, bytes) else hostile.sound_files()["png"][1]
    whole = Image.open(io.BytesIO(preview.page(content, kind, 1, width=1000).data)).convert("RGB")
    part = preview.crop(content, kind, 1, (0.2, 0.1, 0.6, 0.3), width=1000)
    left, top = int(0.185 * whole.width), int(0.088 * whole.height)
    seen = Image.open(io.BytesIO(part.data)).convert("RGB")
    assert seen.tobytes() == whole.crop((left, top, left + part.width, top + part.height)).tobytes()
    assert part.width < whole.width / 2 and part.height < whole.height / 3


@pytest.mark.parametrize("box", [(0.5, 0.1, 0.2, 0.3), (0, 0, 1.2, 1), (-0.1, 0, 1, 1), (0.1, 0.1, 0.1, 0.2)])
def test_there_is_no_crop_outside_the_page(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"\("):
        preview.crop(LETTER, PDF, 1, box, width=1000)


def test_the_text_layer_is_read_with_its_accents_page_by_page() -> None:
    two = text_pdf("Première page", ["mot " * 40] * 40 + ["« Œdème » à 12 µmol/L ≥ 3 €"])
    pages = preview.text(two, PDF).split("\f")
    assert len(pages) == preview.page_count(two, PDF) > 1
    assert "Première page" in pages[0]
    assert "« Œdème » à 12 µmol/L ≥ 3 €" in pages[-1].replace("\u00a0", " ")


def test_a_picture_has_no_text_layer() -> None:
    media_type, data = hostile.sound_files()["jpeg"]
    assert preview.text(data, media_type) == ""


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_shown_upright_whichever_way_the_phone_was_held(orientation: int) -> None:
    upright = corner_sheet()
    turns = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # EXIF orientation -> how the sensor saw an upright scene
    held = upright.transpose(Image.Transpose(turns[orientation])) if orientation > 1 else upright
    photo = saved(held, "JPEG", quality=95, exif=hostile.exif(orientation=orientation))
    image = shown(photo, JPEG, width=120)
    assert image.size == (120, 80)
    red, green, _ = image.getpixel((10, 10))
    assert red > 200 > 80 > green
    assert image.getpixel((110, 70)) > (200, 200, 200)


def test_where_a_photo_was_taken_never_reaches_the_page() -> None:
    photo = saved(Image.effect_noise((300, 200), 60).convert("RGB"), "JPEG", exif=hostile.exif(), comment=b"CANARY")
    assert b"CANARY" in photo
    for made in (preview.page(photo, JPEG, 1, width=200).data, preview.join_images([photo])):
        assert b"CANARY" not in made
        assert b"Exif" not in made
    page = Image.open(io.BytesIO(preview.page(photo, JPEG, 1, width=200).data))
    assert not dict(page.getexif())
    assert not {"exif", "comment", "icc_profile", "xmp"} & page.info.keys()


def test_a_photograph_travels_as_webp_and_stays_small() -> None:
    noisy = Image.merge("RGB", [Image.effect_noise((1200, 900), 40) for _ in "RGB"])
    image = preview.page(saved(noisy, "JPEG"), JPEG, 1, width=1000)
    assert image.media_type == "image/webp"
    assert (image.width, image.height) == (1000, 750)


def test_a_small_picture_is_not_blown_up() -> None:
    assert preview.page(saved(corner_sheet(), "PNG"), PNG, 1, width=1000).width == 120


def test_every_page_of_a_fax_can_be_seen() -> None:
    pages = [Image.new("L", (60, 80), shade) for shade in (10, 120, 230)]
    fax = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    assert preview.page_count(fax, TIFF) == 3
    assert [shown(fax, TIFF, n).getpixel((5, 5))[0] for n in (1, 2, 3)] == [10, 120, 230]


def test_transparent_is_white_and_sixteen_bits_are_seen() -> None:
    assert shown(saved(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG"), PNG).getpixel((5, 5)) == (255, 255, 255)
    middle = Image.new("I;16", (10, 10), 32_768)
    assert shown(saved(middle, "PNG"), PNG).getpixel((5, 5)) == (128, 128, 128)
    inks = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    red, green, blue = shown(saved(inks, "JPEG"), JPEG).getpixel((8, 8))
    assert red > 200 > 80 > max(green, blue)


def test_plain_text_keeps_its_columns_and_its_pages() -> None:
    report = ("Hémoglobine      12,5 g/dL\r\n" * 100).encode("cp1252")
    assert preview.page_count(report, TEXT) == 2
    assert preview.text(report, TEXT).startswith("Hémoglobine      12,5 g/dL\n")
    assert shown(report, TEXT, 2).getextrema()[0][0] < 100  # something is written there


def test_what_was_typed_into_a_form_is_seen() -> None:
    field = shown(hostile_pdf.form(), PDF, width=595).crop((50, 200, 250, 245)).convert("L")
    assert field.getextrema()[0] < 100


def test_a_pdf_behind_a_password_says_what_to_do() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(100, 700, "Bonjour")
    canvas.save()
    with pytest.raises(errors.Invalid) as refusal:
        preview.page_count(out.getvalue(), PDF)
    assert refusal.value.code == "encrypted-file"
    assert "sans protection" in refusal.value.public


def test_a_pdf_that_only_forbids_printing_is_shown() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("", ownerPassword="owner", canPrint=0, strength=128))
    canvas.drawString(100, 700, "Bonjour")
    canvas.save()
    assert preview.page_count(out.getvalue(), PDF) == 1


@pytest.mark.parametrize("number", [0, -1, 2, 10**9])
@pytest.mark.parametrize("name", ["letter", "jpeg", "heic"])
def test_a_page_that_is_not_there_is_said_not_to_be(name: str, number: int) -> None:
    media_type, data = hostile.sound_files()[name]
    with pytest.raises(errors.Invalid) as refusal:
        preview.page(data, media_type, number, width=100)
    assert refusal.value.code == "no-such-page"


def test_a_flood_of_pixels_is_refused_by_name() -> None:
    with pytest.raises(errors.Invalid) as refusal:
        preview.page(hostile.png(20_000, 20_000, b""), PNG, 1, width=100)
    assert refusal.value.code == "too-large-to-display"


def test_types_without_pages_are_not_tried() -> None:
    for media_type in ("text/html", "image/svg+xml", "text/xml", "image/webp", ""):
        with pytest.raises(errors.Unsupported):
            preview.page_count(b"<svg/>", media_type)


def test_a_gif_shows_its_first_picture_and_no_other() -> None:
    frames = [Image.new("RGB", (300, 200), colour) for colour in ("red", "blue", "green")]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=40, loop=0)
    assert preview.page_count(moving, GIF) == 1
    red, green, blue = shown(moving, GIF, 1).convert("RGB").getpixel((10, 10))
    assert red > 200 > 60 > max(green, blue)
    with pytest.raises(errors.Invalid) as refusal:
        preview.page(moving, GIF, 2, width=100)
    assert refusal.value.code == "no-such-page"


@pytest.mark.parametrize("data", [b"GIF89a", b"GIF89a" + b"\xff\xff" * 20, b"GIF89a/*" + bytes(200) + b"*/=1;alert(1)"])
def test_a_broken_gif_is_said_to_be_unreadable_or_too_large(data: bytes) -> None:
    with pytest.raises(errors.Invalid):
        preview.page(data, GIF, 1, width=100)


def test_photos_of_the_pages_of_a_letter_become_one_document() -> None:
    sound = hostile.sound_files()
    photos = [sound[name][1] for name in ("jpeg", "png", "lzw tiff", "heic")]
    joined = preview.join_images(photos)
    assert joined == preview.join_images(photos)
    assert preview.page_count(joined, PDF) == 5
    assert shown(joined, PDF, 1).size[0] < shown(joined, PDF, 1).size[1]  # the first was taken on its side


def test_the_memory_of_a_phone_full_of_large_photos_is_not_needed_at_once() -> None:
    noisy = Image.merge("RGB", [Image.effect_noise((2000, 3000), 20) for _ in "RGB"]).resize((3000, 4000))
    photo = saved(noisy, "JPEG", quality=85)
    joined = preview.join_images([photo] * 6)
    assert preview.page_count(joined, PDF) == 6
    assert preview.page(joined, PDF, 6, width=500).height == 667


def test_joining_refuses_what_is_not_a_photo() -> None:
    for images, code in (([], "no-image"), ([LETTER], "not-an-image"), ([b""], "not-an-image")):
        with pytest.raises(errors.Invalid) as refusal:
            preview.join_images(images)
        assert refusal.value.code == code
    with pytest.raises(errors.Invalid) as refusal:
        preview.join_images([hostile.sound_files()["png"][1]] * 41)
    assert refusal.value.code == "too-many-pages"


def test_the_colours_of_a_heic_photo_survive() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    red, green, blue = shown(saved(corner_sheet(), "HEIF", quality=90), HEIC, width=120).getpixel((10, 10))
    assert red > 200 > 90 > max(green, blue)

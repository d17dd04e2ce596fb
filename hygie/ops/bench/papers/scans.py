"""What scanners and telephones do to paper: the drawn reports as pictures, each spoilt in its own way. Same seed, same picture."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import pypdfium2
from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from hygie.ops.bench.papers.sheet import Paper

DPI: Final = 200


def pictures(paper: Paper, dpi: int = DPI) -> list[Image.Image]:
    """The pages as clean grey pictures."""
    document = pypdfium2.PdfDocument(paper.data)
    return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]


def clean(page: Image.Image, draw: random.Random) -> tuple[Image.Image, int]:
    """A good scanner: level, sharp. Picture and JPEG quality."""
    return page, 85


def turned(page: Image.Image, draw: random.Random) -> tuple[Image.Image, int]:
    """Laid askew, by half a degree to two."""
    angle = draw.uniform(0.5, 2.0) * draw.choice((-1, 1))
    return page.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255), 80


def blurred(page: Image.Image, draw: random.Random) -> tuple[Image.Image, int]:
    """Slightly out of focus, and compressed."""
    return page.filter(ImageFilter.GaussianBlur(draw.uniform(0.6, 1.0))), 60


def noisy(page: Image.Image, draw: random.Random) -> tuple[Image.Image, int]:
    """A grainy sensor."""
    grain = _grain(page.size, draw, 28)
    return ImageChops.add(page.point(lambda level: 30 + level * 0.8), grain, offset=-128), 70


def pale(page: Image.Image, draw: random.Random) -> tuple[Image.Image, int]:
    """An old fax or a printer short of ink: grey on grey, half a degree askew."""
    grey = ImageEnhance.Contrast(page).enhance(0.35)
    return grey.rotate(draw.uniform(-0.6, 0.6), resample=Image.Resampling.BICUBIC, fillcolor=200), 55


def photographed(page: Image.Image, draw: random.Random) -> tuple[Image.Image, int]:
    """A telephone: a shadow across the page, a little blur, grain and turn."""
    shade = Image.linear_gradient("L").rotate(draw.choice((0, 90, 180, 270))).resize(page.size)
    shade = shade.point(lambda level: 115 + level * 0.5)
    photo = ImageChops.multiply(page, shade).filter(ImageFilter.GaussianBlur(0.6))
    photo = ImageChops.add(photo, _grain(page.size, draw, 9), offset=-128)
    angle = draw.uniform(0.5, 1.6) * draw.choice((-1, 1))
    return photo.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=120), 65


SPOILT: Final[Mapping[str, Callable[[Image.Image, random.Random], tuple[Image.Image, int]]]] = MappingProxyType(
    {spoil.__name__: spoil for spoil in (clean, turned, blurred, noisy, pale, photographed)}
)


def scanned(paper: Paper, how: str, seed: int = 1) -> bytes:
    """The document as a scan: a JPEG for one page, a multi-page TIFF for more."""
    draw = random.Random(f"{how}{seed}")
    pages = [SPOILT[how](page, draw) for page in pictures(paper)]
    out = io.BytesIO()
    if len(pages) == 1:
        page, quality = pages[0]
        page.save(out, "JPEG", quality=quality, dpi=(DPI, DPI))
    else:
        squeezed = [_through_jpeg(page, quality) for page, quality in pages]
        squeezed[0].save(out, "TIFF", save_all=True, append_images=squeezed[1:], compression="tiff_lzw", dpi=(DPI, DPI))
    return out.getvalue()


def _through_jpeg(page: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=quality)
    return ImageOps.grayscale(Image.open(io.BytesIO(out.getvalue())))


def _grain(size: tuple[int, int], draw: random.Random, strength: float) -> Image.Image:
    """Repeatable noise around 128: random bytes of the seed, softened to the strength asked."""
    raw = Image.frombytes("L", size, draw.randbytes(size[0] * size[1]))
    return raw.point(lambda level: 128 + (level - 128) * strength / 74)

"""QR codes drawn in the page itself: nothing is fetched, and they print as sharply as the text around them."""

from __future__ import annotations

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

SIDE = 5  # pixels a module; with its quiet zone of four (ISO/IEC 18004), some 4 cm on paper


def drawing(text: str, *, label: str) -> SafeString:
    """`text` as a QR code, black on white whatever the theme; `label` says what it opens to who does not see it."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(scale=SIDE, border=4, light="#fff", svgclass=None, lineclass=None, omitsize=True)
    return format_html(
        '<span class="qr" role="img" aria-label="{}">{}</span>',
        label,
        SafeString(drawn.replace("<svg ", '<svg aria-hidden="true" ', 1)),
    )

"""Counts as bars lying (`bars`) or standing in a row (`columns`), each a part of the longest: a drawing for the eye.

The table beside it says the same to everybody.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def bars(rows: Sequence[tuple[str, int | None, str]]) -> SafeString:
    """rows: (label, length, words at its end), lengths from 0. None: nothing is drawn, and the words say why."""
    longest = max((length or 0 for _, length, _ in rows), default=0) or 1
    drawn = format_html_join(
        "",
        '<div class="bar"><span class="bar-label">{}</span><svg class="bar-drawing" width="100%" height="24" '
        'focusable="false"><rect class="bar-ground" width="100%" height="16" y="4" rx="3"/>'
        '<rect class="bar-share" width="{}%" height="16" y="4" rx="3"/></svg><span class="bar-value">{}</span></div>',
        ((label, f"{100 * (length or 0) / longest:.2f}", words) for label, length, words in rows),
    )
    return format_html('<div class="bars" aria-hidden="true">{}</div>', drawn)


TALL = 96  # pixels of the longest


def columns(rows: Sequence[tuple[str, int | None, str]]) -> SafeString:
    """The same, standing: one for each moment. Only the first and the last are named; a gap stands where None is."""
    if not rows:
        return SafeString("")
    longest = max((length or 0 for _, length, _ in rows), default=0) or 1
    step = 100 / len(rows)
    drawn = format_html_join(
        "",
        '<rect class="{}" x="{}%" width="{}%" y="{}" height="{}" rx="2"/>',
        (
            (
                "bar-ground" if length is None else "bar-share", f"{step * place + step * 0.1:.2f}", f"{step * 0.8:.2f}",
                f"{TALL - tall:.1f}", f"{tall:.1f}",
            )
            for place, (_, length, _) in enumerate(rows)
            for tall in [TALL if length is None else TALL * length / longest]
        ),
    )  # fmt: skip
    (first, _, start), (last, _, end) = rows[0], rows[-1]
    return format_html(
        '<div class="months" aria-hidden="true"><svg width="100%" height="{}" focusable="false">{}</svg>'
        "<span>{}<br><strong>{}</strong></span><span>{}<br><strong>{}</strong></span></div>",
        TALL, drawn, first, start, last, end,
    )  # fmt: skip

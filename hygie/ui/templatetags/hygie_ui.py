"""The components, as template tags. Arguments are checked: a page with a wrong one fails at once, not on screen.

Load with `{% load hygie_ui %}`; every component in every state stands on `/galerie/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hygie.ui import bars, curve, words
from hygie.ui.icons import ICONS, LOGO, POINTING
from hygie.ui.shelves import LOOKS

register = template.Library()

TONES = ("info", "ok", "warning", "danger")
TAGS = ("", "new", "ok", "warning", "danger", "brand")
PANELS = ("", "soft", "plain", "danger")
BUTTONS = ("primary", "outline", "quiet", "danger")
HUES = ("teal", "apricot", "sage", "honey", "plum", "brick", "stone")
_TONE_ICON = {"info": "info", "ok": "check", "warning": "warning", "danger": "warning"}


def _one_of(tag: str, name: str, value: str, allowed: Iterable[str]) -> str:
    if value not in allowed:
        raise template.TemplateSyntaxError(f"{tag}: unknown {name} {value!r}, expected one of {tuple(allowed)}")
    return value


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "lock" %}`; with a label when no words stand beside it."""
    strokes = ICONS.get(name)
    if strokes is None:
        raise template.TemplateSyntaxError(f"icon: unknown icon {name!r}")
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    if name in POINTING:  # turned with the line of reading
        spoken = format_html("data-points {}", spoken)
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" focusable="false" {}>{}</svg>', spoken, SafeString(strokes)
    )


@register.simple_tag
def logo() -> SafeString:
    return SafeString(LOGO)


@register.simple_tag
def tag(text: str, tone: str = "") -> SafeString:
    """`{% tag "nouveau" tone="new" %}`"""
    return format_html('<span class="tag" data-tone="{}">{}</span>', _one_of("tag", "tone", tone, TAGS), text)


@register.simple_tag
def button(
    text: str, *, href: str = "", tone: str = "primary", icon: str = "", size: str = "", name: str = "", value: str = "",
    waits: bool = False,
) -> SafeString:  # fmt: skip
    """A link that looks like a button when `href` is given, else the button that submits the form around it.

    waits: hidden until the script of its form shows it (`data-waits`): it could do nothing before, or without.
    """
    _one_of("button", "tone", tone, BUTTONS)
    _one_of("button", "size", size, ("", "small"))
    dressed = format_html('class="button" data-tone="{}"', tone)
    if size:
        dressed = format_html('{} data-size="{}"', dressed, size)
    words_in = format_html("{}{}", _icon(icon), text)
    if href:
        return format_html('<a {} href="{}">{}</a>', dressed, href, words_in)
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    kept = SafeString(" data-waits hidden") if waits else ""
    return format_html('<button type="submit" {}{}{}>{}</button>', dressed, named, kept, words_in)


def _icon(name: str) -> str:
    return icon(name) if name else ""


@register.simple_tag
def tile(*, icon: str = "", name: str = "", hue: str = "teal", size: str = "") -> SafeString:
    """The tinted square of a category (`icon=`) or disc of somebody (`name=`, her initial). Decoration only."""
    _one_of("tile", "hue", hue, HUES)
    _one_of("tile", "size", size, ("", "small"))
    if bool(icon) == bool(name):
        raise template.TemplateSyntaxError("tile: give either icon= or name=")
    inside = _icon(icon) if icon else initial(name)
    return format_html(
        '<span class="tile" aria-hidden="true" data-shape="{}" data-hue="{}" data-size="{}">{}</span>',
        *("square" if icon else "disc", hue, size, inside),
    )


def initial(name: str) -> str:
    """The letter for somebody: « Dr Diallo » gives D, « Labo Seine » L."""
    kept = [word for word in name.split() if word.rstrip(".") not in {"Dr", "Pr", "M", "Mme"}] or name.split()
    return kept[0][0].upper() if kept else "?"


@register.simple_tag
def shelf_tile(shelf: str, size: str = "") -> SafeString:
    """The tile of a category of documents, by its id ("analyses")."""
    look = LOOKS.get(shelf)
    if look is None:
        raise template.TemplateSyntaxError(f"shelf_tile: unknown category {shelf!r}")
    return tile(icon=look.icon, hue=look.hue, size=size)


@register.simple_block_tag
def panel(
    content: SafeString, *, title: str = "", icon: str = "", tone: str = "", id: str = "", aside: str = ""
) -> SafeString:
    """`{% panel title="Nouveau" icon="document" %}…{% endpanel %}`; `aside` is a short remark beside the title."""
    _one_of("panel", "tone", tone, PANELS)
    head: str = ""
    if title:
        remark = format_html('<span class="muted small">{}</span>', aside) if aside else ""
        head = format_html("<header><h2>{}{}</h2>{}</header>", _icon(icon), title, remark)
    named = format_html(' id="{}"', id) if id else ""
    return format_html('<section class="panel" data-tone="{}"{}>{}{}</section>', tone, named, head, content)


@register.simple_block_tag
def notice(content: SafeString, *, title: str = "", tone: str = "info", icon: str = "", level: int = 3) -> SafeString:
    """`{% notice tone="warning" title="…" %}…{% endnotice %}`: something to know before going on; level: of its title."""
    _one_of("notice", "tone", tone, TONES)
    _one_of("notice", "level", str(level), ("2", "3"))
    head = format_html("<h{}>{}</h{}>", level, title, level) if title else ""
    return format_html(
        '<div class="notice" data-tone="{}">{}<div>{}{}</div></div>',
        *(tone, _icon(icon or _TONE_ICON[tone]), head, content),
    )


@register.simple_block_tag
def disclosure(content: SafeString, *, summary: str, about: str = "", open: bool = False) -> SafeString:
    """`{% disclosure summary="Voir le détail" about=line.what %}…{% enddisclosure %}`: folded, opened without script.

    about: heard after the summary, not seen, where several on one page would have the same name.
    """
    heard = format_html('<span class="unseen"> {}</span>', about) if about else ""
    return format_html(
        '<details class="disclosure"{}><summary>{}{}{}</summary><div class="inside">{}</div></details>',
        *(SafeString(" open") if open else "", _icon("chevron"), summary, heard, content),
    )


@register.simple_block_tag
def empty(content: SafeString, *, title: str, icon: str = "document") -> SafeString:
    """What will come here and how; the one useful action goes inside."""
    return format_html('<div class="empty">{}<h2>{}</h2>{}</div>', tile(icon=icon, hue="teal"), title, content)


@register.simple_tag
def tabs(label: str, items: Sequence[tuple[str, str, bool]]) -> SafeString:
    """Links to sister pages: (words, address, whether it is this page)."""
    return _links(label, items, "tabs")


@register.simple_tag
def filters(label: str, items: Sequence[tuple[str, str, bool]]) -> SafeString:
    """Links that narrow a list: (words, address, whether it is applied)."""
    return format_html(
        '<nav aria-label="{}"><ul class="filters" data-scroll>{}</ul></nav>', label, _entries(items, "true")
    )


def _links(label: str, items: Sequence[tuple[str, str, bool]], style: str) -> SafeString:
    return format_html('<nav class="{}" aria-label="{}"><ul>{}</ul></nav>', style, label, _entries(items, "page"))


def _entries(items: Sequence[tuple[str, str, bool]], current: str) -> SafeString:
    return format_html_join(
        "",
        '<li><a href="{}"{}>{}</a></li>',
        (
            (address, format_html(' aria-current="{}"', current) if applied else "", text)
            for text, address, applied in items
        ),
    )


@register.inclusion_tag("ui/_field.html")
def field(bound: BoundField, width: str = "") -> dict[str, Any]:
    """One form field: label, hint, error and input, tied together for screen readers."""
    _one_of("field", "width", width, ("", "short"))
    grouped = isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
    lone = isinstance(bound.field.widget, CheckboxInput)
    return {"field": bound, "width": width, "grouped": grouped, "lone": lone}


@register.inclusion_tag("ui/_errors.html")
def errors(form: Any) -> dict[str, Any]:
    """The summary of what to mend, above a form; nothing when nothing is wrong."""
    wrong = [(bound.id_for_label or bound.auto_id, bound.label, text) for bound in form for text in bound.errors]
    general = list(form.non_field_errors())
    return {"wrong": wrong, "general": general, "count": len(wrong) + len(general)}


@register.inclusion_tag("ui/_pages.html")
def pages(number: int, count: int, before: str = "", after: str = "") -> dict[str, Any]:
    """Previous and next page; nothing when there is only one."""
    return {"number": number, "count": count, "before": before, "after": after}


@register.inclusion_tag("ui/_viewers.html")
def viewers(found: Sequence[Any], change: str = "") -> dict[str, Any]:
    """The people who can see something (values with kind, name, detail, why, until, last_seen)."""
    return {"viewers": found, "change": change}


@register.simple_tag
def sparkline(
    values: Sequence[float], *, label: str, low: float | None = None, high: float | None = None
) -> SafeString:
    """A small drawing of a series with the laboratory's band; `label` says the same in words."""
    if not values:
        raise template.TemplateSyntaxError("sparkline: no value to draw")
    marks = [float(v) for v in (*values, *(bound for bound in (low, high) if bound is not None))]
    least, most = min(marks), max(marks)
    room = (most - least) or 1.0

    def y(value: float) -> float:
        return round(27 - 24 * (value - least) / room, 1)

    step = 116 / max(1, len(values) - 1)
    points = [(round(6 + step * i, 1) if len(values) > 1 else 64.0, y(float(v))) for i, v in enumerate(values)]
    band: str = ""
    if low is not None or high is not None:
        top, bottom = (y(high) if high is not None else 0.0), (y(low) if low is not None else 30.0)
        band = format_html('<rect class="band" y="{}" width="128" height="{}" rx="2"/>', top, max(1.0, bottom - top))
    return format_html(
        '<svg class="spark" viewBox="0 0 128 30" role="img" aria-label="{}">{}<polyline class="line" points="{}"/>'
        '<circle class="last" cx="{}" cy="{}" r="3.2"/></svg>',
        *(label, band, " ".join(f"{px},{py}" for px, py in points), *points[-1]),
    )


@register.simple_tag(name="curve")
def curve_of(drawing: curve.Curve) -> SafeString:
    """Series on one time axis (see `hygie.ui.curve`). The page loads `ui/js/curve.js` and shows the same numbers."""
    try:
        return curve.draw(drawing)
    except ValueError as error:
        raise template.TemplateSyntaxError(str(error)) from error


@register.simple_tag(name="bars")
def bars_of(rows: Sequence[tuple[str, int | None, str]]) -> SafeString:
    """Counts side by side (see `hygie.ui.bars`); the page shows the same numbers in a table."""
    return SafeString(bars.bars(rows))


@register.simple_tag(name="shares")
def shares_of(rows: Sequence[bars.Bar], legend: str = "") -> SafeString:
    """Parts of a whole (see `hygie.ui.bars`); the page shows the same numbers in a table."""
    return SafeString(bars.shares(rows, legend=legend))


@register.simple_tag
def curve_legend() -> SafeString:
    """What the shapes of a curve mean."""
    return curve.legend()


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """« 20 mars 2026 à 9 h 12 », in a `time` element."""
    text = _("%(day)s à %(clock)s") % {"day": words.in_full(at), "clock": words.clock(at)}
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), text)


@register.simple_tag
def day(value: date, weekday: bool = False) -> SafeString:
    """« 20 mars 2026 », in a `time` element."""
    return format_html(
        '<time datetime="{}">{}</time>', words.day_of(value).isoformat(), words.in_full(value, weekday=weekday)
    )


@register.simple_tag
def clock(at: datetime) -> SafeString:
    """« 9 h 12 », in a `time` element."""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), words.clock(at))


@register.simple_tag
def time_left(until: datetime) -> SafeString:
    """Until when, and how many minutes are left; a script counts them down and asks the page again at the end."""
    left = max(0, int((until - timezone.now()).total_seconds()) // 60)
    text = _("Jusqu’à {clock} : encore {left} min").replace("{clock}", words.clock(until))
    before, _left, after = text.partition("{left}")
    return format_html(
        '<span class="nowrap">{}<span data-left="{}">{}</span>{}</span> <script src="{}" defer></script>',
        *(before, until.isoformat(), left, after, static("ui/js/countdown.js")),
    )


@register.filter
def spoken(text: str) -> str:
    """`{{ line.reason|spoken }}`: a sentence of a pure module in the language of the page."""
    return words.spoken(text)


@register.filter
def weight(size: int) -> str:
    """`{{ 1200000|weight }}` gives « 1,2 Mo »."""
    return words.weight(size)


@register.inclusion_tag("ui/_language.html", takes_context=True)
def language_here(context: Context) -> dict[str, Any]:
    """The same page in another language; the choice is kept in a cookie."""
    request = context.get("request")
    return {
        "others": _other_languages(request),
        "here": request.get_full_path() if request and request.method == "GET" else "",
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("ui/_languages.html", takes_context=True)
def languages_above(context: Context) -> dict[str, Any]:
    """At the top of the page, the way to the languages at its end, each named in its own script."""
    return {"others": _other_languages(context.get("request"))}


def _other_languages(request: Any) -> list[tuple[str, str]]:
    """All but the one asked for; a page that is not translated yet answers in French, which is then another one."""
    asked = getattr(request, "asked_language", "") or get_language()
    return [(code, name) for code, name in settings.LANGUAGES if code != asked]


@register.inclusion_tag("ui/_messages.html", takes_context=True)
def messages_here(context: Context) -> dict[str, Any]:
    """What just happened, each message with its undo button when there is one (see `hygie.ui.told`)."""
    told = []
    for message in context.get("messages") or ():
        undo = json.loads(message.extra_tags) if (message.extra_tags or "").startswith("{") else None
        tone = {"error": "danger", "success": "ok"}.get(message.level_tag, message.level_tag)
        tone = tone if tone in TONES else "info"
        told.append({"text": str(message), "tone": tone, "icon": _TONE_ICON[tone], "undo": undo})
    return {"told": told, "csrf_token": context.get("csrf_token")}

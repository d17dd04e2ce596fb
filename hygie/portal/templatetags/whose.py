"""`{% whose "Vos documents" %}`: translated as it stands, or, in somebody else's space, as it is said of her."""

from __future__ import annotations

import re

from django import template
from django.template.context import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from hygie.portal.whose import OF_ANOTHER

register = template.Library()
_ELIDED = re.compile("[aeiouyàâéèêëîïôöùûüœæ]", re.IGNORECASE)
_OF = re.compile(r"\bde (?=\{name\})")
_APOSTROPHE = chr(0x2019)


@register.simple_tag(takes_context=True)
def whose(context: Context, text: str) -> SafeString:
    """A sentence of `hygie.portal.whose`; KeyError for another, so that none is forgotten."""
    other = OF_ANOTHER[text]
    if not context.get("acting_for"):
        return SafeString(gettext(text))
    said, name = gettext(other), str(context["acting_for"])
    if _ELIDED.match(name) and (get_language() or "fr").startswith("fr"):
        said = _OF.sub(f"d{_APOSTROPHE}", said)
    return conditional_escape(said.replace("{name}", name))

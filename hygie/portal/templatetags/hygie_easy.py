"""`{% easy %}…{% endeasy %}`: around the whole content of a page, which then has a second text in easy words.

    {% block content %}{% easy %}…the full page…{% endeasy %}{% endblock %}

The view that answers decides which (`hygie.portal.easy.PAGES`): a page shown by another view, as when a form comes back
to be mended on it, stays the full one. Only the text that is shown is rendered.
"""

from __future__ import annotations

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from hygie.portal import easy as pages
from hygie.portal.reading import Reading

register = template.Library()
_AROUND = "portal/easy/_around.html"
_BACK = "portal/easy/_back.html"


class EasyNode(Node):
    child_nodelists = ("full",)

    def __init__(self, full: NodeList) -> None:
        self.full = full

    def render(self, context: Context) -> SafeString:
        request, reading = context.get("request"), context.get("reading") or Reading()
        page = pages.page_of(request) if request is not None else None
        if page is None or not reading.easy:
            return self.full.render(context)
        with context.push(easy_page=page, hard_words=[pages.WORDS[word] for word in page.words]):
            engine = context.template.engine  # type: ignore[union-attr]
            if reading.whole:
                return SafeString(engine.get_template(_BACK).render(context) + self.full.render(context))
            return SafeString(engine.get_template(_AROUND).render(context))


@register.tag
def easy(parser: Parser, token: Token) -> EasyNode:
    """The easy text of this page where she chose easy words, else what stands between the two tags."""
    full = parser.parse(("endeasy",))
    parser.delete_first_token()
    return EasyNode(full)

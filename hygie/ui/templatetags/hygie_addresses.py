"""`{% url %}` as Django has it, by `hygie.base.addresses`. Built in: every template has it without loading anything."""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as djangos
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from hygie.base.addresses import reverse

register = template.Library()


class Address(URLNode):
    """No application of ours is included twice: which one the request is in makes no difference."""

    def render(self, context: Context) -> str:
        args = [one.resolve(context) for one in self.args]
        kwargs = {name: one.resolve(context) for name, one in self.kwargs.items()}
        try:
            written = reverse(self.view_name.resolve(context), args=args, kwargs=kwargs)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            written = ""
        if self.asvar is not None:
            context[self.asvar] = written
            return ""
        return conditional_escape(written) if context.autoescape else written


@register.tag
def url(parser: Parser, token: Token) -> Address:
    node = djangos(parser, token)
    return Address(node.view_name, node.args, node.kwargs, node.asvar)

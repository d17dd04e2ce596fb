"""Addresses written from their form are those that Django writes, one by one."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django import urls
from django.template import Context, Template
from django.urls import NoReverseMatch

from hygie.base.addresses import reverse
from hygie.config.urls import ROUTES


@pytest.mark.parametrize("prefix", ["/", "/pour/018f0000-0000-7000-8000-000000000001/", "/un été/"])
def test_every_address_is_the_one_that_django_writes(prefix):
    before = urls.get_script_prefix()
    urls.set_script_prefix(prefix)
    try:
        written = 0
        for route in ROUTES:
            if not route.name or route.pattern.count("<") != route.pattern.count("<uuid:"):
                continue
            args = [uuid4() for _ in range(route.pattern.count("<uuid:"))]
            assert reverse(route.name, args=args) == urls.reverse(route.name, args=args), route
            written += 1
        assert written > 150
    finally:
        urls.set_script_prefix(before)


def test_what_is_no_address_is_none_here_either():
    for name, args in (
        ("portal:nowhere", []),
        ("portal:document", []),
        ("portal:document", [UUID(int=1), UUID(int=2)]),
    ):
        with pytest.raises(NoReverseMatch):
            reverse(name, args=args)
    assert Template("{% url 'portal:nowhere' as there %}[{{ there }}]").render(Context()) == "[]"
    with pytest.raises(NoReverseMatch):
        Template("{% url 'portal:nowhere' %}").render(Context())


def test_a_template_writes_the_same_with_words_and_named_parts():
    one = UUID(int=1)
    page = Template("{% url 'portal:document' one %} {% url 'portal:finding' finding='age' %}")
    assert page.render(Context({"one": one})) == (
        f"{urls.reverse('portal:document', args=[one])} {urls.reverse('portal:finding', kwargs={'finding': 'age'})}"
    )

"""No address without an action."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.urls import include, path

from hygie.access.types import Action
from hygie.base import routes
from hygie.base.routes import Route, check_all, route, third_party


def view(request):
    return HttpResponse()


def test_the_actions_of_routes_are_those_of_access_and_four_that_touch_no_record():
    assert {action.value for action in Action} == routes.ON_A_RECORD
    assert not routes.ON_A_RECORD & routes.ON_NO_RECORD


def test_a_route_with_an_unknown_action_fails_at_import():
    with pytest.raises(ImproperlyConfigured, match="sell"):
        route("a/", view, name="a", action="sell")


def test_a_plain_path_is_refused_even_deep_inside():
    deep = [path("x/", include([path("y/", include([route("a/", view, name="a", action="list"), path("b/", view)]))]))]
    with pytest.raises(ImproperlyConfigured, match="'x/y/b/'"):
        check_all(deep)


def test_two_routes_of_one_name_are_refused():
    twice = [route("a/", view, name="a", action="list"), route("b/", view, name="a", action="list")]
    with pytest.raises(ImproperlyConfigured, match="share the name a"):
        check_all(twice)


def test_the_list_gives_full_patterns_and_names():
    inside = ([route("doc/<uuid:id>/", view, name="document", action="read")], "portal")
    library = third_party("compte/", include([path("login/", view, name="login")]), action="sign-in")
    assert check_all([path("moi/", include(inside)), library]) == (
        Route("moi/doc/<uuid:id>/", "portal:document", "read"),
        Route("compte/", "", "sign-in", third_party=True),
    )

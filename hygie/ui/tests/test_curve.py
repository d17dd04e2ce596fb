"""The curve: what it draws, what it says without colour, and what it refuses."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from hygie.ui.curve import MARKS, PLACES, Curve, Dot, Event, Lane, draw, legend

DAY = date(2025, 3, 2)


def a_dot(days: int, value: float, place: str = "within", **more: object) -> Dot:
    return Dot(DAY + timedelta(days), value, f"point {days} : {value}", f"{value}", place, 0.4, 4.0, **more)  # type: ignore[arg-type]


def drawn(*dots: Dot, **more: object) -> Any:
    """The figure, as a tree."""
    return html.fragment_fromstring(draw(Curve("TSH", [Lane("TSH", "mUI/L", dots)], **more)))


def marks(figure: Any) -> list[Any]:
    return [one for one in figure.iter("svg") if one.get("class") == "dot"]


def test_every_point_says_its_words_and_can_be_reached_by_keyboard():
    found = marks(drawn(a_dot(0, 6.8, "above"), a_dot(90, 2.1)))
    assert [one.get("aria-label") for one in found] == ["point 0 : 6.8", "point 90 : 2.1"]
    assert [one.findtext("title") for one in found] == ["point 0 : 6.8", "point 90 : 2.1"]
    assert {one.get("tabindex") for one in found} == {"0"}


def test_a_place_is_a_shape_before_it_is_a_colour():
    paths = {}
    for place in PLACES:
        (found,) = marks(drawn(a_dot(0, 2.0, place)))
        paths[place] = next(one.get("d") for one in found.iter("path") if one.get("class") == "mark")
    assert len(set(paths.values())) == len(PLACES)
    assert all(word in legend() for word in ("intervalle", "au-dessus", "au-dessous", "à vérifier"))


def test_what_waits_for_an_eye_and_what_is_only_a_bound_are_drawn_otherwise():
    unsure, bound = marks(drawn(a_dot(0, 2.0, sure=False), a_dot(30, 0.4, bound="<")))
    assert unsure.get("data-unsure") is not None
    assert bound.get("data-unsure") is None
    assert any(one.get("class") == "bound" for one in bound.iter("path"))


def test_each_laboratory_has_its_own_band():
    other = Dot(DAY + timedelta(100), 2.0, "x", "x", "within", 0.27, 2.5)
    figure = drawn(a_dot(0, 2.0), a_dot(50, 2.2), other)
    assert len([one for one in figure.iter("rect") if one.get("class") == "band"]) == 2


def test_steps_hold_until_the_next_and_one_begun_earlier_holds_at_the_beginning():
    lane = Lane("Lévothyroxine", "µg", [a_dot(0, 50, "unknown"), a_dot(100, 75, "unknown")], steps=True)
    body = draw(Curve("dose", [lane], since=DAY + timedelta(20), until=DAY + timedelta(200)))
    assert body.count('class="dot"') == 2
    assert re.search(r'<path class="line" d="M2\.0 [\d.]+H[\d.]+V[\d.]+H100"', body)


def test_events_are_numbered_and_named_in_words():
    events = [Event(DAY + timedelta(10), "Dose changée"), Event(DAY + timedelta(20), "Hôpital", DAY + timedelta(30))]
    figure = drawn(a_dot(0, 2.0), a_dot(60, 2.4), events=events)
    assert [one.text for one in figure.iter("li")] == ["Dose changée", "Hôpital"]
    assert [one.findtext("text") for one in figure.iter("svg") if one.get("class") == "flag"] == ["1", "2"]


def test_a_thousand_points_keep_their_line_and_every_recent_value_outside():
    dots = [a_dot(n, 2.0 + n % 7 / 10, "above" if n in (500, 990) else "within") for n in range(1000)]
    figure = drawn(*dots)
    line = next(one for one in figure.iter("polyline"))
    assert len(line.get("points", "").split()) == 1000
    found = marks(figure)
    assert len(found) <= MARKS
    assert {"point 500 : 2.3", "point 990 : 2.3", "point 999 : 2.5"} <= {one.get("aria-label") for one in found}
    assert {one.get("tabindex") for one in found} == {None}


def test_no_word_becomes_markup_and_no_style_or_script_is_inline():
    hostile = '"><script>1</script>'
    dot = Dot(DAY, 1.0, hostile, hostile, "within")
    body = draw(Curve(hostile, [Lane(hostile, hostile, [dot])], [Event(DAY, hostile)]))
    assert "<script" not in body
    assert "style=" not in body
    assert not re.search(r"\son\w+=", body)


def test_a_curve_with_nothing_to_draw_is_refused():
    with pytest.raises(ValueError, match="no point"):
        draw(Curve("rien", [Lane("x", "", [])]))
    with pytest.raises(ValueError, match="place"):
        draw(Curve("x", [Lane("x", "", [a_dot(0, 1.0, "nowhere")])]))
    with pytest.raises(TemplateSyntaxError):
        Template("{% load hygie_ui %}{% curve drawing %}").render(Context({"drawing": Curve("rien", [])}))


VALUES = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)


@given(st.lists(st.tuples(st.integers(0, 9000), VALUES), min_size=1, max_size=30))
def test_every_point_stands_inside_its_lane_and_in_order(rows):
    rows.sort()
    figure = drawn(*(a_dot(days, value) for days, value in rows))
    plot = next(one for one in figure.iter("svg") if one.get("data-lane"))
    at = [(float(one.get("x", "%")[:-1]), float(one.get("y", ""))) for one in marks(figure)]
    assert all(0 <= x <= 100 and 0 <= y <= float(plot.get("height", "0")) for x, y in at)
    assert [x for x, _y in at] == sorted(x for x, _y in at)
    higher = sorted(zip((value for _days, value in rows), (y for _x, y in at), strict=True))
    assert all(first[1] >= second[1] for first, second in pairwise(higher))

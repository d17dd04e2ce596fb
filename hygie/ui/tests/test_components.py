"""Components: what they write, and what they refuse to write."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from hygie.ui import words


def rendered(source: str, **context: object) -> str:
    return Template("{% load hygie_ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        '{% icon "unicorn" %}',
        '{% tag "x" tone="pink" %}',
        '{% button "x" tone="pink" %}',
        '{% button "x" size="huge" %}',
        '{% tile icon="lock" name="Amina" %}',
        "{% tile %}",
        '{% tile icon="lock" hue="pink" %}',
        '{% shelf_tile "attic" %}',
        '{% panel tone="pink" %}x{% endpanel %}',
        '{% notice tone="pink" %}x{% endnotice %}',
        '{% sparkline nothing label="x" %}',
    ],
)
def test_a_component_refuses_an_argument_it_does_not_know(source):
    with pytest.raises(TemplateSyntaxError):
        rendered(source, nothing=[])


@pytest.mark.parametrize(
    "source",
    [
        "{% tag hostile %}",
        "{% button hostile %}",
        "{% button hostile href=hostile %}",
        "{% tile name=hostile %}",
        "{% panel title=hostile aside=hostile %}x{% endpanel %}",
        "{% disclosure summary=hostile %}x{% enddisclosure %}",
        "{% empty title=hostile %}x{% endempty %}",
        "{% filters hostile items %}",
        "{% sparkline values label=hostile %}",
        "{% viewers seers %}",
        "{% panel %}{{ hostile }}{% endpanel %}",
    ],
)
def test_no_component_lets_a_word_become_markup(source):
    hostile = '"><script>1</script>'
    seer = {"kind": "professional", "name": hostile, "detail": hostile, "why": hostile}
    body = rendered(source, hostile=hostile, items=[(hostile, hostile, True)], values=[1, 2], seers=[seer])
    assert "<script" not in body
    assert 'aria-label=""><' not in body


class Small(forms.Form):
    title = forms.CharField(label="Titre", help_text="Comme vous le diriez.")
    who = forms.ChoiceField(label="Qui ?", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])


def test_a_field_ties_its_label_its_hint_and_its_error_to_its_input():
    body = rendered("{% field form.title %}", form=Small({"title": ""}))
    assert '<label for="id_title">' in body
    assert 'id="id_title_helptext"' in body
    assert 'id="id_title_error"' in body
    assert 'aria-describedby="id_title_helptext id_title_error"' in body or (
        'aria-describedby="id_title_helptext"' in body and 'aria-invalid="true"' in body
    )


def test_the_summary_of_errors_leads_to_each_field_by_its_name():
    body = rendered("{% errors form %}", form=Small({}))
    assert 'href="#id_title"' in body
    assert "2 choses sont à corriger" in body


def test_the_summary_of_errors_is_silent_when_nothing_is_wrong():
    assert rendered("{% errors form %}", form=Small({"title": "x", "who": "a"})).strip() == ""


def test_who_can_see_ends_with_the_promise_even_when_nobody_can():
    assert "Ni assurance, ni mutuelle, ni employeur." in rendered("{% viewers seers %}", seers=[])


def test_a_sparkline_of_one_value_draws_it_without_dividing_by_nothing():
    assert "<circle" in rendered('{% sparkline values label="x" low=1 high=2 %}', values=[1.5])


def test_dates_are_read_as_french_is():
    with translation.override("fr"):
        assert words.in_full(datetime(2026, 3, 1, 12, tzinfo=UTC)) == "1er\u00a0mars 2026"
        assert words.in_full(datetime(2026, 3, 18, 12, tzinfo=UTC), weekday=True) == "mercredi 18\u00a0mars 2026"
        assert words.clock(datetime(2026, 3, 18, 8, 5, tzinfo=UTC)) == "9\u00a0h\u00a005"
        assert words.clock(datetime(2026, 3, 18, 13, 0, tzinfo=UTC)) == "14\u00a0h"


def test_a_last_visit_of_today_is_said_by_its_hour_and_any_other_by_its_day():
    visit = datetime(2026, 3, 18, 13, 5, tzinfo=UTC)
    with translation.override("fr"):
        assert words.since_when(visit, today=date(2026, 3, 18)) == "14\u00a0h\u00a005"
        assert words.since_when(visit, today=date(2026, 3, 19)) == "le 18/03/2026"
        late = datetime(2026, 3, 18, 23, 30, tzinfo=UTC)  # half past midnight in Paris
        assert words.since_when(late, today=date(2026, 3, 19)) == "0\u00a0h\u00a030"


def test_a_moment_late_in_the_evening_belongs_to_the_day_in_paris():
    assert words.day_of(datetime(2026, 3, 18, 23, 30, tzinfo=UTC)).day == 19


@pytest.mark.parametrize(("size", "said"), [(10, "1\u00a0ko"), (340_200, "340\u00a0ko"), (1_240_000, "1,2\u00a0Mo")])
def test_sizes_are_said_in_words_people_know(size, said):
    with translation.override("fr"):
        assert words.weight(size) == said

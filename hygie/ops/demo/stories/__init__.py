"""What happened to people in three years: each story adds papers to a life."""

from __future__ import annotations

from hygie.ops.demo.life import Story
from hygie.ops.demo.stories import accidents, children, everyday, long_term, old_age, thyroid, women

STORIES: dict[str, Story] = {
    name: story
    for room in (accidents, children, everyday, long_term, old_age, thyroid, women)
    for name, story in room.STORIES.items()
}

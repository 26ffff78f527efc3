"""Snakes and ladders, satisfaction: how much happier customers were after a touchpoint than before it, from -1 to 1.

At each interaction with a word on satisfaction (see `surveys`) within 30 days before it and another within 30 days
after it: the first after less the last before. The interaction's own word counts as neither. The mean by touchpoint
compares customers with themselves (before and after, without a control group: it shows where to look, and proves no
cause).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import timedelta

from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.surveys import satisfaction

WITHIN = timedelta(days=30)


def satisfaction_change(story: Story) -> Iterator[Fact]:
    """From -1 to 1, at each interaction between two words."""
    said = {place: value for place, one in enumerate(story.timeline) if (value := satisfaction(one)) is not None}
    places = sorted(said)
    for place in range(len(story.timeline)) if places else ():
        before, after = bisect_left(places, place) - 1, bisect_right(places, place)
        if before < 0 or after == len(places):
            continue
        earlier, later = places[before], places[after]
        if story.since(earlier, place) <= WITHIN and story.since(place, later) <= WITHIN:
            yield Fact(place, said[later] - said[earlier])

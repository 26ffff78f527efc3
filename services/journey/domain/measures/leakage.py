"""Digital-to-voice leakage: whether a visit to the web site or the app ended in a call.

A visit is what a customer did on the web or in the app without a pause of more than 30 minutes (the session of web
analytics). 1 if a call begins within 24 hours after its last interaction, else 0; the mean is the share of visits
that leak.
"""

from collections.abc import Iterator
from datetime import timedelta

from services.journey.domain.measures.story import DAY, Fact, Story

DIGITAL = frozenset({"web", "app"})
PAUSE = timedelta(minutes=30)


def leakage(story: Story) -> Iterator[Fact]:
    """0 or 1, at the beginning of each visit."""
    for first, last in _visits(story):
        yield Fact(first, float(story.contacted_within(last, DAY, "call")))


def _visits(story: Story) -> Iterator[tuple[int, int]]:
    """The first and the last place of each."""
    visit: tuple[int, int] | None = None
    for place in story.doings:
        if story.timeline[place].kind.channel not in DIGITAL:
            continue
        if visit and story.since(visit[1], place) <= PAUSE:
            visit = visit[0], place
            continue
        if visit:
            yield visit
        visit = place, place
    if visit:
        yield visit

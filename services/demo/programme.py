"""Which story comes when. Pure: the same seed gives the same programme."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from services.demo.cast import Person
from services.demo.messages import Step, Story
from services.demo.stories.everyday import EVERYDAY
from services.demo.stories.identity import IDENTITY_STORIES, kiosk
from services.demo.stories.service import SERVICE_STORIES

AT_ONCE = 8
NAMED_SHARE = 0.35
KIOSK_PEOPLE = 18
HISTORY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Cue:
    """A step that is due `seconds` after the start; `telling` numbers the story's tellings, `step` its steps."""

    seconds: float
    telling: int
    step: int
    story: Story
    what: Step


def live(people: Sequence[Person], seed: int) -> Iterator[Cue]:
    """For ever: several stories at once, the named ones in turn among everyday ones, in the order that they are due."""
    choice = Random(seed)  # noqa: S311 -- a programme, not a secret
    stories = _stories(people, choice)
    tellings = count(1)
    due: list[tuple[float, int, int, Story]] = []
    for place in range(AT_ONCE):
        heapq.heappush(due, (place * 0.7, next(tellings), 0, next(stories)))
    while True:
        seconds, telling, step, story = heapq.heappop(due)
        yield Cue(seconds, telling, step, story, story.steps[step])
        if step + 1 < len(story.steps):
            then = seconds + story.steps[step + 1].pause * choice.uniform(0.8, 1.2)
            heapq.heappush(due, (then, telling, step + 1, story))
        else:
            heapq.heappush(due, (seconds + choice.uniform(1, 4), next(tellings), 0, next(stories)))


def history(people: Sequence[Person], seed: int, until: datetime) -> list[tuple[datetime, Cue]]:
    """The last two weeks: every story once, everyday ones for all, oldest first."""
    choice = Random(seed)  # noqa: S311 -- a programme, not a secret
    told = [*IDENTITY_STORIES, *SERVICE_STORIES, kiosk(people[:KIOSK_PEOPLE])]
    told += [choice.choice(EVERYDAY)(person) for person in people for _ in range(2)]
    past = []
    for telling, story in enumerate(told):
        lasts = sum((step.later + timedelta(seconds=step.pause) for step in story.steps), timedelta())
        at = until - lasts - choice.random() * (HISTORY - lasts)
        for place, step in enumerate(story.steps):
            at += step.later + timedelta(seconds=step.pause)
            past.append((at, Cue(0.0, telling, place, story, step)))
    return sorted(past, key=lambda entry: (entry[0], entry[1].telling, entry[1].step))


def _stories(people: Sequence[Person], choice: Random) -> Iterator[Story]:
    named: list[Story] = []
    while True:
        if choice.random() < NAMED_SHARE:
            named = named or _shuffled(choice)
            yield named.pop()
        else:
            yield choice.choice(EVERYDAY)(choice.choice(people))


def _shuffled(choice: Random) -> list[Story]:
    stories = [*IDENTITY_STORIES, *SERVICE_STORIES]
    choice.shuffle(stories)
    return stories

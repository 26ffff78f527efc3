"""Churn risk: how many of four signs of leaving a contact shows, from 0 to 1. A ranking, and no probability.

Each counts a quarter:

- dissatisfied: the last word on satisfaction (see `surveys`), within 90 days, lies in the lower half (Reichheld
  2003);
- came back: it repeats a contact (see `repeat_contacts`; effort drives disloyalty: Dixon et al. 2010);
- given up: nobody answered it;
- fell silent: before it the customer did nothing for more than twice as long as they had on average between what they
  did before, if they had done three things or more (recency against a customer's own rhythm: Fader, Hardie and Lee,
  RFM and CLV, 2005).
"""

from collections.abc import Iterator
from datetime import timedelta

from services.journey.domain.measures.repeat_contacts import repeated
from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.surveys import satisfaction

REMEMBERED = timedelta(days=90)
RHYTHM = 3
SILENT = 2


def churn_risk(story: Story) -> Iterator[Fact]:
    """0, 0.25, 0.5, 0.75 or 1, at the beginning of each contact."""
    again = {contact.first for contact, repeats in repeated(story) if repeats}
    dissatisfied, silent = set(_dissatisfied(story)), set(_silent(story))
    for contact in story.contacts:
        signs = (contact.first in dissatisfied, contact.first in again, not contact.served, contact.first in silent)
        yield Fact(contact.first, sum(signs) / len(signs))


def _dissatisfied(story: Story) -> Iterator[int]:
    """The places whose customer's last word before or at them is a bad one."""
    last: tuple[int, float] | None = None
    for place, interaction in enumerate(story.timeline):
        value = satisfaction(interaction)
        last = last if value is None else (place, value)
        if last and last[1] < 1 / 2 and story.since(last[0], place) <= REMEMBERED:
            yield place


def _silent(story: Story) -> Iterator[int]:
    """The places before which the customer was silent for unusually long."""
    doings = story.doings
    for number in range(RHYTHM, len(doings)):
        span, silence = story.since(doings[0], doings[number - 1]), story.since(doings[number - 1], doings[number])
        if silence * (number - 1) > SILENT * span:
            yield doings[number]

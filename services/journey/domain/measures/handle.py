"""Handle time: how long somebody of ours served the customer, in seconds.

`measures.handle_seconds` of every interaction that states it, as its channel measures it; its mean is the industry's
average handle time (AHT). Hold and wrap-up time are part of it where the channel counts them so (ICMI, Call Center
Management on Fast Forward: talk + hold + after-call work).
"""

from collections.abc import Iterator

from services.journey.domain.measures.reading import number
from services.journey.domain.measures.story import Fact, Story


def handle(story: Story) -> Iterator[Fact]:
    """Seconds, at each interaction that states them."""
    for place, interaction in enumerate(story.timeline):
        value = number(interaction, "measures", "handle_seconds")
        if value is not None:
            yield Fact(place, value)

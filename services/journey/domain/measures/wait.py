"""Wait: how long a customer stood in the queue, in seconds.

`measures.wait_seconds` of every interaction that states it, of those who gave up too: their wait was the one that
mattered. Its mean over answered calls alone is the industry's average speed of answer (ASA), its mean over all is the
mean wait offered. After Gans, Koole and Mandelbaum, Telephone call centers, M&SOM 5(2), 2003.
"""

from collections.abc import Iterator

from services.journey.domain.measures.reading import number
from services.journey.domain.measures.story import Fact, Story


def wait(story: Story) -> Iterator[Fact]:
    """Seconds, at each interaction that states them."""
    for place, interaction in enumerate(story.timeline):
        value = number(interaction, "measures", "wait_seconds")
        if value is not None:
            yield Fact(place, value)

"""Self-service containment: whether a customer who tried alone was done without us.

An attempt is a `self_service.succeeded`, a `self_service.failed`, or a call that states `self_service_seconds`. 1 if
it did not fail, the call neither waited for a person nor spoke to one, and no contact on any channel begins within 24
hours after it; else 0. The mean is the containment rate. Counted naively, a call that hangs up at the machine is
contained even if the customer calls again at once; a contact within a day un-contains it.
"""

from collections.abc import Iterator

from services.journey.domain.measures.reading import number
from services.journey.domain.measures.story import DAY, Fact, Story, alone
from services.journey.domain.model import Interaction

SUCCEEDED, FAILED = "self_service.succeeded", "self_service.failed"


def containment(story: Story) -> Iterator[Fact]:
    """0 or 1, at each attempt."""
    for place, interaction in enumerate(story.timeline):
        if _is_attempt(interaction):
            yield Fact(place, float(_succeeded(interaction) and not story.contacted_within(place, DAY)))


def _is_attempt(interaction: Interaction) -> bool:
    if interaction.kind.type in {SUCCEEDED, FAILED}:
        return True
    return (number(interaction, "measures", "self_service_seconds") or 0.0) > 0


def _succeeded(interaction: Interaction) -> bool:
    if interaction.kind.type == FAILED:
        return False
    return interaction.kind.type == SUCCEEDED or alone(interaction)
